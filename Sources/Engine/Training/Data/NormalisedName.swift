import Foundation

/// A class name as it is compared with others for slips.
struct NormalisedName {
    /// As given.
    let name: String
    /// Lower case, in Unicode's compatibility form, without what separates words.
    let text: String
    private let letters: [UInt32]
    private let words: [[UInt32]]

    /// - Parameter name: of at most `NameRule.maximumLabelBytes`, as class names are: normalising takes time in the
    ///   square of its marks.
    init(_ name: String) {
        self.name = name
        let folded = name.precomposedStringWithCompatibilityMapping.lowercased()
        let words = folded.unicodeScalars.split { scalar in
            scalar.properties.isWhitespace || scalar.properties.generalCategory == .connectorPunctuation
                || scalar.properties.generalCategory == .dashPunctuation
        }
        // A name of nothing else is compared as it is.
        self.words = words.isEmpty ? [folded.unicodeScalars.map(\.value)] : words.map { $0.map(\.value) }
        text = words.isEmpty ? folded : words.map { String($0) }.joined()
        letters = self.words.flatMap(\.self)
    }

    /// Hashes of the name and of all that it becomes without one of its letters that is no digit: of two names that may
    /// be near, some are the same.
    var neighbourhood: [UInt64] {
        let base: UInt64 = 0x9E37_79B9_7F4A_7C15
        var (prefixes, powers): ([UInt64], [UInt64]) = ([0], [1])
        for letter in letters {
            prefixes.append(prefixes[prefixes.count - 1] &* base &+ UInt64(letter) &+ 1)
            powers.append(powers[powers.count - 1] &* base)
        }
        let count = letters.count
        // hash(a b) = hash(a) base^|b| + hash(b), so each letter is left out in one step.
        let without = letters.indices.filter { !NormalisedName.hasDigit([letters[$0]]) }.map { index in
            let tail = prefixes[count] &- prefixes[index + 1] &* powers[count - index - 1]
            return prefixes[index] &* powers[count - index - 1] &+ tail
        }
        return Array(Set(without + [prefixes[count]]))
    }

    /// Whether one is the other with an s at its end, or they are one edit apart: a letter more, fewer or another. Not
    /// where digits differ, nor in a word of fewer letters than `shortest`: "class 1" and "type A" are meant to have
    /// neighbours.
    func isNear(_ other: NormalisedName, shortest: Int) -> Bool {
        let (short, long) = letters.count <= other.letters.count ? (letters, other.letters) : (other.letters, letters)
        if short.count >= 2, long == short + [UInt32(UInt8(ascii: "s"))] { return true }
        guard let (left, right) = NormalisedName.edited(short, long), !NormalisedName.hasDigit(left + right) else {
            return false
        }
        return changedWordLength(other) >= shortest
    }

    /// Letters of the longer of the two words that differ; of the whole name where other than one word differs.
    private func changedWordLength(_ other: NormalisedName) -> Int {
        let changed = words.count == other.words.count ? words.indices.filter { words[$0] != other.words[$0] } : []
        guard changed.count == 1 else { return max(letters.count, other.letters.count) }
        return max(words[changed[0]].count, other.words[changed[0]].count)
    }

    /// What stands in the one place where the two differ; nil where more than one edit lies between them.
    private static func edited(_ short: [UInt32], _ long: [UInt32]) -> ([UInt32], [UInt32])? {
        guard long.count - short.count <= 1 else { return nil }
        let prefix = zip(short, long).prefix { $0 == $1 }.count
        let suffix = zip(short[prefix...].reversed(), long[prefix...].reversed()).prefix { $0 == $1 }.count
        let (left, right) = (short[prefix..<short.count - suffix], long[prefix..<long.count - suffix])
        return left.count <= 1 && right.count <= 1 ? (Array(left), Array(right)) : nil
    }

    private static func hasDigit(_ letters: [UInt32]) -> Bool {
        letters.contains { Unicode.Scalar($0)?.properties.numericType != nil }
    }
}
