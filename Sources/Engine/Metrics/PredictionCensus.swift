/// What the predictions of a set hold where the ground truth counts. With every pixel of the classes left out, the
/// background is all that is measured, and its IoU would pass for the set's.
public struct PredictionCensus: Sendable {
    private let images: Int
    private let hasClass: Bool
    /// Images whose predictions leave pixels out.
    private let withOmissions: [String]

    /// - Parameters:
    ///   - scores: of one run.
    ///   - names: of the images, in the order of the scores.
    public init(_ scores: [ImageScore], names: [String]) {
        images = scores.count
        hasClass = scores.contains { score in score.pairs.contains { $0.prediction ?? 0 > 0 } }
        withOmissions = zip(scores, names).filter { score, _ in score.pairs.contains { $0.prediction == nil } }.map(\.1)
    }

    /// Why nothing can be measured; nil where something can.
    public var fault: String? {
        guard !hasClass, let first = withOmissions.first else { return nil }
        return
            "no pixel is of a class: \(withOmissions.count) of \(images) masks, the first \(first), hold 255 beside the "
            + "background at most, and 255 leaves a pixel out; if it is the object, recode 255 to 1"
    }
}

/// Whether masks without a list of classes say by 255 that a pixel does not count.
///
/// In 8 bits 255 is read as that, so it is an index in 16 bits alone, where 65535 is what does not count. As the highest
/// index it is hardly a class: most lists of classes that reach 255 go on.
public struct SixteenBitVoid: Sendable {
    private let highest: Int

    /// - Parameter scores: of all runs.
    public init(_ scores: some Sequence<ImageScore>) { highest = scores.lazy.map(\.highestIndex).max() ?? 0 }

    /// nil where no mask looks so.
    public var fault: String? {
        guard highest == 255 else { return nil }
        return
            "the highest index is 255, in 16-bit files, where 65535 is what does not count; recode 255 to 65535 or save "
            + "8-bit files, or give --classes if 255 is a class"
    }
}
