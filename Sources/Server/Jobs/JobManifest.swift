import Engine
import Foundation
import Store

/// Lines of a job's `manifest.jsonl`, written once when an item ends.
struct JobManifest: Sendable {
    let options: LabelingOptions

    /// - Parameter options: as the store holds them of the item's job.
    init(options: String) throws {
        self.options = try JSONDecoder().decode(LabelingOptions.self, from: Data(options.utf8))
    }

    func done(_ item: JobItemRecord, _ mask: MaskSummary) throws -> String {
        let line = ManifestLine(
            name: item.name, sha256: item.image.rawValue, width: mask.width, height: mask.height,
            model: mask.modelDigest.rawValue, revision: nil, labels: item.labels, options: options,
            classes: mask.classes.map { entry in
                ManifestLine.Class(
                    index: entry.classIndex + 1, name: entry.name, posterior: entry.posterior,
                    areaShare: entry.areaShare, meanPosterior: entry.meanPosterior,
                    boxes: entry.boxes.numbers(of: options, width: mask.width, height: mask.height), counts: nil)
            },
            seconds: mask.timings.secondsByStage, warnings: mask.warnings.compactMap { Warning($0) })
        return try ManifestLine.text(of: line)
    }

    /// Of an item without a mask.
    static func failed(_ item: JobItemRecord, reason: String) throws -> String {
        struct Line: Encodable {
            let name: String
            let sha256: String
            let labels: [String]?
            let failed: String
        }
        return try ManifestLine.text(
            of: Line(name: item.name, sha256: item.image.rawValue, labels: item.labels, failed: reason))
    }
}
