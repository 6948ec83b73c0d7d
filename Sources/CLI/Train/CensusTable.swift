import Engine
import Foundation
import Text

/// How many images have each class, the commonest first: what `train` prints before its first step.
struct CensusTable {
    let census: ClassCensus
    /// By class, the share of the images drawn in an epoch that have it; nil where each image is drawn once.
    let drawn: [Double]?

    /// Of classes; of more, the commonest and the rarest half as many each.
    private static let maximumRows = 36

    var text: String {
        let order = census.counts.indices.sorted { (census.counts[$1], $0) < (census.counts[$0], $1) }
        var lines = ["\(census.classes.count) classes in \(census.images) images", header]
        guard order.count > CensusTable.maximumRows else {
            return (lines + order.map(row)).joined(separator: "\n")
        }
        let half = CensusTable.maximumRows / 2
        let between = order[half..<order.count - half]
        lines += order.prefix(half).map(row)
        if let most = between.first, let least = between.last {
            let counts = (census.counts[least], census.counts[most])
            lines.append(
                "   ... \(between.count) classes between, in "
                    + (counts.0 == counts.1 ? "\(counts.0)" : "\(counts.0) to \(counts.1)") + " images each")
        }
        return (lines + order.suffix(half).map(row)).joined(separator: "\n")
    }

    private var header: String { "  images    share" + (drawn == nil ? "" : "    drawn") + "  class" }

    private func row(_ index: Int) -> String {
        let share = 100 * Double(census.counts[index]) / Double(max(1, census.images))
        var text = String(format: "%8d  %5.1f %%", census.counts[index], share)
        if let drawn { text += String(format: "  %5.1f %%", 100 * drawn[index]) }
        return text + "  " + census.classes[index].shown
    }
}
