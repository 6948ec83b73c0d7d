import Foundation

/// Text that costs a program the square of its length where it compares by canonical equivalence or by `Character`.
struct HostileText {
    let text: String

    /// Half of it is one letter with marks of alternating combining class, which normalisation has to sort; the rest
    /// are emoji joined into one character, and flags, whose pairs are found by counting from the beginning. There is
    /// no separator in it that any input knows.
    /// - Parameter bytes: in UTF-8, to a few bytes.
    init(bytes: Int) {
        text =
            "a" + String(repeating: "\u{301}\u{323}", count: bytes / 8)
            + "\u{1f469}" + String(repeating: "\u{200d}\u{1f469}", count: bytes / 28)
            + String(repeating: "\u{1f1e6}\u{1f1e7}", count: bytes / 32)
    }

    /// For a request's target.
    var percentEncoded: String { text.utf8.map { "%" + String($0, radix: 16, uppercase: true) }.joined() }

    /// For a JSON string, all of it as escapes.
    var escaped: String {
        text.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
        }.joined()
    }
}

/// How much an input may grow, and by how much its cost may.
enum Growth {
    static let ratio = 8
    /// The greater text may cost so many times what the smaller costs, beyond what a short text costs. Linear cost gives
    /// `ratio`, quadratic its square.
    static let most = Double(ratio) * 1.75
    /// Instructions under which a difference is no growth but what a program does beside.
    static let noise = 3_000_000

    /// - Parameter costs: instructions with a short text, with the smaller and with the greater.
    /// - Returns: what is wrong; nil where the cost grows as the text does.
    static func fault(_ costs: [Int]) -> String? {
        let (small, large) = (costs[1] - costs[0], costs[2] - costs[0])
        guard large > noise, Double(large) > Double(max(small, noise / ratio)) * most else { return nil }
        return "costs \(costs[0]), \(costs[1]) and \(costs[2]) instructions: \(large / max(small, 1)) times as much for "
            + "\(ratio) times the text"
    }
}
