import ArgumentParser
import Engine
import Foundation

/// Which images are kept from training, to tell what was learnt where there are no masks.
struct HoldoutOptions: ParsableArguments {
    @Option(
        help: """
            Share of the images to hold out, class by class, 0 to 0.5; the seed chooses them. They are not trained on, \
            and show after every epoch how well the network tells classes.
            """)
    var holdout: Double = 0
    @Option(help: "File with the names of the images to hold out instead, one per line; same directory and labels.")
    var holdoutList: String?

    var isGiven: Bool { holdout > 0 || holdoutList != nil }

    func validate() throws {
        guard (0...0.5).contains(holdout) else { throw ValidationError("--holdout must be 0 to 0.5") }
        guard holdout == 0 || holdoutList == nil else {
            throw ValidationError("--holdout and --holdout-list exclude each other")
        }
    }

    /// The images to train on, and what judges by the others; nil where none are held out.
    func part(
        _ set: TrainingSet, data: TrainingDataOptions, labels: LabelsSource, seed: UInt64, threads: Int
    ) throws -> (training: TrainingSet, judge: HeldOutJudge?) {
        let parted = try parts(of: set, data: data, labels: labels, seed: seed, threads: threads)
        guard let (parts, source) = parted else { return (set, nil) }
        return (parts.training, HeldOutJudge(parts.heldOut, source: source, threads: threads))
    }

    private func parts(
        of set: TrainingSet, data: TrainingDataOptions, labels: LabelsSource, seed: UInt64, threads: Int
    ) throws -> (Holdout, source: String)? {
        if let holdoutList {
            let listed = try LabelledImages(
                what: "held-out images", images: data.images, recursive: data.recursive, labels: labels
            ).read(list: holdoutList, classes: set.classes, threads: threads)
            return (try Holdout(set, without: listed), URL(fileURLWithPath: holdoutList).lastPathComponent)
        }
        guard holdout > 0 else { return nil }
        return (try Holdout(set, share: holdout, seed: seed), "a share of \(holdout), seed \(seed)")
    }
}
