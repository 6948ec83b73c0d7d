/// Finds names of a job that are different here and would be one elsewhere: where file systems ignore case, or the
/// form in which Unicode writes a letter with marks. NFC and NFD are two names, as they are two files.
enum SimilarNames {
    private static let maximumWarnings = 100

    /// - Parameter names: checked already, so each is short: folding one takes a bounded time.
    /// - Returns: a sentence a name, in their order; then how many more there are.
    static func warnings(_ names: [String]) -> [String] {
        // Keyed by `String`, which takes all forms of a letter for one.
        var first: [String: Int] = [:]
        first.reserveCapacity(names.count)
        var warnings: [String] = []
        var count = 0
        for (index, name) in names.enumerated() {
            let folded = name.lowercased()
            guard let earlier = first[folded] else {
                first[folded] = index
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
