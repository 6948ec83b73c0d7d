/// The boundary of one index in a mask, and which pixels lie near it.
struct BoundaryPlane {
    let width: Int
    let height: Int
    /// 1 on the boundary, else 0; row-major.
    private(set) var pixels: [UInt8]
    private(set) var count = 0

    /// A pixel is on the boundary where it and its right, lower or lower-right neighbour are not both inside or both
    /// outside. In the last column and row the neighbours beyond the edge repeat the edge.
    init(of index: UInt16, in indices: UnsafePointer<UInt16>, width: Int, height: Int) {
        self.width = width
        self.height = height
        var total = 0
        pixels = [UInt8](unsafeUninitializedCapacity: width * height) { target, initialized in
            initialized = width * height
            guard let target = target.baseAddress else { return }
            for y in 0..<height {
                let here = indices + y * width
                let below = y + 1 < height ? here + width : here
                let row = target + y * width
                var sum = 0
                for x in 0..<width - 1 {
                    let inside = here[x] == index
                    let differs: UInt8 =
                        (inside != (here[x + 1] == index) ? 1 : 0) | (inside != (below[x] == index) ? 1 : 0)
                        | (inside != (below[x + 1] == index) ? 1 : 0)
                    row[x] = differs
                    sum += Int(differs)
                }
                let last: UInt8 = (here[width - 1] == index) != (below[width - 1] == index) ? 1 : 0
                row[width - 1] = last
                total += sum + Int(last)
            }
        }
        count = total
    }

    /// How many of the pixels lie within `radius` of a pixel of the other boundary (centre to centre, a disk).
    ///
    /// Only distances along rows are computed for all pixels; a boundary pixel then looks at the rows around its own,
    /// each with half the length of the disk's chord there.
    func matched(to other: BoundaryPlane, radius: Int) -> Int {
        if count == 0 || other.count == 0 { return 0 }
        let far = Int32.max
        let distances = other.distancesAlongRows(far: far)
        let reach = min(radius, height - 1)
        let chords = (0...reach).map { dy in Int32(Double(radius * radius - dy * dy).squareRoot()) }
        var matches = 0
        distances.withUnsafeBufferPointer { distances in
            for y in 0..<height {
                for x in 0..<width where pixels[y * width + x] != 0 {
                    for dy in 0...reach {
                        let isNear =
                            (y >= dy && distances[(y - dy) * width + x] <= chords[dy])
                            || (y + dy < height && distances[(y + dy) * width + x] <= chords[dy])
                        if isNear {
                            matches += 1
                            break
                        }
                    }
                }
            }
        }
        return matches
    }

    /// Pixels to the nearest boundary pixel of the same row, `far` in rows without one.
    private func distancesAlongRows(far: Int32) -> [Int32] {
        [Int32](unsafeUninitializedCapacity: width * height) { target, initialized in
            initialized = width * height
            guard let target = target.baseAddress else { return }
            for y in 0..<height {
                let row = target + y * width
                var distance = far
                for x in 0..<width {
                    distance = pixels[y * width + x] != 0 ? 0 : (distance == far ? far : distance + 1)
                    row[x] = distance
                }
                if distance == far { continue }
                for x in stride(from: width - 2, through: 0, by: -1) { row[x] = min(row[x], row[x + 1] + 1) }
            }
        }
    }
}
