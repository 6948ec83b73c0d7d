import Engine

/// The curves of a training run as one SVG: the loss, its terms, rate and speed by step, and by epoch what the looks at
/// held-out and at validation images found.
struct LearningCurves {
    private let steps: [TrainingLog.Step]
    private let looks: [TrainingLog.Look]
    private let heldOut: [TrainingLog.HeldOut]
    private let weights: Objective.Weights

    init(_ log: TrainingLog, weights: Objective.Weights) {
        (steps, looks, heldOut, self.weights) = (log.steps, log.looks, log.heldOut, weights)
    }

    var svg: String {
        var charts = [chart("loss", \.loss)]
        for (name, path) in Objective.Weights.names where weights[keyPath: path] > 0 {
            charts.append(chart("\(name) (unweighted)") { $0.terms[keyPath: path] })
        }
        charts.append(chart("gradient norm", \.gradientNorm))
        charts.append(chart("learning rate", \.learningRate))
        charts.append(chart("images per second") { Float($0.imagesPerSecond) })
        charts += [heldOutChart, looksChart].compactMap(\.self)
        return LineChart.page(charts)
    }

    private func chart(_ title: String, _ value: (TrainingLog.Step) -> Float) -> LineChart {
        LineChart(
            title: title, horizontal: "step (grey: ends of epochs)",
            lines: [LineChart.Line(name: title, points: smoothed(value))], marks: EpochMarks.marks(steps))
    }

    private var heldOutChart: LineChart? {
        guard let any = heldOut.first else { return nil }
        func line(_ name: String, _ value: (TrainingLog.HeldOut) -> Double) -> LineChart.Line {
            LineChart.Line(name, heldOut, isLast: \.isFinal) { (Double($0.epoch), 100 * value($0)) }
        }
        return LineChart(
            title: "\(any.heldOutImages) held-out images, labels only", horizontal: "epoch",
            lines: [line("mAP", \.meanAveragePrecision), line("exact matches", \.exactMatches)],
            levels: [LineChart.Level(name: "mAP by chance", value: 100 * any.chance)], countsWholes: true)
    }

    private var looksChart: LineChart? {
        guard let any = looks.first else { return nil }
        func line(_ name: String, _ value: (TrainingLog.Look) -> Double) -> LineChart.Line {
            LineChart.Line(name, looks, isLast: \.isFinal) { (Double($0.epoch), 100 * value($0)) }
        }
        return LineChart(
            title: "class activation maps, \(any.list), labels given",
            horizontal: looks.last { $0.isFinal }.map { "epoch (final: \($0.views))" } ?? "epoch",
            lines: [line("mIoU", \.meanIoU), line("contour F", \.contourF)], countsWholes: true)
    }

    /// Means over a hundredth of the run, so that a curve is a curve.
    private func smoothed(_ value: (TrainingLog.Step) -> Float) -> [(Double, Double)] {
        let width = max(1, steps.count / 100)
        return stride(from: 0, to: steps.count, by: width).map { start in
            let part = steps[start..<min(start + width, steps.count)]
            return (Double(part[part.endIndex - 1].step), Double(part.map(value).reduce(0, +)) / Double(part.count))
        }
    }
}

extension LineChart.Line {
    /// A line through looks after epochs, and the final one apart: it may have been made in another way.
    fileprivate init<Look>(
        _ name: String, _ looks: [Look], isLast: (Look) -> Bool, _ point: (Look) -> (Double, Double)
    ) {
        self.init(
            name: name, points: looks.filter { !isLast($0) }.map(point),
            last: looks.last(where: isLast).map { ("\(name), final", point($0)) })
    }
}
