import Text

/// Finds names of a job that are different here and would be one elsewhere: where file systems ignore case, or the
/// form in which Unicode writes a letter with marks. NFC and NFD are two names, as they are two files.
enum SimilarNames {
    private static let maximumWarnings = 100
    /// Bytes of a name that is compared in all forms of its letters; of a longer one only the case is folded, since to
    /// normalise many long ones takes seconds.
    private static let longestNormalised = 64

    /// - Parameter names: checked already, so each is short.
    /// - Returns: a sentence for each name, in their order; then how many more there are.
    static func warnings(_ names: [String]) -> [String] {
        var first: [ByteKey: Int] = [:]
        first.reserveCapacity(names.count)
        // Keyed by `String`, which takes all forms of a letter for one.
        var firstNormalised: [String: Int] = [:]
        var warnings: [String] = []
        var count = 0
        for (index, name) in names.enumerated() {
            let folded = name.lowercased()
            let isNormalised = !folded.isASCII && folded.utf8.count <= longestNormalised
            let earlier = isNormalised ? firstNormalised[folded] : first[ByteKey(folded)]
            guard let earlier else {
                if isNormalised { firstNormalised[folded] = index } else { first[ByteKey(folded)] = index }
                continue
            }
            count += 1
            if count <= maximumWarnings {
                warnings.append(
                    "the names \(names[earlier]) and \(name) differ only in case or in the form of their letters; some "
                        + "file systems take them for one")
            }
        }
        return warnings + (count > maximumWarnings ? ["and \(count - maximumWarnings) more such names"] : [])
    }
}
