import Foundation

/// An evaluation for people at a terminal, in percent.
struct EvaluationTable {
    private let evaluation: Evaluation

    init(_ evaluation: Evaluation) { self.evaluation = evaluation }

    /// A row for each class, one for their means, and what there is beside.
    var text: String {
        let rows =
            [Evaluation.Row.heads] + evaluation.classes.map(\.cells) + [evaluation.totalCells]
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            zip(row, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + padding : padding + cell.0
            }.joined(separator: "  ")
        }
        return (lines + [""] + notes).joined(separator: "\n")
    }

    private var notes: [String] {
        func figure(_ name: String, _ figure: Evaluation.Figure?) -> String {
            figure.map { "\(name) \(Percent.text($0.value)) (\(Percent.interval($0)))" } ?? "\(name) -"
        }
        let bootstrap = evaluation.bootstrap
        var notes = [
            [
                figure("mIoU", evaluation.meanIoU), figure("contour F", evaluation.contourF),
                figure("pixel accuracy", evaluation.pixelAccuracy), "coverage \(Percent.text(evaluation.coverage))",
                "ignored \(Percent.text(evaluation.ignoredShare))",
            ].joined(separator: ", "),
            "intervals: \(Percent.whole(bootstrap.confidence)) %, \(bootstrap.resamples) resamples of the images, "
                + "seed \(bootstrap.seed)",
        ]
        if let sweep = evaluation.sweep { notes.append(sweep.text) }
        guard let comparison = evaluation.comparison else { return notes }
        notes += [
            "",
            "minus \(comparison.with): "
                + [figure("mIoU", comparison.meanIoU), figure("contour F", comparison.contourF)]
                .joined(separator: ", "),
            "\(comparison.better) images better, \(comparison.worse) worse, \(comparison.equal) equal, by mean IoU",
        ]
        notes += comparison.images.map {
            "  \($0.name): \(Percent.text($0.meanIoU)), the other \(Percent.text($0.otherMeanIoU))"
        }
        return notes
    }
}
