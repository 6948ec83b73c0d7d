import Foundation
import Text

/// Class names that are nearly the same, and so perhaps one class written in two ways.
///
/// Names are bucketed by what they have in common, so thousands of them take no comparison of all pairs.
struct SimilarNames {
    /// Pairs of names that differ by case, by spaces, underscores and hyphens, or by Unicode's compatibility forms
    /// alone.
    private(set) var spellings: [(String, String)] = []
    /// Pairs of names of which one is the other's plural in -s, or that are one letter apart.
    private(set) var edits: [(String, String)] = []
    /// Whether there were too many candidates to compare them all.
    private(set) var isPartial = false

    /// A word of fewer letters has too many neighbours that are words too.
    private static let shortest = 4
    /// Candidates that are compared; made-up names may all be neighbours.
    private static let maximumComparisons = 100_000

    init(_ names: [String]) {
        var first: [ByteKey: Int] = [:]
        var keys: [NormalisedName] = []
        for name in names {
            let key = NormalisedName(name)
            if let same = first[ByteKey(key.text)] {
                spellings.append((keys[same].name, name))
            } else {
                first[ByteKey(key.text)] = keys.count
                keys.append(key)
            }
        }
        compareNeighbours(keys)
    }

    /// Two names are one edit apart only where both without one letter, or one of them as it is, are the same.
    private mutating func compareNeighbours(_ keys: [NormalisedName]) {
        let entries = keys.indices.flatMap { index in keys[index].neighbourhood.map { (hash: $0, index: index) } }
            .sorted { ($0.hash, $0.index) < ($1.hash, $1.index) }
        var found: Set<[Int]> = []
        var (start, comparisons) = (0, 0)
        while start < entries.count {
            let end = entries[start...].firstIndex { $0.hash != entries[start].hash } ?? entries.count
            for left in start..<end {
                for right in left + 1..<end {
                    comparisons += 1
                    guard comparisons <= SimilarNames.maximumComparisons else {
                        isPartial = true
                        return add(found, keys)
                    }
                    let pair = [entries[left].index, entries[right].index]
                    if keys[pair[0]].isNear(keys[pair[1]], shortest: SimilarNames.shortest) { found.insert(pair) }
                }
            }
            start = end
        }
        add(found, keys)
    }

    private mutating func add(_ pairs: Set<[Int]>, _ keys: [NormalisedName]) {
        edits = pairs.sorted { $0.lexicographicallyPrecedes($1) }.map { (keys[$0[0]].name, keys[$0[1]].name) }
    }

    /// A sentence each.
    var warnings: [String] {
        func text(_ pairs: [(String, String)]) -> String {
            ClassCensus.listed(pairs.map { "\"\($0.0.shown)\" and \"\($0.1.shown)\"" })
        }
        var warnings: [String] = []
        if !spellings.isEmpty { warnings.append("classes whose names differ in spelling alone: " + text(spellings)) }
        if !edits.isEmpty { warnings.append("classes whose names are one letter apart: " + text(edits)) }
        if isPartial { warnings.append("the class names are too alike to compare all of them for slips") }
        return warnings
    }
}
