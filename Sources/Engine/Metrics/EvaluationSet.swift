import Foundation
import Synchronization
import Text

/// Pictures with image-level labels and ground-truth masks, all of them checked.
public struct EvaluationSet: Sendable {
    public let classes: [String]
    let items: [Item]
    /// What is odd about the ground truth and no fault, a sentence each.
    public let warnings: [String]
    public var count: Int { items.count }

    struct Item: Sendable {
        let picture: TrainingSet.Example
        let truthPath: String
    }

    /// Reads every mask once, so that a long training run does not end without its figures.
    ///
    /// - Parameters:
    ///   - pictures: checked already; their labels are the ones given to the network.
    ///   - groundTruth: directory of indexed PNGs called as the pictures: 0 background, k + 1 class k, 255 ignored.
    ///   - what: what problems are headed with, before the directory of the ground truth.
    ///   - threads, progress: as for `TrainingSet`.
    /// - Throws: `InvalidDataSet` with everything that is wrong.
    public init(
        _ pictures: TrainingSet, groundTruth: String, what: String? = nil, threads: Int,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(InvalidDataSet) {
        classes = pictures.classes
        let folder = PredictionFolder.masks(groundTruth)
        let items = pictures.examples.map { Item(picture: $0, truthPath: folder.file(of: $0.name)) }
        self.items = items
        let classCount = classes.count
        let contents = Mutex([TruthContent?](repeating: nil, count: items.count))
        var problems = items.isEmpty ? ["no image is listed"] : []
        problems += ParallelCheck.problems(count: items.count, threads: threads, progress: progress) { index in
            do {
                let item = items[index]
                let labels = item.picture.labels.count
                guard labels <= SweepPlanes.maximumClasses else {
                    return [
                        "\(item.picture.name): has \(labels) labels, over the limit of \(SweepPlanes.maximumClasses)"
                    ]
                }
                let bytes = try Data(contentsOf: URL(fileURLWithPath: item.picture.path))
                let size = try ImageDecoder().dimensions(of: bytes)
                let truth = try item.truth(width: size.width, height: size.height, classCount: classCount)
                contents.withLock { $0[index] = TruthContent(truth) }
                return []
            } catch {
                return [FileFault.text(of: error)]
            }
        }
        let heading = (what.map { "\($0), " } ?? "") + "ground truth in \(groundTruth)"
        let census = TruthCensus(
            contents.withLock { $0.map { $0 ?? TruthContent() } }, names: pictures.examples.map(\.name))
        // Nothing can be chosen or judged by it.
        if problems.isEmpty, let fault = census.fault ?? census.backgroundAlone { problems = [fault] }
        guard problems.isEmpty else { throw InvalidDataSet(what: heading, problems: problems) }
        warnings = census.warnings.map { "\(heading): \($0)" }
    }
}

extension EvaluationSet.Item {
    /// The ground truth.
    /// - Parameters: size of the picture, and how many classes there are.
    func truth(width: Int, height: Int, classCount: Int) throws(UnusableFile) -> IndexMask {
        try MaskFile(path: truthPath).read(
            classCount: classCount,
            size: ExpectedSize(width: width, height: height, owner: "its picture \(picture.path)"))
    }
}
