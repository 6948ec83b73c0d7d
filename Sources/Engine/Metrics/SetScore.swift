/// The counts of a set: the sum of what its images add.
public struct SetScore: Sendable, Equatable {
    public private(set) var confusion: ConfusionMatrix
    public private(set) var contour: ContourScore
    /// Images whose ground truth has a pixel of the index, the background first.
    public private(set) var images: [Int]

    /// - Parameter classCount: without the background.
    /// - Precondition: the images' indices are at most `classCount`.
    public init(_ scores: [ImageScore], classCount: Int) {
        confusion = ConfusionMatrix(classCount: classCount)
        contour = ContourScore(classCount: classCount)
        images = [Int](repeating: 0, count: classCount + 1)
        for score in scores {
            confusion.add(score)
            contour.add(score)
            for index in Set(score.pairs.map(\.truth)) { images[index] += 1 }
        }
    }
}
