/// COCO's run-length encoding of a binary mask.
///
/// Runs go down the columns, column after column from the left; they alternate between 0 and 1 and the first counts
/// zeros, so it may be 0. `COCORunLength+Text.swift` packs the runs into COCO's `counts` string.
public struct COCORunLength: Sendable, Equatable {
    public let width: Int
    public let height: Int
    /// Lengths in pixels; they sum to width * height.
    public let runs: [UInt32]

    /// - Precondition: the mask has fewer than 2^32 pixels.
    public init(_ mask: BinaryMask) {
        precondition(mask.bits.count <= Int(UInt32.max))
        width = mask.width
        height = mask.height
        runs = mask.bits.withUnsafeBytes { Self.runs(of: $0, width: mask.width, height: mask.height) }
    }

    /// - Precondition: sizes positive, `runs` sums to their product.
    init(width: Int, height: Int, runs: [UInt32]) {
        precondition(width > 0 && height > 0)
        precondition(runs.reduce(0) { $0 + Int($1) } == width * height)
        self.width = width
        self.height = height
        self.runs = runs
    }

    /// The mask: the pixels where the value changes are marked, then each row takes over the one above by exclusive or.
    /// Rows are walked in memory order; only the changes jump about.
    public func mask() -> BinaryMask {
        var bits = [UInt8](repeating: 0, count: width * height)
        var position = 0
        for (index, run) in runs.enumerated() where run > 0 {
            if index % 2 == 1 {
                bits[position % height * width + position / height] ^= 1
                let end = position + Int(run)
                let lastColumn = (end - 1) / height
                if position / height < lastColumn {
                    for column in position / height + 1...lastColumn { bits[column] ^= 1 }
                }
                // A run that ends with its column leaves nothing to switch off.
                if end % height != 0 { bits[end % height * width + lastColumn] ^= 1 }
            }
            position += Int(run)
        }
        for i in width..<max(width, bits.count) { bits[i] ^= bits[i - width] }
        return BinaryMask(width: width, height: height, bits: bits)
    }

    /// The places where the value changes are found row against row, eight pixels at a time, so that memory is read
    /// in order although the runs go down the columns. Counted first, they are then sorted by column.
    private static func runs(of bits: UnsafeRawBufferPointer, width: Int, height: Int) -> [UInt32] {
        var ends = [Int](repeating: 0, count: width + 1)
        forEachChange(bits, width: width, height: height) { x, _ in ends[x + 1] += 1 }
        for x in 0..<width { ends[x + 1] += ends[x] }
        let count = ends[width]

        var next = ends
        let changes = [UInt32](unsafeUninitializedCapacity: count) { changes, initialized in
            next.withUnsafeMutableBufferPointer { next in
                forEachChange(bits, width: width, height: height) { x, y in
                    changes[next[x]] = UInt32(x * height + y)
                    next[x] += 1
                }
            }
            initialized = count
        }

        var runs: [UInt32] = []
        runs.reserveCapacity(count + 1)
        var last: UInt32 = 0
        for change in changes {
            runs.append(change - last)
            last = change
        }
        runs.append(UInt32(width * height) - last)
        return runs
    }

    /// Calls `body` for each pixel that differs from the one before it in column order, row by row.
    private static func forEachChange(
        _ bits: UnsafeRawBufferPointer, width: Int, height: Int, _ body: (_ x: Int, _ y: Int) -> Void
    ) {
        let lastRow = (height - 1) * width
        for x in 0..<width where bits[x] != (x == 0 ? 0 : bits[lastRow + x - 1]) { body(x, 0) }
        for y in 1..<max(1, height) {
            let row = y * width
            var x = 0
            while x + 8 <= width {
                let here = bits.loadUnaligned(fromByteOffset: row + x, as: UInt64.self)
                let above = bits.loadUnaligned(fromByteOffset: row - width + x, as: UInt64.self)
                var differing = UInt64(littleEndian: here ^ above)
                while differing != 0 {
                    body(x + differing.trailingZeroBitCount / 8, y)
                    differing &= differing - 1
                }
                x += 8
            }
            while x < width {
                if bits[row + x] != bits[row - width + x] { body(x, y) }
                x += 1
            }
        }
    }
}
