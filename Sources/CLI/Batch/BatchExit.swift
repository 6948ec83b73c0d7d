import ArgumentParser

/// Exit statuses of `batch`, beside 0 and those of wrong arguments (64).
enum BatchExit {
    static let imagesFailed = ExitCode(1)
    /// What is given cannot be a job, or is not the one in OUT, or OUT can't be written.
    static let unusable = ExitCode(2)
    static let cancelled = ExitCode(3)
    /// The server refused, or did not answer as long as the patience lasts.
    static let server = ExitCode(4)

    /// As shells count what a signal ended.
    static func interrupted(_ signal: Int32) -> ExitCode { ExitCode(128 + signal) }

    static func status(of error: any Error) -> ExitCode {
        switch error {
        case let interrupted as Interrupted: BatchExit.interrupted(interrupted.signal)
        case is JobClient.Refused, is JobClient.Unexpected, is Patience.Ended, is BatchRun.Lost: server
        default: unusable
        }
    }
}
