import Text

/// Labels that the model does not know.
public struct UnknownLabels: Error, Equatable, Sendable, CustomStringConvertible {
    /// The first of them, in their order; at least one.
    public let labels: [UnknownLabel]
    /// How many there are.
    public let count: Int

    /// Of so many it is said what they may have meant: looking for that takes time.
    static let maximumTold = 10

    public var description: String {
        guard count > 1 else { return labels.map(\.description).joined() }
        let more = count > labels.count ? " and \(count - labels.count) more" : ""
        return "\(count) unknown labels: " + labels.map(\.short).joined(separator: ", ") + more
    }
}

/// A label that the model does not know.
public struct UnknownLabel: Equatable, Sendable, CustomStringConvertible {
    /// Its first bytes, at most `NameRule.maximumLabelBytes`.
    public let label: String
    /// Bytes of the whole label, in UTF-8.
    let bytes: Int
    /// Classes that it names but for case, spacing or what separates them; mostly none.
    public let meant: [String]
    /// Known classes that read most like it, best first; none for a label that is longer than any class name may be.
    public let nearest: [String]

    init(_ label: String, hint: LabelHint) {
        self.label = label.cut(bytes: NameRule.maximumLabelBytes)
        bytes = label.utf8.count
        let isTooLong = bytes > NameRule.maximumLabelBytes
        meant = hint.meant(by: label)
        nearest = isTooLong ? [] : hint.nearest(to: label, count: 3)
    }

    private var shown: String { label.cut(bytes: 100).shown }

    public var description: String {
        guard bytes <= NameRule.maximumLabelBytes else {
            return "a label has \(bytes) bytes, and names of classes at most \(NameRule.maximumLabelBytes); "
                + "it begins \"\(shown)\""
        }
        return "unknown label \"\(shown)\"; "
            + (meant.isEmpty
                ? "the model's nearest classes are \(ClassName.listed(nearest))"
                : "did you mean \(ClassName.listed(meant))?")
    }

    /// Among others.
    fileprivate var short: String {
        guard bytes <= NameRule.maximumLabelBytes else { return "\"\(shown)\"... (\(bytes) bytes)" }
        return "\"\(shown)\" "
            + (meant.isEmpty ? "(nearest: \(ClassName.listed(nearest)))" : "(did you mean \(ClassName.listed(meant))?)")
    }
}

extension Model {
    /// Class indices of image-level labels as somebody wrote them, ascending, each once; see `LabelList`.
    /// - Parameters:
    ///   - texts: each a list of names; none named is an image without any of the classes.
    ///   - maximum: names there may be.
    /// - Throws: `LabelList.Fault` or `UnknownLabels`.
    public func classIndices(ofTexts texts: [String], maximum: Int = .max) throws -> [Int] {
        try classIndices(of: LabelList.names(in: texts, whole: wholeNames), maximum: maximum)
    }

    /// As `classIndices(ofTexts:)`, of a JSON array's elements.
    public func classIndices(ofArray elements: [String], maximum: Int = .max) throws -> [Int] {
        try classIndices(of: LabelList.names(inArray: elements, whole: wholeNames), maximum: maximum)
    }

    private func classIndices(of names: [String], maximum: Int) throws -> [Int] {
        guard names.count <= maximum else { throw LabelList.Fault.tooMany(names.count, maximum: maximum) }
        return try classIndices(of: names)
    }

    /// Class indices of names, ascending, each once. Labels are names of classes byte by byte.
    /// - Throws: `UnknownLabels` with all names that are no class of the model.
    public func classIndices(of labels: [String]) throws(UnknownLabels) -> [Int] {
        var indices: Set<Int> = []
        var unknown: [String] = []
        for label in labels {
            // A longer one is not looked up.
            if label.utf8.count <= NameRule.maximumLabelBytes, let index = classIndex(label) {
                indices.insert(index)
            } else {
                unknown.append(label)
            }
        }
        guard unknown.isEmpty else {
            throw UnknownLabels(
                labels: unknown.prefix(UnknownLabels.maximumTold).map { UnknownLabel($0, hint: labelHint) },
                count: unknown.count)
        }
        return indices.sorted()
    }
}
