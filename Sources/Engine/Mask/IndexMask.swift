/// A semantic mask: one label a pixel.
///
/// `indices` is row-major. 0 is the background, k + 1 is the model's class k, and `IndexMask.ignore` marks pixels
/// that count neither way.
public struct IndexMask: Sendable, Equatable {
    public static let background: UInt16 = 0
    /// In memory always 65535, whatever the number of classes; `VOCPNG` says how it is written.
    public static let ignore: UInt16 = .max

    public let width: Int
    public let height: Int
    public var indices: [UInt16]

    /// - Precondition: `indices.count == width * height`, both sides positive.
    public init(width: Int, height: Int, indices: [UInt16]) {
        precondition(width > 0 && height > 0 && indices.count == width * height)
        self.width = width
        self.height = height
        self.indices = indices
    }

    /// The first index that is of none of so many classes; nil when all are.
    func index(beyond classCount: Int) -> UInt16? {
        indices.first { $0 > classCount && $0 != IndexMask.ignore }
    }

    /// The pixels of one index.
    public func pixels(of index: UInt16) -> BinaryMask {
        BinaryMask(width: width, height: height, bits: indices.map { $0 == index ? 1 : 0 })
    }

    /// The mask at another size: each pixel the label in the middle of what it stands for.
    /// - Precondition: sizes positive.
    func nearest(toWidth: Int, toHeight: Int) -> IndexMask {
        precondition(toWidth > 0 && toHeight > 0)
        let columns = (0..<toWidth).map { ((2 * $0 + 1) * width) / (2 * toWidth) }
        var target: [UInt16] = []
        target.reserveCapacity(toWidth * toHeight)
        for y in 0..<toHeight {
            let row = ((2 * y + 1) * height) / (2 * toHeight) * width
            for x in columns { target.append(indices[row + x]) }
        }
        return IndexMask(width: toWidth, height: toHeight, indices: target)
    }
}
