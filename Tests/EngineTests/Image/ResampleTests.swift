import Testing

@testable import Engine

/// Expected values: Pillow 13 on single-channel float images (mode F), so without rounding, for
/// pixel(x, y, c) = (37 x + 91 y + 53 c + 7 x y) mod 256.
@Suite struct ResampleTests {
    static func image(_ width: Int, _ height: Int) -> RGBImage {
        let pixels = (0..<width * height * 3).map { at in
            let (x, y, c) = (at / 3 % width, at / 3 / width, at % 3)
            return UInt8((37 * x + 91 * y + 53 * c + 7 * x * y) % 256)
        }
        return RGBImage(width: width, height: height, pixels: pixels)
    }

    static func planar(
        _ image: RGBImage, _ width: Int, _ height: Int, mean: SIMD3<Float> = .zero, deviation: SIMD3<Float> = .one
    ) -> [Float] {
        var planes = [Float](repeating: .nan, count: 3 * width * height)
        planes.withUnsafeMutableBufferPointer {
            Resample.bicubicPlanar(
                image, toWidth: width, toHeight: height, into: $0, mean: mean, standardDeviation: deviation)
        }
        return planes
    }

    private func expectClose(
        _ values: [Float], _ expected: [Float], tolerance: Float, location: SourceLocation = #_sourceLocation
    ) throws {
        try #require(values.count == expected.count, sourceLocation: location)
        for (at, (value, wanted)) in zip(values, expected).enumerated() {
            #expect(abs(value - wanted) <= tolerance, "value \(at)", sourceLocation: location)
        }
    }

    @Test func bicubic_equalsPillow() throws {
        try expectClose(Self.planar(Self.image(5, 4), 7, 6), Self.enlarged, tolerance: 1e-3)
        try expectClose(Self.planar(Self.image(13, 11), 4, 3), Self.shrunk, tolerance: 1e-3)
        try expectClose(Self.planar(Self.image(6, 9), 8, 4), Self.wider, tolerance: 1e-3)
    }

    @Test func bicubic_normalisesEachChannel() throws {
        let mean: SIMD3<Float> = [127, 100, 90.5]
        let deviation: SIMD3<Float> = [128, 50, 60]
        let expected = Self.enlarged.enumerated().map { at, value in (value - mean[at / 42]) / deviation[at / 42] }
        try expectClose(
            Self.planar(Self.image(5, 4), 7, 6, mean: mean, deviation: deviation), expected, tolerance: 1e-4)
    }

    @Test func sameSize_changesNothing() {
        let image = Self.image(9, 7)
        #expect(Resample.resized(image, toWidth: 9, toHeight: 7) == image)
    }

    @Test func eightBits_areRoundedAndClamped() {
        // Pillow rounds between its passes as well; the float values above, rounded.
        let resized = Resample.resized(Self.image(5, 4), toWidth: 7, toHeight: 6)
        for (at, value) in Self.enlarged.enumerated() {
            let (c, pixel) = (at / 42, at % 42)
            #expect(resized.pixels[pixel * 3 + c] == UInt8(max(0, min(255, value.rounded()))))
        }
    }

    @Test(arguments: [(1, 1), (1, 5), (3, 1), (40, 2), (2, 40)])
    func anySize_keepsAFlatPicture(width: Int, height: Int) {
        for (fromWidth, fromHeight) in [(1, 1), (2, 3), (33, 17)] {
            let flat = RGBImage(
                width: fromWidth, height: fromHeight,
                pixels: (0..<fromWidth * fromHeight * 3).map { [10, 128, 250][$0 % 3] })
            let resized = Resample.resized(flat, toWidth: width, toHeight: height)
            #expect(resized.pixels == (0..<width * height * 3).map { [10, 128, 250][$0 % 3] })
        }
    }

