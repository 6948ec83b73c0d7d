/// Posteriors of the classes of every training picture, as the network itself found them.
public final class SoftTargets: Sendable {
    /// Of one picture: posteriors in 255ths, [labels, height, width], at a fraction of the picture's size.
    struct Map: Sendable {
        let width: Int
        let height: Int
        let values: [UInt8]
    }

    /// Values of the class maps a value, along each side.
    static let reduction = 2

    private let maps: [Map]

    /// - Parameter maps: in the order of the training set.
    init(_ maps: [Map]) { self.maps = maps }

    var bytes: Int { maps.reduce(0) { $0 + $1.values.count } }

    /// Samples along a side of a cell.
    private static let samples = 4

    /// The targets of a crop at the cells of its class maps: means over each cell; 0 where the picture does not reach.
    /// - Parameters:
    ///   - example: index in the training set.
    ///   - labels: of the example.
    ///   - cell: pixels along a side of a cell.
    ///   - target: [classes, side, side]; rows of `labels` are written.
    func fill(
        example: Int, labels: [Int], placement: CropPlacement, crop: Int, cell: Int,
        into target: UnsafeMutablePointer<Float>
    ) {
        let map = maps[example]
        let side = (crop + cell - 1) / cell
        let columns = positions(
            side: side, cell: cell, crop: crop, mirrored: placement.isMirrored, offset: placement.left,
            shown: placement.columns, length: placement.size.width, to: map.width)
        let rows = positions(
            side: side, cell: cell, crop: crop, mirrored: false, offset: placement.top, shown: placement.rows,
            length: placement.size.height, to: map.height)
        let share = 1 / Float(255 * SoftTargets.samples * SoftTargets.samples)
        map.values.withUnsafeBufferPointer { values in
            for (position, label) in labels.enumerated() {
                let plane = position * map.height * map.width
                for y in 0..<side {
                    for x in 0..<side {
                        var sum = 0
                        for row in rows[y * SoftTargets.samples..<(y + 1) * SoftTargets.samples] where row >= 0 {
                            let line = plane + row * map.width
                            for column in columns[x * SoftTargets.samples..<(x + 1) * SoftTargets.samples]
                            where column >= 0 { sum += Int(values[line + column]) }
                        }
                        target[(label * side + y) * side + x] = Float(sum) * share
                    }
                }
            }
        }
    }

    /// For each sample along one axis of the crop the index in the map, -1 outside the picture.
    private func positions(
        side: Int, cell: Int, crop: Int, mirrored: Bool, offset: Int, shown: Range<Int>, length: Int, to count: Int
    ) -> [Int] {
        (0..<side * SoftTargets.samples).map { sample in
            var pixel = (Float(sample) + 0.5) * Float(cell) / Float(SoftTargets.samples)
            if mirrored { pixel = Float(crop) - pixel }
            let inPicture = pixel - Float(offset) + Float(shown.lowerBound)
            guard inPicture >= Float(shown.lowerBound), inPicture < Float(shown.upperBound) else { return -1 }
            return min(count - 1, Int(inPicture / Float(length) * Float(count)))
        }
    }
}
