import Foundation
import Synchronization

/// `uploaded 12/40, 310/1349 images, 2 failed, 1.66/s, 10:26 left`
final class BatchProgress: Sendable {
    private let report: ProgressReport
    private let ledger: BatchLedger
    private let failures = Atomic(0)
    private let warned: WarningNotes

    /// Failures that are told at once; the others are only in `failures.txt`.
    private static let toldFailures = 20

    init(report: ProgressReport, ledger: BatchLedger) {
        self.report = report
        self.ledger = ledger
        warned = WarningNotes(report: report)
    }

    /// Once per image: the service tells of each item once in a run.
    func note(warnings: [ItemsPage.Warning], of name: String) {
        warned.note(warnings.map { JobClient.printable($0.detail) }, of: JobClient.printable(name))
    }

    /// At the end of a run, for its summary: nil where no image had a warning.
    var warningCount: String? { warned.summary }

    func note(failure reason: String, of name: String) {
        let count = failures.add(1, ordering: .relaxed).newValue
        if count <= BatchProgress.toldFailures { report.note("\(name): \(reason)") }
        if count == BatchProgress.toldFailures { report.note("further failures are only in failures.txt") }
    }

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
            if job.counts.cancelled > 0 { parts.append("\(job.counts.cancelled) cancelled") }
            if job.state == "paused" { parts.append("paused") }
            if let rate = job.imagesPerSecond { parts.append(String(format: "%.2f/s", rate)) }
            if !job.hasEnded, let seconds = job.etaSeconds { parts.append(ProgressReport.clock(seconds) + " left") }
        }
        return parts.joined(separator: ", ")
    }
}
