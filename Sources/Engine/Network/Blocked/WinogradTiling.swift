import CKernels

/// How a map is cut into tiles of 2x2 output pixels. With dilation d the pixels of a tile lie d apart, so that the map is
/// d x d maps between each other, each of them convolved without dilation.
struct WinogradTiling: Sendable {
    /// Places of a transformed tile, 4x4.
    static let places = 16
    /// Bytes of one place's tiles over all input channels. All weights pass once for so many tiles: fewer of them cost more
    /// in weights from memory than a nearer cache saves.
    private static let placeBytes = 1 << 20

    /// Tiles in a row of them.
    let across: Int
    /// Rows of tiles that are worked on at a time.
    let chunks: [[winograd_row]]
    /// Floats of a row of tiles.
    let line: Int
    /// Floats from one place to the next: an odd number of vectors, as 16 places that lie a power of two apart would
    /// share the cache's sets.
    let plane: Int
    /// Floats from one block to the next.
    var block: Int { Self.places * plane }

    init(size: MapSize, dilation: Int, channels: Int, lanes: Int) {
        func tiles(_ length: Int) -> Int { ((length + dilation - 1) / dilation + 1) / 2 }
        let across = tiles(size.width)
        let most = max(1, Self.placeBytes / MemoryLayout<Float>.stride / (channels * across))
        let starts = (0..<tiles(size.height)).flatMap { tile in
            (0..<dilation * dilation).map { (y: tile * 2 * dilation + $0 / dilation, x: $0 % dilation) }
        }.filter { $0.y < size.height && $0.x < size.width }
        let chunkCount = (starts.count + most - 1) / most
        let largest = (starts.count + chunkCount - 1) / chunkCount
        let plane = (largest * across | 1) * lanes
        chunks = (0..<chunkCount).map { chunk in
            starts[starts.count * chunk / chunkCount..<starts.count * (chunk + 1) / chunkCount].map {
                winograd_row(
                    height: Int32(size.height), width: Int32(size.width), dilation: Int32(dilation), y: Int32($0.y),
                    x: Int32($0.x), tiles: Int32(across), plane: plane)
            }
        }
        self.across = across
        self.plane = plane
        line = across * lanes
    }
}
