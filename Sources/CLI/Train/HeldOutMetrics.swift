import Engine

/// Figures of held-out images in a model's provenance.
enum HeldOutMetrics {
    private static let classPrefix = "AP of "
    /// Classes up to which a model says the average precision of each: a header has its limits, and a log has them all.
    private static let maximumClasses = 1000

    /// In percent, by name.
    /// - Parameter isChosen: whether the epoch was chosen by these images, which makes its figures a little too good.
    static func metrics(_ look: TrainingLog.HeldOut, isChosen: Bool) -> [String: Double] {
        let what = "\(look.heldOutImages) held-out images, labels only" + (isChosen ? ", the best epoch's" : "")
        let verdict = look.isBetterThanChance ? "" : ", no better than chance"
        var metrics = [
            "mAP, \(what)\(verdict)": 100 * look.meanAveragePrecision,
            "exact matches, \(what)": 100 * look.exactMatches,
            "mAP that one of twenty random rankings reaches, \(what)": 100 * look.chanceHigh,
        ]
        guard look.averagePrecision.count <= maximumClasses else { return metrics }
        for case (let key, let precision?) in look.averagePrecision {
            metrics["\(classPrefix)\(key), \(what)"] = 100 * precision
        }
        return metrics
    }

    /// Whether a figure is one class's: too many for a listing.
    static func isOfOneClass(_ name: String) -> Bool { name.utf8.starts(with: classPrefix.utf8) }
}
