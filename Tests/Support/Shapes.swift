/// A small picture of coloured shapes on a grey ground, as raw pixels, and the mask of what is where.
public struct Shapes: Sendable {
    public let width: Int
    public let height: Int
    /// R, G, B, row-major.
    public let pixels: [UInt8]
    /// Row-major: 0 for the ground, k + 1 for a shape of kind k.
    public let mask: [UInt8]

    /// - Parameters:
    ///   - kinds: of the shapes, from left to right; each has a colour of its own.
    ///   - number: pictures of different numbers differ in size, 48 to 80 pixels a side, and in their ground.
    public init(kinds: [Int], number: Int) {
        (width, height) = (48 + 7 * number % 33, 48 + 11 * number % 33)
        var (pixels, mask): ([UInt8], [UInt8]) = ([], [])
        let column = width / max(1, kinds.count)
        for y in 0..<height {
            for x in 0..<width {
                let ground = UInt8(70 + (x + 2 * y + 13 * number) % 80)
                var (colour, index) = ([ground, ground, ground], UInt8(0))
                let place = x / max(1, column)
                if place < kinds.count {
                    let kind = kinds[place]
                    let (dx, dy) = (abs(x % column - column / 2), abs(y - height / 2))
                    let radius = min(column, height) / 3
                    if kind % 2 == 0 ? dx * dx + dy * dy <= radius * radius : max(dx, dy) <= radius {
                        colour = [230 - 61 * kind, 40 + 97 * kind, 50 + 167 * kind].map { UInt8(abs($0) % 256) }
                        index = UInt8(kind + 1)
                    }
                }
                pixels += colour
                mask.append(index)
            }
        }
        (self.pixels, self.mask) = (pixels, mask)
    }
}
