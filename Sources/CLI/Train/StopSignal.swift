import ArgumentParser
import Foundation
import Synchronization

/// Whether SIGINT or SIGTERM has come: long work then ends at its next whole step instead of at once. A second signal
/// ends the process at once.
final class StopSignal: Sendable {
    /// Written by the handler, which may do no more than that.
    private static let last = Atomic<Int32>(0)

    init() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { caught in
                StopSignal.last.store(caught, ordering: .relaxed)
                StopSignal.exitAtOnce(on: caught)
            }
        }
    }

    /// Signals end the process again, at once.
    func release() { StopSignal.exitAtOnce() }

    /// From here on a signal ends the process at once, with the status of a command that was stopped: for work that
    /// leaves nothing behind that would have to be finished.
    static func exitAtOnce() {
        for number in [SIGINT, SIGTERM] { exitAtOnce(on: number) }
    }

    private static func exitAtOnce(on number: Int32) { signal(number) { caught in _exit(128 + caught) } }

    var caught: Int32? {
        let number = StopSignal.last.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }
}

extension ExitCode {
    /// As shells count what a signal ended: 130 for SIGINT, 143 for SIGTERM.
    static func stopped(by signal: Int32) -> ExitCode { ExitCode(128 + signal) }
}
