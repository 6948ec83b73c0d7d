import Foundation
import Text

/// One run of `batch`, from the job on: uploads and downloads go on side by side until every item has ended.
struct BatchRun {
    let items: [BatchItem]
    let digests: [String]
    /// Images that could not be sent and are no items.
    let unsent: [BatchFailure]
    let job: BatchJob
    let client: JobClient
    let output: BatchOutput
    let connections: Int
    let ledger: BatchLedger
    let progress: BatchProgress

    /// The server has lost the job, for example with its data directory.
    struct Lost: Error, CustomStringConvertible {
        let description: String
    }

    private enum PollInterval {
        static let first = 0.1
        static let moving = 1.0
        static let resting = 5.0
    }
    /// Times that an image is sent when the server goes on asking for it.
    private static let uploadAttempts = 3

    /// Uploads what the server lacks.
    /// - Throws: why the run was halted.
    func upload() throws {
        let (queue, workers) = start()
        defer {
            queue.close()
            workers.join()
        }
        enqueueUploads(job.missing, queue)
        while queue.left.uploads > 0 {
            progress.show(nil)
            try client.halt.wait(PollInterval.first)
        }
    }

    /// Uploads, and fetches masks until the job has ended.
    /// - Returns: the job as it ended; whether this run cancelled it, because images could not be delivered.
    /// - Throws: why the run was halted.
    func complete() throws -> (job: JobDocument, isCancelledHere: Bool) {
        let (queue, workers) = start()
        defer {
            queue.close()
            workers.join()
        }
        enqueueUploads(job.missing, queue)
        let names = items.map { ByteKey($0.name) }
        let indices = Dictionary(zip(names, items.indices), uniquingKeysWith: { first, _ in first })
        var attempts: [String: Int] = [:]
        var isCancelledHere = false
        var cursor: String?
        var counts: JobDocument.Counts?
        var interval = PollInterval.first
        while true {
            let hadUploads = queue.left.uploads > 0
            guard let document = try client.job(job.document.id) else {
                throw Lost(
                    description: "\(client.address) no longer knows job \(job.document.id); run again to post it anew")
            }
            try client.items(of: document.id, state: "finished", from: &cursor) { take($0, indices, queue) }
            progress.show(document)
            if document.hasEnded {
                if document.state == "cancelled" { markCancelled() } else { markUnnamed() }
                try drain(queue, document)
                return (document, isCancelledHere)
            }
            if !hadUploads, document.state != "paused", document.counts.queued + document.counts.running == 0 {
                let missing = try undelivered(of: document, attempts: &attempts)
                enqueueUploads(missing, queue)
                if missing.isEmpty, !ledger.undeliverable.isEmpty {
                    client.note("only images that could not be delivered are left; the job is cancelled")
                    isCancelledHere = try client.cancel(document.id) != nil
                }
            }
            interval = BatchRun.interval(after: interval, isMoving: document.counts != counts)
            counts = document.counts
            try client.halt.wait(interval)
        }
    }

    private static func interval(after last: Double, isMoving: Bool) -> Double {
        if last < PollInterval.moving { return min(PollInterval.moving, last * 2) }
        return isMoving ? PollInterval.moving : min(PollInterval.resting, last * 1.5)
    }

    private func start() -> (TransferQueue, Workers) {
        let queue = TransferQueue(connections: connections)
        let transfers = BatchTransfers(
            items: items, digests: digests, client: client, output: output, queue: queue, ledger: ledger,
            progress: progress)
        return (queue, Workers(count: connections) { transfers.work() })
    }

    private func enqueueUploads(_ digests: [String], _ queue: TransferQueue) {
        ledger.expectUploads(digests.count)
        queue.add(digests.map { .upload(sha256: $0) })
    }

    private func take(_ page: [ItemsPage.Item], _ indices: [ByteKey: Int], _ queue: TransferQueue) {
        queue.add(
            page.compactMap { item in
                guard let index = indices[ByteKey(item.name)] else { return nil }
                switch item.state {
                case "done":
                    progress.note(warnings: item.warnings ?? [], of: item.name)
                    guard let mask = item.mask else {
                        ledger[index] = .failed("the server names no mask of it")
                        return nil
                    }
                    let isNew = !output.hasMask(item.name)
                    ledger[index] =
                        isNew ? .due(fromCache: item.fromCache) : .mask(isNew: false, fromCache: item.fromCache)
                    return isNew ? .download(index, mask: mask) : nil
                case "failed":
                    let reason = JobClient.printable(item.reason ?? "failed")
                    progress.note(failure: reason, of: item.name)
                    ledger[index] = .failed(reason)
                default: markCancelled(index)
                }
                return nil
            })
    }

    /// Of a cancelled job the server keeps no items that were never begun: what it says nothing of is one of them.
    private func markCancelled() {
        for index in items.indices where ledger[index] == nil { markCancelled(index) }
    }

    /// Of a job that has ended the server names every item, unless something on the way changes names.
    private func markUnnamed() {
        for index in items.indices where ledger[index] == nil && ledger.undeliverable[digests[index]] == nil {
            let reason = "the server's answers do not name it, and the job has ended"
            progress.note(failure: reason, of: items[index].name)
            ledger[index] = .failed(reason)
        }
    }

    private func markCancelled(_ index: Int) {
        ledger[index] = ledger.undeliverable[digests[index]].map { .failed($0) } ?? .cancelled
    }

    /// Waits for the last masks.
    private func drain(_ queue: TransferQueue, _ document: JobDocument) throws {
        while queue.left.downloads > 0 {
            try client.halt.wait(0.02)
            progress.show(document)
        }
    }

    /// - Returns: images that the server still waits for and that may be sent again.
    private func undelivered(of document: JobDocument, attempts: inout [String: Int]) throws -> [String] {
        var waiting: Set<String> = []
        var cursor: String?
        try client.items(of: document.id, state: "waiting_for_image", from: &cursor) { page in
            waiting.formUnion(page.map(\.sha256).filter(JobClient.isPlain))
        }
        var again: [String] = []
        for sha256 in waiting.subtracting(ledger.undeliverable.keys).sorted() {
            attempts[sha256, default: 0] += 1
            if attempts[sha256, default: 0] < BatchRun.uploadAttempts {
                again.append(sha256)
            } else {
                ledger.giveUp(sha256, "the server asks for its image again and again")
            }
        }
        return again
    }
}
