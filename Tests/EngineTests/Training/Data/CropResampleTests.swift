import Testing

@testable import Engine

struct CropResampleTests {
    /// The whole resized picture by the definition: one output pixel at a time, all input pixels weighted.
    private func naive(_ image: RGBImage, to size: MapSize) -> [Double] {
        func weights(_ index: Int, _ input: Int, _ output: Int) -> [Double] {
            let scale = Double(input) / Double(output)
            let center = (Double(index) + 0.5) * scale
            let raw = (0..<input).map { max(0, 1 - abs(Double($0) + 0.5 - center) / max(scale, 1)) }
            return raw.map { $0 / raw.reduce(0, +) }
        }
        var result = [Double](repeating: 0, count: 3 * size.count)
        for y in 0..<size.height {
            let down = weights(y, image.height, size.height)
            for x in 0..<size.width {
                let across = weights(x, image.width, size.width)
                for channel in 0..<3 {
                    var sum = 0.0
                    for j in 0..<image.height where down[j] > 0 {
                        for i in 0..<image.width where across[i] > 0 {
                            sum += down[j] * across[i] * Double(image.pixels[3 * (j * image.width + i) + channel])
                        }
                    }
                    result[channel * size.count + y * size.width + x] = sum / 255
                }
            }
        }
        return result
    }

    @Test(arguments: [(40, 30), (17, 13), (9, 31), (23, 17), (1, 1), (60, 3)])
    func part_equalsThatPartOfTheWholeResizedPicture(_ size: (width: Int, height: Int)) {
        let image = DataSetFolder.noise(width: 23, height: 17, seed: 5)
        let size = MapSize(height: size.height, width: size.width)
        let whole = naive(image, to: size)
        for (rows, columns) in [
            (0..<size.height, 0..<size.width), (size.height / 3..<size.height, size.width / 2..<size.width),
            (0..<size.height / 2 + 1, size.width / 4..<size.width / 2 + 1),
        ] {
            var line = FloatBuffer(count: 0)
            let target = FloatBuffer(count: 3 * rows.count * columns.count)
            CropResample.planar(
                image, to: size, rows: rows, columns: columns, into: target.pointer, line: &line)
            let expected = (0..<3).flatMap { channel in
                rows.flatMap { y in columns.map { Float(whole[channel * size.count + y * size.width + $0]) } }
            }
            #expect(largestDifference(target.values(expected.count), expected) < 1e-6)
        }
    }
}
