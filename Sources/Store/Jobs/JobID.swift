/// Names a job: 32 lower-case hexadecimal characters, random.
public struct JobID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: String

    /// - Returns: nil unless `rawValue` is exactly 32 characters of `0-9a-f`.
    public init?(rawValue: String) {
        guard isHex(rawValue, count: 32) else { return nil }
        self.rawValue = rawValue
    }

    public static func random() -> JobID {
        var generator = SystemRandomNumberGenerator()
        let halves = (0..<2).map { _ in String(generator.next() as UInt64, radix: 16) }
        let text = halves.map { String(repeating: "0", count: 16 - $0.count) + $0 }.joined()
        return JobID(rawValue: text) ?? random()
    }

    public var description: String { rawValue }
}
