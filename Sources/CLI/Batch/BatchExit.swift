import ArgumentParser

/// Exit statuses of `batch`, beside 0 and those of wrong arguments (64).
enum BatchExit {
    static let imagesFailed = ExitCode(1)
    /// What is given cannot be a job, or is not the one in OUT, or OUT can't be written.
    static let unusable = ExitCode(2)
    static let cancelled = ExitCode(3)
    /// The server refused, or did not answer as long as the patience lasts.
    static let server = ExitCode(4)

    static func status(of error: any Error) -> ExitCode {
        switch error {
        case let interrupted as Interrupted: ExitCode.stopped(by: interrupted.signal)
        case is JobClient.Refused, is JobClient.Unexpected, is Patience.Ended, is BatchRun.Lost: server
        default: unusable
        }
    }
}
