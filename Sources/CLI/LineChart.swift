import Foundation

/// Lines over a common axis, drawn as SVG.
struct LineChart {
    struct Line {
        let name: String
        let points: [(Double, Double)]
    }

    let title: String
    /// Name of the horizontal axis.
    let horizontal: String
    let lines: [Line]

    private static let (width, height) = (420.0, 260.0)
    private static let colours = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf"]
    private static let plot = (left: 56.0, top: 30.0, right: 12.0, bottom: 38.0)

    /// Several charts, two beside each other.
    static func page(_ charts: [LineChart]) -> String {
        let columns = min(2, max(1, charts.count))
        let rows = (charts.count + columns - 1) / columns
        let size = (width: Double(columns) * width, height: Double(rows) * height)
        let body = charts.enumerated().map { index, chart in
            let (x, y) = (Double(index % columns) * width, Double(index / columns) * height)
            return "<g transform=\"translate(\(x) \(y))\">\n\(chart.body)\n</g>"
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(size.width)" height="\(size.height)" \
            font-family="sans-serif" font-size="11">
            <rect width="100%" height="100%" fill="white"/>
            \(body.joined(separator: "\n"))
            </svg>

            """
    }

    private var body: String {
        let points = lines.flatMap(\.points)
        let x = Axis(points.map(\.0))
        let y = Axis(points.map(\.1))
        let plot = LineChart.plot
        let (right, bottom) = (LineChart.width - plot.right, LineChart.height - plot.bottom)
        func horizontal(_ value: Double) -> String { number(plot.left + x.share(value) * (right - plot.left)) }
        func vertical(_ value: Double) -> String { number(bottom - y.share(value) * (bottom - plot.top)) }

        var parts = ["<text x=\"\(number(plot.left))\" y=\"18\" font-weight=\"bold\">\(title.escapedForMarkup)</text>"]
        for tick in y.ticks {
            parts.append(
                "<path d=\"M\(number(plot.left)) \(vertical(tick))H\(number(right))\" stroke=\"#ddd\"/>"
                    + "<text x=\"\(number(plot.left - 6))\" y=\"\(vertical(tick))\" text-anchor=\"end\" dy=\"4\">"
                    + "\(Axis.label(tick))</text>")
        }
        for tick in x.ticks {
            parts.append(
                "<text x=\"\(horizontal(tick))\" y=\"\(number(bottom + 15))\" text-anchor=\"middle\">"
                    + "\(Axis.label(tick))</text>")
        }
        parts.append(
            "<text x=\"\(number((plot.left + right) / 2))\" y=\"\(number(bottom + 30))\" text-anchor=\"middle\">"
                + "\(self.horizontal.escapedForMarkup)</text>")
        for (index, line) in lines.enumerated() {
            let colour = LineChart.colours[index % LineChart.colours.count]
            let finite = line.points.filter { $0.0.isFinite && $0.1.isFinite }
            let path = finite.map { "\(horizontal($0.0)),\(vertical($0.1))" }.joined(separator: " ")
            parts.append("<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.5\"/>")
            guard lines.count > 1 else { continue }
            parts.append(
                "<text x=\"\(number(right))\" y=\"\(number(plot.top + 12 + 14 * Double(index)))\" text-anchor=\"end\" "
                    + "fill=\"\(colour)\">\(line.name.escapedForMarkup)</text>")
        }
        return parts.joined(separator: "\n")
    }

    private func number(_ value: Double) -> String { String(format: "%.1f", value) }
}

/// The range of one axis and its ticks at round numbers.
struct Axis {
    let low: Double
    let high: Double
    let ticks: [Double]

    init(_ values: [Double]) {
        let finite = values.filter(\.isFinite)
        let (least, most) = (finite.min() ?? 0, finite.max() ?? 1)
        // What differs by less than a step of floats can show counts as equal.
        let size = max(abs(least), abs(most))
        let span = most - least > max(1e-9 * size, 1e-30) ? most - least : max(size, 1)
        let rough = span / 4
        let power = pow(10, floor(log10(rough)))
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? rough
        let first = floor(least / step)
        let last = max(first + 1, ceil(most / step))
        (low, high) = (first * step, last * step)
        ticks = stride(from: first, through: last, by: 1).map { $0 * step }
    }

    /// 0 at the low end, 1 at the high one.
    func share(_ value: Double) -> Double { (value - low) / (high - low) }

    static func label(_ value: Double) -> String { String(format: "%g", abs(value) < 1e-12 ? 0 : value) }
}
