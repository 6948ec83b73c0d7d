import Foundation

extension LineChart {
    private static let colours = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf"]
    private static let grey = "#777"
    /// More points than these are a curve without markers.
    private static let markedPoints = 40

    private func colour(_ index: Int) -> String { LineChart.colours[index % LineChart.colours.count] }

    /// The chart's elements, from its upper left corner.
    var body: String {
        let points = lines.flatMap { $0.points + ($0.last.map { [$0.point] } ?? []) }
        let plot = Plot(
            x: Axis(points.map(\.0), isWhole: countsWholes), y: Axis(points.map(\.1) + levels.map(\.value)),
            legendRows: (legend.count + 1) / 2)
        var parts = [
            "<text x=\"\(number(plot.left))\" y=\"18\" font-weight=\"bold\">\(title.escapedForMarkup)</text>"
        ]
        parts += axes(plot) + marks.compactMap { drawn($0, plot) } + levels.map { drawn($0, plot) }
        for (index, line) in lines.enumerated() {
            let places = line.points.compactMap(plot.place)
            let path = places.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
            parts.append(
                "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(colour(index))\" stroke-width=\"1.5\"/>")
            if places.count <= LineChart.markedPoints { parts += places.map { dot(at: $0, colour(index)) } }
            if let last = line.last, let place = plot.place(last.point) {
                parts.append(diamond(at: place, colour(index)))
            }
        }
        return (parts + drawnLegend(plot)).joined(separator: "\n")
    }

    private func axes(_ plot: Plot) -> [String] {
        var parts = plot.y.ticks.map { tick in
            let y = number(plot.vertical(tick))
            return "<path d=\"M\(number(plot.left)) \(y)H\(number(plot.right))\" stroke=\"#ddd\"/>"
                + "<text x=\"\(number(plot.left - 6))\" y=\"\(y)\" text-anchor=\"end\" dy=\"4\">"
                + "\(Axis.label(tick))</text>"
        }
        parts += plot.x.ticks.map { tick in
            "<text x=\"\(number(plot.horizontal(tick)))\" y=\"\(number(plot.bottom + 15))\" text-anchor=\"middle\">"
                + "\(Axis.label(tick))</text>"
        }
        parts.append(
            "<text x=\"\(number((plot.left + plot.right) / 2))\" y=\"\(number(plot.bottom + 30))\" "
                + "text-anchor=\"middle\">\(horizontal.escapedForMarkup)</text>")
        return parts
    }

    private func drawn(_ mark: Mark, _ plot: Plot) -> String? {
        guard (0...1).contains(plot.x.share(mark.position)) else { return nil }
        let x = number(plot.horizontal(mark.position))
        return "<path d=\"M\(x) \(number(plot.top))V\(number(plot.bottom))\" stroke=\"#bbb\" stroke-width=\"0.5\"/>"
            + "<text x=\"\(x)\" y=\"\(number(plot.top - 2))\" text-anchor=\"middle\" font-size=\"8\" "
            + "fill=\"\(LineChart.grey)\">\(mark.label.escapedForMarkup)</text>"
    }

    private func drawn(_ level: Level, _ plot: Plot) -> String {
        "<path d=\"M\(number(plot.left)) \(number(plot.vertical(level.value)))H\(number(plot.right))\" "
            + "stroke=\"\(LineChart.grey)\" stroke-dasharray=\"4 3\"/>"
    }

    private func dot(at place: (x: Double, y: Double), _ colour: String) -> String {
        "<circle cx=\"\(number(place.x))\" cy=\"\(number(place.y))\" r=\"2.5\" fill=\"\(colour)\"/>"
    }

    private func diamond(at place: (x: Double, y: Double), _ colour: String) -> String {
        "<path d=\"M\(number(place.x)) \(number(place.y - 5.5))l5.5 5.5l-5.5 5.5l-5.5 -5.5z\" fill=\"\(colour)\" "
            + "stroke=\"white\"/>"
    }

    private func number(_ value: Double) -> String { String(format: "%.1f", value) }
}

// MARK: - Legend

extension LineChart {
    private enum Symbol { case line, last, level }

    /// Nothing for one line alone: the title names it.
    private var legend: [(symbol: Symbol, name: String, colour: String)] {
        guard lines.count + levels.count > 1 || lines.contains(where: { $0.last != nil }) else { return [] }
        return lines.enumerated().flatMap { index, line in
            // A line of its last point alone has no dot.
            let own = line.points.isEmpty && line.last != nil ? [] : [(Symbol.line, line.name, colour(index))]
            return own + (line.last.map { [(Symbol.last, $0.name, colour(index))] } ?? [])
        } + levels.map { (Symbol.level, $0.name, LineChart.grey) }
    }

    /// In two columns between title and plot.
    private func drawnLegend(_ plot: Plot) -> [String] {
        legend.enumerated().map { index, entry in
            let x = plot.left + Double(index % 2) * (plot.right - plot.left) / 2
            let y = Plot.title + 14 * Double(index / 2)
            let symbol =
                switch entry.symbol {
                case .line: dot(at: (x + 6, y), entry.colour)
                case .last: diamond(at: (x + 6, y), entry.colour)
                case .level:
                    "<path d=\"M\(number(x)) \(number(y))h12\" stroke=\"\(entry.colour)\" stroke-dasharray=\"4 3\"/>"
                }
            return symbol + "<text x=\"\(number(x + 16))\" y=\"\(number(y))\" dy=\"4\" fill=\"\(entry.colour)\">"
                + "\(entry.name.escapedForMarkup)</text>"
        }
    }
}

/// Where values lie in a chart.
private struct Plot {
    let x: Axis
    let y: Axis
    let left = 56.0
    let right = LineChart.width - 12
    let bottom = LineChart.height - 38
    let top: Double

    /// Height of the title.
    static let title = 30.0

    init(x: Axis, y: Axis, legendRows: Int) {
        (self.x, self.y) = (x, y)
        top = Plot.title + 14 * Double(legendRows)
    }

    func horizontal(_ value: Double) -> Double { left + x.share(value) * (right - left) }
    func vertical(_ value: Double) -> Double { bottom - y.share(value) * (bottom - top) }

    /// Nil for what is no number.
    func place(_ point: (Double, Double)) -> (x: Double, y: Double)? {
        guard point.0.isFinite, point.1.isFinite else { return nil }
        return (horizontal(point.0), vertical(point.1))
    }
}
