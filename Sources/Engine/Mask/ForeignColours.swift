/// Colours of a mask in colour that stand for no class in VOC's palette.
public struct ForeignColours: Codable, Sendable, Equatable {
    public struct Entry: Codable, Sendable, Equatable {
        /// R, G, B, the highest byte 0.
        public let colour: UInt32
        public let pixels: Int
    }

    /// Those of the most pixels first, at most `shown`.
    public let entries: [Entry]
    /// How many colours there are; a photograph's are counted up to `counted`.
    public let count: Int

    private static let shown = 6
    static let counted = 4096

    /// - Parameter pixels: of each colour; not empty.
    init(_ pixels: [UInt32: Int]) {
        entries = pixels.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(ForeignColours.shown)
            .map { Entry(colour: $0.key, pixels: $0.value) }
        count = pixels.count
    }
}

extension ForeignColours: CustomStringConvertible {
    /// "#ff0000 (12 pixels), #00ff00 (1 pixel) and 3 more"
    public var description: String {
        let listed = entries.map { entry in
            let digits = String(entry.colour, radix: 16)
            return "#" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
                + " (\(entry.pixels) pixel\(entry.pixels == 1 ? "" : "s"))"
        }
        let more = count - entries.count
        let atLeast = count < ForeignColours.counted ? "" : "at least "
        return listed.joined(separator: ", ") + (more > 0 ? " and \(atLeast)\(more) more" : "")
    }
}

extension ForeignColours {
    /// Goes on after what holds them.
    var refusal: String { "has colours that are no class's in VOC's palette: \(description)" }
}
