import Text

/// A label that the model does not know.
public struct UnknownLabel: Error, Equatable, Sendable, CustomStringConvertible {
    /// Its first bytes, at most `NameRule.maximumLabelBytes`.
    public let label: String
    /// Bytes of the whole label, in UTF-8.
    let bytes: Int
    /// Known classes that read most like it, best first; none for a label that is longer than any class name may be.
    public let nearest: [String]

    init(_ label: String, nearest: [String]) {
        self.label = label.cut(bytes: NameRule.maximumLabelBytes)
        bytes = label.utf8.count
        self.nearest = nearest
    }

    private var isTooLong: Bool { bytes > NameRule.maximumLabelBytes }

    public var description: String {
        let shown = label.cut(bytes: 100)
        return isTooLong
            ? "a label has \(bytes) bytes, and names of classes at most \(NameRule.maximumLabelBytes); "
                + "it begins \"\(shown)\""
            : "unknown label \"\(shown)\"; the model's nearest classes are \(nearest.joined(separator: ", "))"
    }
}

extension Model {
    /// Class indices of image-level labels, ascending, each once. Labels are names of classes byte by byte.
    /// - Throws: `UnknownLabel` for the first name that is no class of the model.
    public func classIndices(of labels: [String]) throws(UnknownLabel) -> [Int] {
        var indices: Set<Int> = []
        for label in labels {
            guard label.utf8.count <= NameRule.maximumLabelBytes else { throw UnknownLabel(label, nearest: []) }
            guard let index = classIndex(label) else {
                throw UnknownLabel(label, nearest: nearestClasses(to: label, count: 3))
            }
            indices.insert(index)
        }
        return indices.sorted()
    }

    func nearestClasses(to label: String, count: Int) -> [String] {
        // Only the start of an over-long name is compared, by scalars: the cost is bounded whatever a client sends.
        func start(_ name: String) -> [Unicode.Scalar] {
            Array(name.cut(bytes: NameRule.maximumLabelBytes).lowercased().unicodeScalars.prefix(64))
        }
        let wanted = start(label)
        return description.classes
            .map { (name: ByteKey($0), distance: editDistance(wanted, start($0))) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .prefix(count)
            .map(\.name.text)
    }

    /// Levenshtein's: insertions, deletions and substitutions from one to the other.
    private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var row = Array(0...b.count)
        for (i, scalar) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in b.enumerated() {
                let substitution = diagonal + (scalar == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substitution, diagonal + 1, row[j] + 1)
            }
        }
        return row[b.count]
    }
}
