import Foundation

/// Lines over a common axis, drawn as SVG.
struct LineChart {
    struct Line {
        let name: String
        /// By the horizontal axis; few of them are marked each, so that one alone is seen too.
        let points: [(Double, Double)]
        /// A point of another kind than the line's, such as a last evaluation: a diamond of its own name.
        var last: (name: String, point: (Double, Double))?
    }

    /// A vertical line with a number on top, such as the end of an epoch.
    struct Mark {
        let position: Double
        let label: String
    }

    /// A dashed line across the chart: what values are held against.
    struct Level {
        let name: String
        let value: Double
    }

    let title: String
    /// Name of the horizontal axis.
    let horizontal: String
    var lines: [Line]
    var marks: [Mark] = []
    var levels: [Level] = []
    /// The horizontal axis counts: ticks between its numbers would say nothing.
    var countsWholes = false

    static let (width, height) = (420.0, 260.0)

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
}
