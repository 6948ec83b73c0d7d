import Dispatch

/// A Dispatch source that keeps its own account of being suspended.
///
/// Dispatch traps when a suspended source is released, and does not run the cancel handler of a suspended source; so
/// every cancellation here resumes first. Confined to the queue of its source.
final class PausableSource {
    private let source: any DispatchSourceProtocol
    private(set) var isPaused = false
    private var isCancelled = false

    init(_ source: any DispatchSourceProtocol, onEvent: @escaping () -> Void, onCancel: @escaping () -> Void) {
        self.source = source
        source.setEventHandler(handler: onEvent)
        source.setCancelHandler(handler: onCancel)
        source.activate()
    }

    func pause() {
        guard !isPaused, !isCancelled else { return }
        isPaused = true
        source.suspend()
    }

    func resume() {
        guard isPaused, !isCancelled else { return }
        isPaused = false
        source.resume()
    }

    /// After this the cancel handler runs once, and no more events come.
    func cancel() {
        guard !isCancelled else { return }
        isCancelled = true
        source.cancel()
        if isPaused {
            isPaused = false
            source.resume()
        }
    }
}
