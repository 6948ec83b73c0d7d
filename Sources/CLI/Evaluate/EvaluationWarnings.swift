import Engine

extension Evaluation {
    /// What is odd about a set and no fault, a sentence each.
    /// - Parameters:
    ///   - census: of the ground truth.
    ///   - scores: of the first run.
    static func warnings(_ census: TruthCensus, _ scores: [ImageScore]) -> [String] {
        var (truth, predicted): (Set<Int>, Set<Int>) = ([], [])
        for pair in scores.lazy.flatMap(\.pairs) {
            truth.insert(pair.truth)
            if let prediction = pair.prediction { predicted.insert(prediction) }
        }
        let (ours, theirs) = (predicted.subtracting([0]), truth.subtracting([0]))
        var warnings = census.warnings.map { "ground truth: \($0)" }
        if ours.isEmpty, !theirs.isEmpty {
            warnings.append("no prediction has a pixel of a class where the ground truth counts")
        } else if !ours.isEmpty, !theirs.isEmpty, ours.isDisjoint(with: theirs) {
            warnings.append(
                "the ground truth has the classes \(list(theirs)), the predictions \(list(ours)), none in common: are "
                    + "their values of one list of classes?")
        }
        return warnings
    }

    private static let shown = 10

    private static func list(_ indices: Set<Int>) -> String {
        let more = indices.count - shown
        return indices.sorted().prefix(shown).map(String.init).joined(separator: ", ")
            + (more > 0 ? " and \(more) more" : "")
    }
}
