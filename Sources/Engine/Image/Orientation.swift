import Foundation

/// How a stored picture has to be turned to be seen upright; raw values of EXIF tag 0x0112 (EXIF 2.32, 4.6.4).
public enum Orientation: Int, Sendable, CaseIterable {
    case upright = 1
    case mirrored = 2
    case upsideDown = 3
    case mirroredUpsideDown = 4
    /// Stored row x is upright column x.
    case transposed = 5
    /// Stored pictures of this kind are turned a quarter clockwise to be upright.
    case quarterClockwise = 6
    /// Transposed along the other diagonal.
    case transversed = 7
    case quarterCounterclockwise = 8

    /// Whether width and height change places.
    public var swapsSides: Bool { rawValue >= 5 }

    /// Where the walk through the stored picture starts, and its two strides in stored pixels, one for a step to the
    /// right in the upright picture, one for a step down.
    private func walk(width: Int, height: Int) -> (start: Int, right: Int, down: Int) {
        let lastColumn = width - 1
        let lastRow = (height - 1) * width
        return switch self {
        case .upright: (0, 1, width)
        case .mirrored: (lastColumn, -1, width)
        case .upsideDown: (lastRow + lastColumn, -1, -width)
        case .mirroredUpsideDown: (lastRow, 1, -width)
        case .transposed: (0, width, 1)
        case .quarterClockwise: (lastRow, -width, 1)
        case .transversed: (lastRow + lastColumn, -width, -1)
        case .quarterCounterclockwise: (lastColumn, width, -1)
        }
    }

    /// The upright picture of a stored one.
    public func upright(_ stored: RGBImage) -> RGBImage {
        if self == .upright { return stored }
        let width = swapsSides ? stored.height : stored.width
        let height = swapsSides ? stored.width : stored.height
        let walk = walk(width: stored.width, height: stored.height)
        let pixels = [UInt8](unsafeUninitializedCapacity: stored.pixels.count) { target, initialized in
            stored.pixels.withUnsafeBufferPointer { source in
                Self.copy(source, walk, into: target, width: width, height: height)
            }
            initialized = stored.pixels.count
        }
        return RGBImage(width: width, height: height, pixels: pixels)
    }

    /// Tile by tile: a transposition walks down columns, and a tile's rows stay in the cache.
    private static func copy(
        _ source: UnsafeBufferPointer<UInt8>, _ walk: (start: Int, right: Int, down: Int),
        into target: UnsafeMutableBufferPointer<UInt8>, width: Int, height: Int
    ) {
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        let tile = 64
        for top in stride(from: 0, to: height, by: tile) {
            for left in stride(from: 0, to: width, by: tile) {
                for y in top..<min(top + tile, height) {
                    var from = source + 3 * (walk.start + y * walk.down + left * walk.right)
                    var to = target + 3 * (y * width + left)
                    for _ in left..<min(left + tile, width) {
                        to[0] = from[0]
                        to[1] = from[1]
                        to[2] = from[2]
                        from += 3 * walk.right
                        to += 3
                    }
                }
            }
        }
    }
}
