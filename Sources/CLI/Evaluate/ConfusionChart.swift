import Foundation

/// A confusion matrix drawn as SVG: each row the pixels of one class of the ground truth, shaded by the share of them
/// that were given each class. Colours are the page's.
struct ConfusionChart {
    /// Of the indices, the background first.
    let names: [String]
    /// [ground truth][prediction].
    let counts: [[Int]]

    /// Up to so many indices the shares are written into the cells.
    private static let largestWithNumbers = 32
    private static let letterWidth = 6.2
    private static let longestName = 20

    var svg: String {
        let cell = names.count <= ConfusionChart.largestWithNumbers ? 26.0 : 13
        let labels = names.map {
            $0.count > ConfusionChart.longestName ? $0.prefix(ConfusionChart.longestName - 1) + "…" : $0
        }
        let margin = 12 + ConfusionChart.letterWidth * Double(labels.map(\.count).max() ?? 0)
        let size = margin + cell * Double(names.count) + 4
        var parts: [String] = []
        for (index, label) in labels.enumerated() {
            let middle = number(margin + cell * (Double(index) + 0.5))
            let (name, above) = (label.escapedForMarkup, number(margin - 6))
            parts.append(
                "<text x=\"\(above)\" y=\"\(middle)\" dy=\"4\" text-anchor=\"end\">\(name)</text>"
                    + "<text transform=\"translate(\(middle) \(above)) rotate(-90)\" dy=\"4\">\(name)</text>"
            )
        }
        for (row, pixels) in counts.enumerated() {
            let all = Double(pixels.reduce(0, +))
            for (column, count) in pixels.enumerated() where count > 0 {
                parts.append(square(row: row, column: column, share: Double(count) / all, margin: margin, cell: cell))
            }
        }
        let side = number(size)
        let frame = number(cell * Double(names.count))
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(side)" height="\(side)" viewBox="0 0 \(side) \(side)" \
            font-family="sans-serif" font-size="11" role="img" aria-label="Confusion matrix">
            \(parts.joined(separator: "\n"))
            <rect x="\(number(margin))" y="\(number(margin))" width="\(frame)" height="\(frame)" class="frame"/>
            </svg>
            """
    }

    private func square(row: Int, column: Int, share: Double, margin: Double, cell: Double) -> String {
        let (x, y) = (margin + cell * Double(column), margin + cell * Double(row))
        let percent = 100 * share
        let title = "\(names[row]) given \(names[column]): \(String(format: "%.2f", percent)) %".escapedForMarkup
        var parts =
            "<g><title>\(title)</title><rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(cell))\" "
            + "height=\"\(number(cell))\" class=\"\(row == column ? "right" : "wrong")\" "
            + "fill-opacity=\"\(String(format: "%.3f", share))\"/>"
        if names.count <= ConfusionChart.largestWithNumbers, percent >= 0.5 {
            parts +=
                "<text x=\"\(number(x + cell / 2))\" y=\"\(number(y + cell / 2))\" dy=\"4\" text-anchor=\"middle\""
                + "\(share > 0.6 ? " class=\"inverse\"" : "")>\(String(format: "%.0f", percent))</text>"
        }
        return parts + "</g>"
    }

    private func number(_ value: Double) -> String { String(format: "%.1f", value) }
}
