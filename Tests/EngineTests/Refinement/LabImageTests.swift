import Testing

@testable import Engine

@Suite struct LabImageTests {
    /// L*, a*, b* of sRGB colours under D65, as colour tables list them.
    @Test(
        arguments: [
            ([0, 0, 0], [0, 0, 0]), ([255, 255, 255], [100, 0, 0]), ([128, 128, 128], [53.59, 0, 0]),
            ([128, 0, 0], [25.54, 48.05, 38.06]), ([0, 128, 128], [48.25, -28.84, -8.48]),
            ([128, 128, 0], [51.87, -12.93, 56.68]),
        ] as [([UInt8], [Float])])
    func pixel_isItsColourInCIELAB(_ rgb: [UInt8], _ lab: [Float]) {
        let bytes = LabImage(RGBImage(width: 1, height: 1, pixels: rgb)).image.pixels
        #expect(abs(Float(bytes[0]) - lab[0]) < 0.6)
        #expect(abs(Float(bytes[1]) - (128 + 2 * lab[1])) < 0.6)
        #expect(abs(Float(bytes[2]) - (128 + 2 * lab[2])) < 0.6)
    }

    /// The purest colours have a* and b* of up to 108 from zero.
    @Test func purestColours_areLimitedNotWrapped() {
        func lab(_ rgb: [UInt8]) -> [UInt8] { LabImage(RGBImage(width: 1, height: 1, pixels: rgb)).image.pixels }
        #expect(lab([0, 0, 255]) == [32, 255, 0])
        #expect(lab([0, 255, 0])[1...] == [0, 255])
    }

    @Test func picture_keepsItsSizeAndOrder() {
        let picture = RefinementFixtures.twoColours(width: 6, height: 2, edge: 3)
        let lab = LabImage(picture).image
        #expect(lab.width == 6 && lab.height == 2)
        #expect(lab.pixels[0..<3] == lab.pixels[6..<9] && lab.pixels[0..<3] != lab.pixels[9..<12])
        #expect(lab.pixels[0..<18] == lab.pixels[18..<36])
    }
}
