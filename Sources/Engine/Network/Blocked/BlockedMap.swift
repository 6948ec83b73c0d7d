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

    /// With memory of its own, which lives as long as the buffer.
    static func allocated(channels: Int, size: MapSize, lanes: Int) -> (map: BlockedMap, buffer: FloatBuffer) {
        let buffer = FloatBuffer(count: floats(channels: channels, size: size, lanes: lanes))
        return (BlockedMap(pointer: buffer.pointer, size: size, lanes: lanes), buffer)
    }

    /// From pixel `pixel` of block `block` on.
    func part(pixel: Int = 0, block: Int = 0) -> BlockedDense.Part {
        BlockedDense.Part(pointer: at(pixel: pixel, block: block), block: self.block, row: row)
    }

    func at(pixel: Int, block: Int = 0) -> UnsafeMutablePointer<Float> {
        pointer + block * self.block + pixel * lanes
    }

    /// Copies planes [channels, height, width] in; this member's channels.
    func fill(from planes: UnsafePointer<Float>, channels: Int, member: LayerMember) {
        let mine = member.share(of: channels, granularity: lanes)
        for channel in stride(from: mine.lowerBound, to: mine.upperBound, by: lanes) {
            let used = min(lanes, channels - channel)
            // Row by row: a block's rows in all of its planes stay in the first-level cache.
            for from in stride(from: 0, to: size.count, by: size.width) {
                let pixels = at(pixel: from, block: channel / lanes)
                for x in 0..<size.width {
                    for lane in 0..<used { pixels[x * lanes + lane] = planes[(channel + lane) * size.count + from + x] }
                }
            }
        }
    }

    /// Copies pixels out to planes [channels, height, width].
    func copy(
        pixels: Range<Int>, to planes: UnsafeMutablePointer<Float>, channels: Int, kernels: BlockedKernels
    ) {
        kernels.functions.to_planes(
            pointer, Int32(channels), Int32(size.count), Int32(pixels.lowerBound), Int32(pixels.upperBound), planes)
    }
}
