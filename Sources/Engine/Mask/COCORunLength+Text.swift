/// Why a `counts` string is no mask of the size given with it.
public enum COCORunLengthError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A side is not positive, or there are more pixels than the limit.
    case badSize(width: Int, height: Int, limit: Int)
    /// A character outside "0" (48) to "o" (111).
    case badCharacter(position: Int)
    /// The string ends inside a number, or a number has more digits than any run needs.
    case badNumber(position: Int)
    /// The run with this index is negative.
    case negativeRun(index: Int)
    /// The runs do not sum to the number of pixels.
    case badSum(expected: Int)

    public var description: String {
        switch self {
        case .badSize(let width, let height, let limit):
            "size: \(height) x \(width) is not a mask of 1 to \(limit) pixels."
        case .badCharacter(let position):
            "counts: the character at position \(position) is not one of COCO's run-length encoding."
        case .badNumber(let position):
            "counts: the number that ends at position \(position) is incomplete or too long."
        case .negativeRun(let index):
            "counts: run \(index) is negative."
        case .badSum(let expected):
            "counts: the runs do not sum to the \(expected) pixels that size tells."
        }
    }
}

extension COCORunLength {
    /// COCO's `counts`: from the fourth run on the difference to the run two before, in groups of 5 bits, lowest
    /// first, bit 5 set when more follow, each group as the character 48 + value.
    public var counts: String {
        var text: [UInt8] = []
        text.reserveCapacity(runs.count * 2)
        for index in runs.indices {
            var value = Int(runs[index])
            if index > 2 { value -= Int(runs[index - 2]) }
            var more = true
            while more {
                var group = UInt8(value & 31)
                value >>= 5
                more = group & 16 != 0 ? value != -1 : value != 0
                if more { group |= 32 }
                text.append(group + 48)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads a `counts` string that somebody sent. Nothing is allocated beyond the string's own length.
    public init(
        counts: String, width: Int, height: Int, maximumPixels: Int = ImageDecoder.defaultMaximumPixels
    ) throws(COCORunLengthError) {
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard width > 0, height > 0, !overflow, pixels <= min(maximumPixels, Int(UInt32.max)) else {
            throw .badSize(width: width, height: height, limit: maximumPixels)
        }
        var runs: [UInt32] = []
        var sum = 0
        var value = 0
        var shift = 0
        // 33 bits with sign: no difference of two runs needs more.
        let maximumShift = 30
        var position = -1
        for character in counts.utf8 {
            position += 1
            guard (48...111).contains(character) else { throw .badCharacter(position: position) }
            guard shift <= maximumShift else { throw .badNumber(position: position) }
            let group = Int(character) - 48
            value |= (group & 31) << shift
            shift += 5
            if group & 32 != 0 { continue }

            if group & 16 != 0 { value |= -1 << shift }
            if runs.count > 2 { value += Int(runs[runs.count - 2]) }
            guard value >= 0 else { throw .negativeRun(index: runs.count) }
            sum += value
            guard sum <= pixels else { throw .badSum(expected: pixels) }
            runs.append(UInt32(value))
            value = 0
            shift = 0
        }
        guard shift == 0 else { throw .badNumber(position: position) }
        guard sum == pixels else { throw .badSum(expected: pixels) }
        self.init(width: width, height: height, runs: runs)
    }
}

/// As COCO writes it: `size` is [height, width], the runs are text.
extension COCORunLength: Codable {
    public init(from decoder: any Decoder) throws {
        let coded = try COCOResult.Segmentation(from: decoder)
        guard coded.size.count == 2 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "size must be [height, width]"))
        }
        try self.init(
            counts: coded.counts, width: coded.size[1], height: coded.size[0], maximumPixels: Int(UInt32.max))
    }

    public func encode(to encoder: any Encoder) throws {
        try COCOResult.Segmentation(size: [height, width], counts: counts).encode(to: encoder)
    }
}
