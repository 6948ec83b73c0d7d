import Text

/// What a label that is no class may have meant. Made once for a set of classes: normalising their names takes time.
struct LabelHint: Sendable {
    private let classes: [(name: ByteKey, start: [Unicode.Scalar])]
    private let byFolded: [ByteKey: String]

    /// - Parameter classes: over-long ones, which no model has, are left out.
    init(classes: [String]) {
        let classes = classes.filter { $0.utf8.count <= NameRule.maximumLabelBytes }
        self.classes = classes.map { (ByteKey($0), LabelHint.start($0)) }
        byFolded = Dictionary(
            classes.map { (ByteKey(NormalisedName($0).text), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The classes that a label names but for case, spacing, brackets and quotation marks around it, or separators that
    /// are not those of lists ("cat|dog"); none where a part of it is no class, or it is longer than any class.
    func meant(by label: String) -> [String] {
        guard label.utf8.count <= NameRule.maximumLabelBytes else { return [] }
        if let same = known(Substring(label)) { return [same] }
        for isSeparator in [LabelHint.isMark, LabelHint.isMarkOrSpace] {
            let parts = label.unicodeScalars.split(whereSeparator: isSeparator)
            guard parts.count > 1 else { continue }
            let names = parts.compactMap { known(Substring($0)) }
            if names.count == parts.count { return names }
        }
        return []
    }

    /// The classes that read most like a label, best first.
    func nearest(to label: String, count: Int) -> [String] {
        let wanted = LabelHint.start(label)
        return classes.map { (name: $0.name, distance: LabelHint.editDistance(wanted, $0.start)) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .prefix(count)
            .map(\.name.text)
    }

    private func known(_ text: Substring) -> String? {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !LabelHint.surrounds($0) }),
            let last = scalars.lastIndex(where: { !LabelHint.surrounds($0) })
        else { return nil }
        return byFolded[ByteKey(NormalisedName(String(scalars[first...last])).text)]
    }

    /// What other programs write around names.
    private static func surrounds(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || ["[", "]", "(", ")", "{", "}", "'", "\""].contains(scalar)
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        ["|", "/", "+", "&", ":", ".", "\t"].contains(scalar)
    }

    private static func isMarkOrSpace(_ scalar: Unicode.Scalar) -> Bool {
        isMark(scalar) || scalar.properties.isWhitespace
    }

    /// Only the start of an over-long name is compared, by scalars: the cost is bounded whatever a client sends.
    private static func start(_ name: String) -> [Unicode.Scalar] {
        Array(name.cut(bytes: NameRule.maximumLabelBytes).lowercased().unicodeScalars.prefix(64))
    }

    /// Levenshtein's: insertions, deletions and substitutions from one to the other.
    private static func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
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
