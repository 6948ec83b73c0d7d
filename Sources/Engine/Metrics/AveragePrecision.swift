/// How well scores rank the images that have a class before those that have not.
public enum AveragePrecision {
    /// The sum over thresholds of (R_n - R_(n-1)) P_n, precision and recall of the images with a score of at least the
    /// n-th highest: scikit-learn's `average_precision_score`. Equal scores are one threshold.
    /// - Parameters:
    ///   - scores: one per image; not a number counts as lowest.
    ///   - isPositive: whether each image has the class.
    /// - Returns: in 0...1; nil where no image has the class.
    /// - Precondition: as many scores as answers.
    public static func value(scores: [Float], isPositive: [Bool]) -> Double? {
        precondition(scores.count == isPositive.count)
        let positives = isPositive.count(where: \.self)
        guard positives > 0 else { return nil }
        let ranked = zip(scores, isPositive).map { score, positive in
            (score: score.isNaN ? -.infinity : score, isPositive: positive)
        }.sorted { $0.score > $1.score }
        var (sum, found, foundBefore) = (0.0, 0, 0)
        for (index, image) in ranked.enumerated() {
            if image.isPositive { found += 1 }
            if index + 1 < ranked.count, ranked[index + 1].score == image.score { continue }
            sum += Double(found - foundBefore) * Double(found) / Double(index + 1)
            foundBefore = found
        }
        return sum / Double(positives)
    }
}
