/// A feature map in channel blocks: [ceil(channels / lanes), height, width, lanes], lanes being a vector's floats.
struct BlockedMap {
    let pointer: UnsafeMutablePointer<Float>
    let size: MapSize
    let lanes: Int

    /// Floats from one row, and from one block, to the next.
    var row: Int { size.width * lanes }
    var block: Int { size.count * lanes }

    static func blocks(_ channels: Int, lanes: Int) -> Int { (channels + lanes - 1) / lanes }

    static func floats(channels: Int, size: MapSize, lanes: Int) -> Int {
        blocks(channels, lanes: lanes) * lanes * size.count
    }

    /// From pixel `pixel` of block `block` on.
    func part(pixel: Int = 0, block: Int = 0) -> BlockedDense.Part {
        BlockedDense.Part(pointer: at(pixel: pixel, block: block), block: self.block, row: row)
    }

    func at(pixel: Int, block: Int = 0) -> UnsafeMutablePointer<Float> {
        pointer + block * self.block + pixel * lanes
    }
}
