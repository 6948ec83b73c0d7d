/// A label that the model does not know.
public struct UnknownLabel: Error, Equatable, Sendable, CustomStringConvertible {
    public let label: String
    /// Known classes that read most like it, best first.
    public let nearest: [String]

    public var description: String {
        // The label may be of any length.
        "unknown label \"\(label.prefix(100))\"; the model's nearest classes are \(nearest.joined(separator: ", "))"
    }
}

extension Model {
    /// Class indices of image-level labels, ascending, each once.
    /// - Throws: `UnknownLabel` for the first name that is no class of the model.
    public func classIndices(of labels: [String]) throws(UnknownLabel) -> [Int] {
        var indices: Set<Int> = []
        for label in labels {
            guard let index = classIndex(label) else {
                throw UnknownLabel(label: label, nearest: nearestClasses(to: label, count: 3))
            }
            indices.insert(index)
        }
        return indices.sorted()
    }

    func nearestClasses(to label: String, count: Int) -> [String] {
        // Only the start of an over-long name is compared: the cost is bounded whatever a client sends.
        let wanted = Array(label.lowercased().prefix(64))
        return description.classes
            .map { (name: $0, distance: editDistance(wanted, Array($0.lowercased().prefix(64)))) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .prefix(count)
            .map(\.name)
    }

    /// Levenshtein's: insertions, deletions and substitutions from one to the other.
    private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
        var row = Array(0...b.count)
        for (i, character) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in b.enumerated() {
                let substitution = diagonal + (character == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substitution, diagonal + 1, row[j] + 1)
            }
        }
        return row[b.count]
    }
}
