import Testing

@testable import Engine

struct JPEGEncoderTests {
    @Test(arguments: [(1, 1), (7, 3), (64, 50), (301, 211)])
    func gentleShades_comeBackNearlyTheSame(_ size: (width: Int, height: Int)) throws {
        let (width, height) = size
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width { pixels += [UInt8](repeating: UInt8(50 + 100 * x / width + 50 * y / height), count: 3) }
        }
        let image = RGBImage(width: width, height: height, pixels: pixels)
        let read = try ImageDecoder().decode(JPEGEncoder.encode(image, quality: 95))
        #expect(read.width == width && read.height == height)
        #expect(zip(read.pixels, pixels).allSatisfy { abs(Int($0) - Int($1)) <= 8 })
    }

    @Test func lowerQuality_takesFewerBytes() {
        let noise = DataSetFolder.noise(width: 80, height: 60, seed: 3)
        let sizes = [10, 50, 90].map { JPEGEncoder.encode(noise, quality: $0).count }
        #expect(sizes == sizes.sorted() && sizes[0] < sizes[2] / 2)
    }
}
