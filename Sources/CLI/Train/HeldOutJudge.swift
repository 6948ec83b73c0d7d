import Engine

/// Judges a network by the image-level labels of images that it was not trained on.
struct HeldOutJudge {
    private let evaluation: HeldOutEvaluation
    /// Where the images come from, for the model's provenance.
    let source: String
    private let keys: [String]

    /// - Parameter set: not empty.
    init(_ set: TrainingSet, source: String, threads: Int) {
        evaluation = HeldOutEvaluation(set, threads: threads)
        self.source = source
        keys = ClassKeys.keys(set.classes)
    }

    var count: Int { evaluation.set.examples.count }

    /// - Parameter progress: called after each image.
    func look(
        _ model: Model, epoch: Int, isFinal: Bool, progress: (@Sendable (Int, Int) -> Void)? = nil
    ) throws -> TrainingLog.HeldOut {
        TrainingLog.HeldOut(
            epoch: epoch, try evaluation.run(model, progress: progress), classKeys: keys, isFinal: isFinal)
    }

    /// Classes of a table; the log has them all.
    private static let maximumRows = 36

    /// Average precision of each class in percent, in the order of the classes; of many, those with the lowest: a table.
    func table(_ look: TrainingLog.HeldOut) -> String {
        let examples = evaluation.set.examples
        var images = [Int](repeating: 0, count: keys.count)
        for index in examples.lazy.flatMap(\.labels) { images[index] += 1 }
        let worst = keys.indices.sorted { left, right in
            func value(_ index: Int) -> Double { look.averagePrecision[keys[index]].flatMap(\.self) ?? 2 }
            return (value(left), left) < (value(right), right)
        }
        let shown = Set(worst.prefix(HeldOutJudge.maximumRows))
        let rows = keys.enumerated().filter { shown.contains($0.offset) }.map { index, key in
            let precision = look.averagePrecision[key].flatMap(\.self)
            let cells = [precision.map { Percent.text($0) } ?? "-", String(images[index])]
            return "  " + cells.map { String(repeating: " ", count: max(0, 6 - $0.count)) + $0 }.joined(separator: "  ")
                + "  " + key
        }
        let rest = keys.count - rows.count
        let more = rest > 0 ? ["  and \(rest) classes with a higher AP; the log has all"] : []
        return (["      AP  images  class"] + rows + more).joined(separator: "\n")
    }
}
