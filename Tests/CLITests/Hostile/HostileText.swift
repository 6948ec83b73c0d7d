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

/// Whether the cost of an input grows as its text does.
enum Growth {
    /// Parts of the greatest text that are sent: three points of a curve. The first is long enough for what bounds names
    /// and labels, so that all three go the same way.
    static let parts = [8, 2, 1]
    /// Linear cost grows by 4/3 as much from the second point to the third as from the first to the second; quadratic
    /// cost by 3.2 times as much.
    private static let most = 4.0 / 3 * 1.6
    /// Instructions under which a difference is what a program does beside.
    private static let noise = 2_000_000

    /// - Parameter costs: instructions of each of the three texts.
    /// - Returns: what is wrong; nil where the cost grows as the text does.
    static func fault(_ costs: [Int]) -> String? {
        let (first, second) = (costs[1] - costs[0], costs[2] - costs[1])
        guard second > noise, Double(second) > Double(max(first, noise / 2)) * most else { return nil }
        return "costs \(costs) instructions for 1/8, 1/2 and all of the text"
    }
}
