import Engine
import Foundation
import Store
import Synchronization

/// A job as server-sent events (WHATWG HTML, section 9.2): `item` for each that ends, `progress` after each batch of
/// them, `end` with the last. An item's id is the job's revision at which it ended, so that a client that comes back
/// with `Last-Event-ID` goes on where it was.
final class JobEventStream: BodySource {
    private static let itemsAtOnce = 200

    private struct State {
        var last: Int
        var sentProgress = false
        var hasEnded = false
        var isLeft = false
    }

    private let id: JobID
    private let client: ClientIdentity
    private let service: JobService
    private let state: Mutex<State>

    /// - Parameter last: only items that ended after this revision; -1 sends all.
    init(_ id: JobID, after last: Int, client: ClientIdentity, service: JobService) {
        self.id = id
        self.client = client
        self.service = service
        state = Mutex(State(last: last))
    }

    func next(_ deliver: @escaping @Sendable (BodyChunk) -> Void) {
        if state.withLock({ $0.hasEnded }) { return deliver(.end) }
        let submission = service.reads.submit(for: ClientKey(client)) { [self] in
            if state.withLock({ $0.isLeft }) { return deliver(.end) }
            do {
                let seen = service.events.change(of: id)
                if let bytes = try news() { return deliver(.bytes(bytes)) }
                service.events.wait(for: id, after: seen, watcher: self) { [self] wakeup in
                    switch wakeup {
                    case .changed: next(deliver)
                    case .heartbeat: deliver(.bytes(Data(": still here\n\n".utf8)))
                    case .closed: deliver(.end)
                    }
                }
                // Left meanwhile, before there was anything to leave.
                if state.withLock({ $0.isLeft }) { service.events.leave(id, watcher: self) }
            } catch {
                service.logger.error("events of job \(id): \(error)")
                deliver(.failed)
            }
        }
        if submission != .taken { deliver(.failed) }
    }

    func finish() {
        state.withLock { $0.isLeft = true }
        service.events.leave(id, watcher: self)
    }

    /// What has happened since the last call; nil when nothing has.
    private func news() throws -> Data? {
        let (last, isFirst) = state.withLock { ($0.last, !$0.sentProgress) }
        // The job before its items: where it has ended, all its ends are among them.
        guard let job = try service.store.job(id, for: client.tenant),
            let items = try service.store.jobItems(
                of: id, .ended(JobItemState.ended), after: last, limit: Self.itemsAtOnce, for: client.tenant)
        else {
            // Purged.
            state.withLock { $0.hasEnded = true }
            return event("end", id: nil, Data("null".utf8))
        }
        let isComplete = job.hasEnded && items.count < Self.itemsAtOnce
        guard isFirst || isComplete || !items.isEmpty else { return nil }
        var bytes = Data()
        for item in items {
            bytes += event("item", id: item.finished, try Response.encoded(JobItemDocument(item)))
        }
        bytes += event(isComplete ? "end" : "progress", id: nil, try Response.encoded(service.document(job)))
        state.withLock { state in
            state.last = items.last?.finished ?? last
            state.sentProgress = true
            state.hasEnded = isComplete
        }
        return bytes
    }

    private func event(_ name: String, id: Int?, _ json: Data) -> Data {
        Data("event: \(name)\n\(id.map { "id: \($0)\n" } ?? "")data: ".utf8) + json + Data("\n\n".utf8)
    }
}
