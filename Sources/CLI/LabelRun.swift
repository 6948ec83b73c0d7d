import Crypto
import Engine
import Foundation
import Synchronization
import Text

/// Labels images one after the other, two at a time: while one has the network's threads, the other is read, decoded,
/// refined or written.
struct LabelRun {
    let items: [LabelItem]
    let pipeline: Pipeline
    let options: LabelingOptions
    let output: LabelOutput

    private static let imagesAtOnce = 2

    struct Summary: Sendable {
        var labeled = 0
        var skipped = 0
        /// Path and reason, in the order in which they happened.
        var failures: [String] = []
        /// How many images had warnings, in words; nil where none had.
        var warnings: String?
        var seconds = 0.0

        var text: String {
            var parts = ["\(labeled) labelled"]
            if skipped > 0 { parts.append("\(skipped) were finished before") }
            if !failures.isEmpty { parts.append("\(failures.count) failed") }
            if let warnings { parts.append(warnings) }
            parts.append(String(format: "%.1f s", seconds))
            if labeled > 0 { parts.append(String(format: "%.3f s an image", seconds / Double(labeled))) }
            parts.append("peak memory \(Processor.peakMemory >> 20) MiB")
            return parts.joined(separator: ", ")
        }
    }

    func run() -> Summary {
        let start = ContinuousClock.now
        let summary = Mutex(Summary())
        let progress = ProgressReport(total: items.count, unit: "images")
        let warned = WarningNotes(report: progress)
        let next = Atomic<Int>(0)
        ThreadTeam(size: min(LabelRun.imagesAtOnce, max(1, items.count))).run { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < items.count else { return }
                let item = items[index]
                do {
                    let labeling = try label(item)
                    summary.withLock { if labeling == nil { $0.skipped += 1 } else { $0.labeled += 1 } }
                    warned.note(labeling?.warnings.map(\.detail) ?? [], of: item.path)
                    progress.advance(skipped: labeling == nil)
                } catch {
                    let reason = "\(item.path): \(failure(error, of: item))"
                    progress.note(reason)
                    summary.withLock { $0.failures.append(reason) }
                    progress.advance(failed: true)
                }
            }
        }
        return summary.withLock {
            $0.warnings = warned.summary
            $0.seconds = (ContinuousClock.now - start) / .seconds(1)
            return $0
        }
    }

    /// The image's own path is said already.
    private func failure(_ error: any Error, of item: LabelItem) -> String {
        let text = FileFault.text(of: error)
        return text.hasPrefix(item.path + ": ") ? String(text.dropFirst(item.path.count + 2)) : text
    }

    /// - Returns: nil where the image was finished by an earlier run.
    private func label(_ item: LabelItem) throws -> Labeling? {
        let labels = try item.labels.get()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: item.path))
        let sha256 = SHA256.hash(data: bytes).hexDigits
        if output.isFinished(item, sha256: sha256, labels: labels) { return nil }
        var maps: ClassMaps?
        let labeling = try pipeline.label(bytes, labels: labels, options: options) { maps = $0 }
        try output.write(
            labeling, maps: maps, image: try pipeline.decoder.decode(bytes), of: item, sha256: sha256, labels: labels)
        return labeling
    }
}
