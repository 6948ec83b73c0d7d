/// The pixels of one class.
///
/// `bits` is row-major, one byte a pixel, 0 or 1.
public struct BinaryMask: Sendable, Equatable {
    public let width: Int
    public let height: Int
    public let bits: [UInt8]

    /// - Precondition: `bits.count == width * height`, both sides positive, every byte 0 or 1.
    public init(width: Int, height: Int, bits: [UInt8]) {
        precondition(width > 0 && height > 0 && bits.count == width * height)
        precondition(bits.reduce(0, |) <= 1)
        self.width = width
        self.height = height
        self.bits = bits
    }

    /// Number of pixels set.
    public var area: Int { bits.reduce(0) { $0 + Int($1) } }
}
