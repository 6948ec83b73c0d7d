import Dispatch
import Foundation

/// Turns signals into calls on a queue, for a graceful stop.
public final class SignalWatcher {
    private let sources: [any DispatchSourceSignal]

    /// Returns once the signals are being watched, so that none is lost after it.
    /// - Parameters:
    ///   - signals: for example `[SIGTERM, SIGINT]`; their default action is switched off first, because a signal that
    ///     comes before the source is active would otherwise end the process.
    ///   - handler: called on `queue` with the signal's number.
    public init(_ signals: [Int32], queue: DispatchQueue, handler: @escaping @Sendable (Int32) -> Void) {
        let own = DispatchQueue(label: "server.signals")
        sources = signals.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: own)
            source.setEventHandler { queue.async { handler(number) } }
            // Activation only starts the registration; until it is done the signal would be ignored for good.
            let isRegistered = DispatchSemaphore(value: 0)
            source.setRegistrationHandler { isRegistered.signal() }
            source.activate()
            isRegistered.wait()
            return source
        }
    }

    deinit { sources.forEach { $0.cancel() } }

    /// Makes two signals into error codes of the calls that would raise them: writing to a closed socket or pipe
    /// (SIGPIPE) and writing a file beyond the size limit (SIGXFSZ).
    public static func ignoreWriteSignals() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }
}
