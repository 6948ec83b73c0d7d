import Engine

/// The curves of a training run as one SVG: the loss, its terms, rate and speed by step, and by epoch what the looks at
/// held-out and at validation images found.
struct LearningCurves {
    private let steps: [TrainingLog.Step]
    private let looks: [TrainingLog.Look]
    private let heldOut: [TrainingLog.HeldOut]
    private let events: [TrainingLog.Event]
    private let weights: Objective.Weights

    init(_ log: TrainingLog, weights: Objective.Weights) {
        (steps, looks, heldOut, self.weights) = (log.logged.all, log.looks, log.heldOut, weights)
        events = log.recoveries
    }

    var svg: String {
        var charts = [chart("loss", \.loss)]
        for (name, path) in Objective.Weights.names where weights[keyPath: path] > 0 {
            let chance =
                [\Objective.Weights.gap, \.gmp].contains(path) ? line("labels' frequencies") { Float($0.chance) } : nil
            charts.append(
                chart("\(name) (unweighted)", [line(name) { $0.terms[keyPath: path] }, chance].compactMap(\.self)))
        }
        charts.append(
            chart(
                "gradient norm, before clipping",
                [line("mean", \.gradientNorm), line("largest", reduced: { $0.max() ?? 0 }, \.gradientNorm)]))
        if steps.contains(where: { $0.clipped || !$0.applied }) { charts.append(boundedChart) }
        charts.append(chart("learning rate", \.learningRate))
        charts.append(chart("images per second") { Float($0.imagesPerSecond) })
        charts += [heldOutChart, looksChart].compactMap(\.self)
        return LineChart.page(charts)
    }

    private func chart(_ title: String, _ value: (TrainingLog.Step) -> Float) -> LineChart {
        chart(title, [line(title, value)])
    }

    private func chart(_ title: String, _ lines: [LineChart.Line]) -> LineChart {
        LineChart(
            title: title, horizontal: "step (grey: ends of epochs)", lines: lines,
            marks: EpochMarks.marks(steps) + recoveries)
    }

    /// Where the run went back to, to learn more slowly from there.
    private var recoveries: [LineChart.Mark] {
        events.map { LineChart.Mark(position: Double($0.back), label: "went back") }
    }

    /// How many steps of each part of the run were shortened, and how many not applied.
    private var boundedChart: LineChart {
        let sum = { (values: [Float]) in values.reduce(0, +) }
        return chart(
            "steps whose gradient was bounded",
            [
                line("clipped", reduced: sum) { $0.clipped ? 1 : 0 },
                line("skipped", reduced: sum) { $0.applied ? 0 : 1 },
            ])
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

    /// One point for each hundredth of the run, so that a curve is a curve: means, unless they are reduced otherwise.
    private func line(
        _ name: String, reduced reduce: ([Float]) -> Float = { $0.reduce(0, +) / Float($0.count) },
        _ value: (TrainingLog.Step) -> Float
    ) -> LineChart.Line {
        let width = max(1, steps.count / 100)
        let points = stride(from: 0, to: steps.count, by: width).map { start in
            let part = steps[start..<min(start + width, steps.count)]
            return (Double(part[part.endIndex - 1].step), Double(reduce(part.map(value))))
        }
        return LineChart.Line(name: name, points: points)
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
