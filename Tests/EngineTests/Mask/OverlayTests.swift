import Testing

@testable import Engine

@Suite struct OverlayTests {
    private let gray = RGBImage(width: 9, height: 9, pixels: [UInt8](repeating: 100, count: 243))

    private func pixel(_ image: RGBImage, _ x: Int, _ y: Int) -> [UInt8] {
        Array(image.pixels[(y * image.width + x) * 3..<(y * image.width + x) * 3 + 3])
    }

    @Test func background_isDimmed() {
        let mask = IndexMask(width: 9, height: 9, indices: [UInt16](repeating: 0, count: 81))
        #expect(Overlay.render(image: gray, mask: mask).pixels == [UInt8](repeating: 70, count: 243))
    }

    @Test func class_isTintedInsideABrightAndADarkLine() {
        // Class index 1, (128, 0, 0), in columns 3 to 8: the border is at its left side alone.
        let mask = IndexMask(width: 9, height: 9, indices: (0..<81).map { $0 % 9 >= 3 ? 1 : 0 })
        let overlay = Overlay.render(image: gray, mask: mask)
        for y in 0..<9 {
            #expect(pixel(overlay, 2, y) == [70, 70, 70])
            // 65 % white: 128 + 127 * 0.65 = 210.55, 255 * 0.65 = 165.75.
            #expect(pixel(overlay, 3, y) == [211, 166, 166])
            // Half and half (114, 50, 50), times 0.55.
            #expect(pixel(overlay, 4, y) == [63, 28, 28])
            for x in 5..<9 { #expect(pixel(overlay, x, y) == [114, 50, 50]) }
        }
    }

    @Test func withoutOutline_classIsTintedAlone() {
        let mask = IndexMask(width: 9, height: 9, indices: (0..<81).map { $0 % 9 >= 3 ? 1 : 0 })
        let overlay = Overlay.render(image: gray, mask: mask, outline: false)
        for x in 0..<9 { #expect(pixel(overlay, x, 5) == (x < 3 ? [70, 70, 70] : [114, 50, 50])) }
    }

    @Test func bordersBetweenClasses_areDrawnOnBothSides() {
        let mask = IndexMask(width: 9, height: 9, indices: (0..<81).map { $0 / 9 < 4 ? 1 : 2 })
        let overlay = Overlay.render(image: gray, mask: mask)
        #expect(pixel(overlay, 4, 3) == [211, 166, 166])
        #expect(pixel(overlay, 4, 4) == [166, 211, 166])
        #expect(pixel(overlay, 4, 0) == [114, 50, 50])
        #expect(pixel(overlay, 4, 8) == [50, 114, 50])
    }

    @Test func ignored_isTintedWithoutALine() {
        let mask = IndexMask(width: 9, height: 9, indices: (0..<81).map { $0 % 9 >= 3 ? IndexMask.ignore : 0 })
        let overlay = Overlay.render(image: gray, mask: mask)
        for x in 3..<9 { #expect(pixel(overlay, x, 5) == [162, 162, 146]) }
    }
}
