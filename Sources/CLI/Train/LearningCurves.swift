import Engine

/// The curves of a training run as one SVG: the loss and its terms by step, the rate, and what the looks at the validation
/// images found by epoch.
struct LearningCurves {
    private let steps: [TrainingLog.Step]
    private let looks: [TrainingLog.Look]
    private let weights: Objective.Weights

    init(_ log: TrainingLog, weights: Objective.Weights) {
        (steps, looks, self.weights) = (log.logged.all, log.looks, weights)
    }

    var svg: String {
        var charts = [lossChart]
        for (name, path) in Objective.Weights.names where weights[keyPath: path] > 0 {
            charts.append(
                LineChart(
                    title: "\(name) (unweighted)", horizontal: "step",
                    lines: [LineChart.Line(name: name, points: smoothed { $0.terms[keyPath: path] })]))
        }
        charts.append(
            LineChart(
                title: "gradient norm", horizontal: "step",
                lines: [LineChart.Line(name: "gradient norm", points: smoothed(\.gradientNorm))]))
        if !looks.isEmpty {
            let quick = looks.filter { !$0.isFinal }
            let shown = quick.isEmpty ? looks : quick
            charts.append(
                LineChart(
                    title: "class activation maps, \(shown[0].list), labels given", horizontal: "epoch",
                    lines: [
                        LineChart.Line(name: "mIoU", points: shown.map { (Double($0.epoch), 100 * $0.meanIoU) }),
                        LineChart.Line(name: "contour F", points: shown.map { (Double($0.epoch), 100 * $0.contourF) }),
                    ]))
        }
        return LineChart.page(charts)
    }

    private var lossChart: LineChart {
        LineChart(
            title: "loss", horizontal: "step", lines: [LineChart.Line(name: "loss", points: smoothed(\.loss))])
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
