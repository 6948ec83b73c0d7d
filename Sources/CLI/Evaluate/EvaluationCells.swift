import Foundation

/// Shares of 1 for people.
enum Percent {
    /// "52.31"; a dash for what isn't there.
    static func text(_ share: Double?) -> String { share.map { String(format: "%.2f", 100 * $0) } ?? "-" }
    static func interval(_ figure: Evaluation.Figure?) -> String {
        figure.map { "\(text($0.low)) to \(text($0.high))" } ?? "-"
    }
    static func whole(_ share: Double) -> String { String(format: "%.0f", 100 * share) }
}

extension Evaluation.Row {
    static let heads = ["class", "IoU", "interval", "precision", "recall", "contour F", "pixels", "images"]

    var cells: [String] {
        [
            name, Percent.text(iou?.value), Percent.interval(iou), Percent.text(precision),
            Percent.text(recall), Percent.text(contourF), String(pixels), String(images),
        ]
    }
}

extension Evaluation {
    /// Under the rows of the classes.
    var totalCells: [String] {
        [
            "mean", Percent.text(meanIoU?.value), Percent.interval(meanIoU), Percent.text(meanPrecision),
            Percent.text(meanRecall), Percent.text(contourF?.value), String(classes.map(\.pixels).reduce(0, +)),
            String(images),
        ]
    }
}