    private static let enlarged: [Float] = [
        -8.1154, 12.0299, 40.9925, 67.0921, 91.9642, 129.5723, 160.1228, 35.1473, 56.1344, 92.3919, 132.2941,
        171.0988, 132.7008, 70.9577, 106.4986, 133.6458, 159.0274, 165.6852, 214.4550, 128.0416, 4.6690, 178.7452,
        222.1754, 187.6438, 41.3148, 72.3749, 101.5327, 108.1390, 96.7893, 136.1874, 138.0698, 74.7059, 109.0268,
        164.3966, 204.0880, 2.7393, 33.8505, 85.3838, 139.9079, 182.1564, 228.0035, 260.2344, 44.8846, 65.0299,
        93.5015, 120.0921, 158.9583, 193.1161, 212.1417, 87.2701, 118.5618, 161.8556, 185.2941, 111.0478, 100.8542,
        131.8527, 161.4662, 165.4996, 190.9584, 218.6852, 68.8069, 32.0973, 74.7852, 245.7258, 124.9261, 42.2116,
        94.3148, 103.2261, 139.9116, 178.7844, 157.6842, 104.3407, 78.0189, 127.7059, 188.3687, 167.1310, 112.7864,
        54.7582, 97.3943, 152.3779, 192.9079, 254.5519, 160.8321, 24.4986, 97.8846, 116.9102, 151.0680, 189.9342,
        216.5249, 244.9965, 265.1417, 156.2062, 187.2047, 177.0110, 102.7647, 127.3008, 162.8644, 184.8527,
        178.7208, 219.5781, 181.2611, 31.6852, 59.1960, 102.9079, 127.6126, 44.7452, 74.4653, 103.1140, 113.5370,
        159.3774, 204.4319, 230.9214, 67.2598, 96.6466, 148.9314, 195.7647, 132.8398, 134.2832, 173.6813, 125.5814,
        157.8123, 212.1050, 245.9079, 80.8463, 43.0223, 93.3923,
    ]

    private static let shrunk: [Float] = [
        115.6126, 132.8922, 120.9402, 124.8051, 118.8764, 139.9522, 130.6213, 136.8320, 148.3528, 124.5522,
        128.3709, 125.8622, 132.2442, 135.8530, 124.8381, 143.1785, 139.4285, 128.9361, 131.8161, 114.8645,
        110.8385, 129.6865, 129.3229, 118.9452, 137.6643, 136.6247, 132.9846, 128.5069, 126.5976, 122.7415,
        117.7050, 134.1800, 137.3882, 125.2033, 133.3917, 145.2314,
    ]

    private static let wider: [Float] = [
        70.4156, 99.4572, 112.6196, 110.6419, 155.0464, 107.0714, 94.7342, 130.3598, 94.7010, 132.2224, 146.7335,
        127.4417, 127.9911, 162.0082, 153.7403, 111.8085, 120.1166, 94.8282, 112.0120, 151.4196, 87.0129, 139.8238,
        151.7520, 107.1340, 143.9789, 138.2165, 120.2947, 108.6859, 148.6008, 146.3626, 128.1528, 113.5244,
        126.0223, 117.1459, 137.3191, 162.9673, 98.5981, 117.4653, 157.9973, 183.1924, 151.8089, 134.8627, 118.5033,
        122.6047, 166.9274, 128.9050, 128.1820, 170.7752, 182.0465, 150.6601, 134.4679, 145.4577, 149.6626,
        104.4394, 113.2290, 166.9446, 95.1365, 72.6627, 104.9983, 165.9728, 109.6338, 78.1529, 110.8020, 172.3366,
        126.3043, 164.9363, 154.7707, 105.5638, 144.2376, 187.3445, 156.7497, 83.8935, 120.0113, 112.9506, 134.0429,
        161.7058, 108.4064, 146.4823, 141.9112, 90.2158, 129.3905, 126.3977, 123.4213, 115.2016, 84.6065, 125.1789,
        126.9582, 86.3853, 150.9211, 135.6109, 143.7444, 170.8017, 161.1371, 145.1948, 109.5544, 73.0377,
    ]
}
