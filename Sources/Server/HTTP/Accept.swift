import HTTPTypes

/// Content negotiation by the Accept field (RFC 9110 section 12.5.1).
public enum Accept {
    /// The offered media type the client likes best; the earlier one where it likes two the same.
    /// - Parameters:
    ///   - offers: essences such as `image/png`, the server's favourite first.
    ///   - fields: of the request; without Accept the first offer is chosen.
    /// - Returns: nil when the client takes none of them, which is a 406.
    public static func choose(_ offers: [String], for fields: HTTPFields) -> String? {
        let ranges = fields[values: .accept].flatMap { HeaderList.split($0, on: UInt8(ascii: ",")) }
            .compactMap { MediaType($0) }
        guard !ranges.isEmpty else { return offers.first }
        var best: (offer: String, quality: Double)?
        for offer in offers {
            let quality = quality(of: offer, ranges)
            if quality > best?.quality ?? 0 { best = (offer, quality) }
        }
        return best?.offer
    }

    /// The q of the most specific range that covers the offer, 0 when none does.
    private static func quality(of offer: String, _ ranges: [MediaType]) -> Double {
        let type = offer.prefix { $0 != "/" }
        var best = (specificity: 0, quality: 0.0)
        for range in ranges {
            let specificity =
                switch (range.type, range.subtype) {
                case ("*", "*"): 1
                case (String(type), "*"): 2
                case _ where range.essence == offer: 3
                default: 0
                }
            if specificity > best.specificity {
                best = (specificity, range.parameter("q").map { Double($0) ?? 0 } ?? 1)
            }
        }
        return min(max(best.quality, 0), 1)
    }
}
