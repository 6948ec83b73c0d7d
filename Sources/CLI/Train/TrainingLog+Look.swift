import Engine
import Foundation

extension TrainingLog.Look {
    init(epoch: Int, _ result: CAMEvaluation.Result, list: String, scales: [Double], isFinal: Bool) {
        self.init(
            epoch: epoch, meanIoU: result.meanIoU, contourF: result.contourF,
            backgroundScore: result.curve.bestScore, list: list, scales: scales, isFinal: isFinal)
    }

    var text: String {
        String(
            format: "%@: mIoU %.2f, contour F %.2f at background score %.2f (class activation maps, labels given, %@)",
            list, 100 * meanIoU, 100 * contourF, backgroundScore, views)
    }

    /// How often the network saw each image.
    var views: String {
        let count = scales.count == 1 ? "one scale" : "\(scales.count) scales"
        return isFinal ? count + " with flips" : count
    }
}
