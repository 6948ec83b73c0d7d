import Foundation
import Text

/// What each connection does, one transfer after the other.
struct BatchTransfers: Sendable {
    let items: [BatchItem]
    /// Places in `items` of the images with one SHA-256.
    let places: [String: [Int]]
    let client: JobClient
    let output: BatchOutput
    let queue: TransferQueue
    let ledger: BatchLedger
    let progress: BatchProgress

    init(
        items: [BatchItem], digests: [String], client: JobClient, output: BatchOutput, queue: TransferQueue,
        ledger: BatchLedger, progress: BatchProgress
    ) {
        self.items = items
        places = Dictionary(grouping: items.indices, by: { digests[$0] })
        self.client = client
        self.output = output
        self.queue = queue
        self.ledger = ledger
        self.progress = progress
    }

    /// Works until the queue is closed; what ends the whole run halts it.
    func work() {
        while let transfer = queue.next() {
            defer { queue.finish(transfer) }
            do {
                switch transfer {
                case .upload(let sha256): try upload(sha256)
                case .download(let index, let mask): try download(index, mask)
                }
            } catch {
                client.halt.halt(error)
                return
            }
        }
    }

    /// Tries each file that had this content: one of them may have changed since it was hashed.
    private func upload(_ sha256: String) throws {
        var reason = "the server asks for an image that is not in this set"
        for index in places[sha256] ?? [] {
            let bytes: Data
            do {
                bytes = try Data(contentsOf: URL(fileURLWithPath: items[index].path))
            } catch {
                reason = "\(items[index].path) can't be read any more: \(FileFault.words(of: error))"
                continue
            }
            switch try client.upload(bytes, sha256: sha256) {
            case .stored, .unneeded: return ledger.uploaded()
            case .refused(let text): reason = "its image was not accepted: \(text)"
            }
        }
        ledger.giveUp(sha256, reason)
        for index in places[sha256] ?? [] { progress.note(failure: reason, of: items[index].name) }
    }

    private func download(_ index: Int, _ mask: String) throws {
        switch try client.mask(mask) {
        case .png(let png):
            try output.writeMask(png, items[index].name)
            ledger.fetched(index)
        case .gone(let reason):
            progress.note(failure: reason, of: items[index].name)
            ledger[index] = .failed(reason)
        }
    }
}
