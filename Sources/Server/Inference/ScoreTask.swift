import Engine
import Foundation

/// A mask to be compared with its ground truth.
public struct ScoreTask: Sendable {
    /// As the store has it.
    public let maskPNG: Data
    /// From outside, untrusted.
    public let groundTruth: Data
    /// As of `PictureTask`.
    public let isolated: Bool

    public init(maskPNG: Data, groundTruth: Data, isolated: Bool = false) {
        self.maskPNG = maskPNG
        self.groundTruth = groundTruth
        self.isolated = isolated
    }

    /// Compares them, in this process.
    /// - Parameter classCount: of the model that made the mask, without the background.
    /// - Throws: `InvalidGroundTruth`; `ImageError` when it is the mask that cannot be decoded.
    func score(classCount: Int) throws -> ImageScore {
        // The service wrote it, of whatever size was accepted on that day.
        let mask = try VOCPNG.decode(maskPNG, maximumPixels: .max)
        let truth = try GroundTruth.decode(
            groundTruth, width: mask.width, height: mask.height, classCount: classCount)
        return ImageScore(prediction: mask, truth: truth, classCount: classCount)
    }
}
