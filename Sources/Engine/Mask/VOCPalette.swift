/// The colours of PASCAL VOC's label pictures (`VOClabelcolormap` of its development kit), for any index.
public enum VOCPalette {
    /// R, G, B. The lowest 24 bits of the index are spread over the three channels' bits, the most significant
    /// first; so 0 is black, 1 is (128, 0, 0), 255 is (224, 224, 192).
    public static func color(of index: Int) -> SIMD3<UInt8> {
        var color = SIMD3<UInt8>.zero
        var rest = index
        for bit in stride(from: UInt8(7), through: 0, by: -1) {
            color |= SIMD3(UInt8(rest & 1), UInt8(rest >> 1 & 1), UInt8(rest >> 2 & 1)) &<< bit
            rest >>= 3
        }
        return color
    }

    /// The index of a colour: each of the 2^24 has one.
    static func index(of color: SIMD3<UInt8>) -> Int {
        var index = 0
        for bit in UInt8(0)...7 {
            let bits = (color &>> bit) & 1
            // The most significant bits of the channels hold the lowest of the index.
            index = index | (Int(bits.x) | Int(bits.y) << 1 | Int(bits.z) << 2) << (3 * (7 - Int(bit)))
        }
        return index
    }

    /// All 256 colours of an 8-bit file.
    static let colors = (0..<256).map(color)
}
