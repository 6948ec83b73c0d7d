import Foundation

/// Progress of long work with rate and time left: one line that is rewritten on a terminal, plain lines in a log.
///
/// `@unchecked Sendable`: the mutable state is only touched under `lock`.
final class ProgressReport: @unchecked Sendable {
    private let total: Int
    private let unit: String
    private let start = ContinuousClock.now
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let lock = NSLock()
    private var finished = 0
    private var failed = 0
    /// Finished without work: they say nothing of how long the others take.
    private var skipped = 0
    private var lastLine: ContinuousClock.Instant?
    private var lastText: String?
    /// Between two lines: a terminal is for watching, a log is for reading later.
    private var interval: Duration { isTerminal ? .milliseconds(200) : .seconds(10) }

    /// - Parameter unit: what is counted, in the plural.
    init(total: Int, unit: String) {
        self.total = total
        self.unit = unit
    }

    /// - Parameter wasSkipped: whether there was nothing to do for it.
    func advance(failed hasFailed: Bool = false, skipped wasSkipped: Bool = false) {
        lock.lock()
        defer { lock.unlock() }
        finished += 1
        if hasFailed { failed += 1 }
        if wasSkipped { skipped += 1 }
        let now = ContinuousClock.now
        guard finished == total || lastLine.map({ now - $0 >= interval }) ?? true else { return }
        lastLine = now
        write(line(at: now), isLast: finished == total)
    }

    /// Shows a line of the caller's own making instead, no oftener than lines are shown.
    /// - Parameters:
    ///   - isLast: shown in any case; nothing is rewritten after it.
    ///   - quietFor: the first so many seconds of the report nothing is shown.
    func show(_ line: @autoclosure () -> String, isLast: Bool = false, quietFor: Duration = .zero) {
        lock.lock()
        defer { lock.unlock() }
        let now = ContinuousClock.now
        guard isLast || lastLine.map({ now - $0 >= interval }) ?? (now - start >= quietFor) else { return }
        lastLine = now
        let text = line()
        // A log has said it already.
        guard isTerminal || text != lastText else { return }
        lastText = text
        write(text, isLast: isLast)
    }

    /// A message of its own that does not tear the progress line apart.
    func note(_ message: String) {
        lock.lock()
        defer { lock.unlock() }
        if isTerminal { Terminal.show("\r\u{1b}[K") }
        Terminal.note(message)
    }

    private func line(at now: ContinuousClock.Instant) -> String {
        ProgressReport.line(
            finished: finished, failed: failed, skipped: skipped, of: total, unit, seconds: (now - start) / .seconds(1))
    }

    /// Seconds below which no rate is told: of the first moment it would be any number.
    private static let shortestRated = 1.0

    static func line(
        finished: Int, failed: Int, skipped: Int, of total: Int, _ unit: String, seconds: Double
    ) -> String {
        var line = "\(finished)/\(total) \(unit)"
        if failed > 0 { line += ", \(failed) failed" }
        let worked = finished - skipped
        guard worked > 0, seconds >= shortestRated else { return line }
        let rate = Double(worked) / seconds
        line += String(format: ", %.2f/s", rate)
        if finished < total { line += ", " + clock(Double(total - finished) / rate) + " left" }
        return line
    }

    private func write(_ line: String, isLast: Bool) {
        guard isTerminal else { return Terminal.note(line) }
        Terminal.show("\r\u{1b}[K" + Terminal.printable(line) + (isLast ? "\n" : ""))
    }

    /// "1:02:03" or "2:03".
    static func clock(_ seconds: Double) -> String {
        let whole = Int(min(seconds.rounded(.up), 359_999))
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0
            ? String(format: "%d:%02d:%02d", hours, minutes, rest) : String(format: "%d:%02d", minutes, rest)
    }
}
