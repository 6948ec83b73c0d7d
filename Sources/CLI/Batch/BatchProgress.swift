import Foundation

/// `uploaded 12/40, 310/1349 images, 2 failed, 1.66/s, 10:26 left`
struct BatchProgress: Sendable {
    let report: ProgressReport
    let ledger: BatchLedger

    /// - Parameter job: nil while images are only uploaded.
    func show(_ job: JobDocument?) { report.show(line(job)) }

    func finish(_ job: JobDocument) { report.show(line(job), isLast: true) }

    func line(_ job: JobDocument?) -> String {
        var parts: [String] = []
        let uploads = ledger.uploads
        if uploads.total > 0 { parts.append("uploaded \(uploads.done)/\(uploads.total)") }
        if let job {
            parts.append("\(job.counts.done + job.counts.failed)/\(job.counts.total) images")
            if job.counts.failed > 0 { parts.append("\(job.counts.failed) failed") }
            if job.state == "paused" { parts.append("paused") }
            if let rate = job.imagesPerSecond { parts.append(String(format: "%.2f/s", rate)) }
            if !job.hasEnded, let seconds = job.etaSeconds { parts.append(ProgressReport.clock(seconds) + " left") }
        }
        return parts.joined(separator: ", ")
    }
}
