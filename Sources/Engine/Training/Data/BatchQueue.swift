import Foundation

/// Hands batches from the thread that fills them to the one that trains on them, and empty ones back.
///
/// `@unchecked Sendable`: every variable is only touched under `condition`.
final class BatchQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private var empty: [TrainingBatch]
    private var filled: [TrainingBatch] = []
    private var inUse: TrainingBatch?
    private var failure: (any Error)?
    private var stopping = false
    private var hasEnded = false

    init(_ batches: [TrainingBatch]) { empty = batches }

    // MARK: - The loader's side

    var isStopping: Bool { condition.withLock { stopping } }

    /// Waits for a batch to fill; nil when the loader is to end.
    func takeEmpty() -> TrainingBatch? {
        condition.withLock {
            while empty.isEmpty && !stopping { condition.wait() }
            return stopping ? nil : empty.removeLast()
        }
    }

    func put(_ batch: TrainingBatch) {
        condition.withLock {
            filled.append(batch)
            condition.broadcast()
        }
    }

    /// Said once, as the last thing that the loader does.
    func end(_ error: (any Error)?) {
        condition.withLock {
            failure = error
            hasEnded = true
            condition.broadcast()
        }
    }

    // MARK: - The trainer's side

    /// Waits for the next batch; the one before goes back to be filled again. Batches that were filled before a failure
    /// come first.
    func next() throws -> TrainingBatch {
        try condition.withLock {
            if let inUse { empty.append(inUse) }
            inUse = nil
            condition.broadcast()
            while filled.isEmpty && !hasEnded && !stopping { condition.wait() }
            if stopping { throw CancellationError() }
            if filled.isEmpty { throw failure ?? CancellationError() }
            let batch = filled.removeFirst()
            inUse = batch
            return batch
        }
    }

    /// Returns when the loader has ended.
    func stop() {
        condition.withLock {
            stopping = true
            condition.broadcast()
            while !hasEnded { condition.wait() }
        }
    }
}
