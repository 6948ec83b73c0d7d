import Testing

@testable import Engine

@Suite struct OverlaySizeTests {
    @Test(
        arguments: [
            // Without a width: the image's own size, at most 2048.
            (100, 50, nil, 100, 50), (2048, 2048, nil, 2048, 2048), (4096, 2048, nil, 2048, 1024),
            (2000, 5000, nil, 819, 2048), (1, 40_000_000, nil, 1, 2048),
            // Height follows, and nothing is enlarged.
            (100, 50, 20, 20, 10), (100, 50, 100, 100, 50), (100, 50, 4096, 100, 50), (3, 300, 1, 1, 100),
            (7680, 5208, 480, 480, 326), (1000, 1, 10, 10, 1),
            // Wanted, and the longer side at most 4096.
            (8000, 4000, 4096, 4096, 2048), (3000, 6000, 3000, 2048, 4096), (1, 40_000_000, 1, 1, 4096),
            (40_000_000, 1, 4096, 4096, 1),
        ] as [(Int, Int, Int?, Int, Int)])
    func size_followsTheWidth(_ width: Int, _ height: Int, _ wanted: Int?, _ toWidth: Int, _ toHeight: Int) {
        let size = OverlaySize(imageWidth: width, imageHeight: height, width: wanted)
        #expect(size.width == toWidth && size.height == toHeight)
    }

    @Test func nearest_takesTheMiddleOfWhatAPixelStandsFor() {
        let mask = IndexMask(width: 6, height: 3, indices: (0..<18).map { UInt16($0) })
        #expect(mask.nearest(toWidth: 2, toHeight: 1).indices == [7, 10])
        #expect(mask.nearest(toWidth: 3, toHeight: 3).indices == [1, 3, 5, 7, 9, 11, 13, 15, 17])
        #expect(mask.nearest(toWidth: 6, toHeight: 3) == mask)
    }

    @Test func overlay_isOfTheSizeAskedFor_andDrawnAfterResizing() {
        let gray = RGBImage(width: 40, height: 20, pixels: [UInt8](repeating: 100, count: 2400))
        let mask = IndexMask(width: 40, height: 20, indices: (0..<800).map { $0 % 40 >= 20 ? 1 : 0 })
        let size = OverlaySize(imageWidth: 40, imageHeight: 20, width: 10)
        let overlay = Overlay.render(image: gray, mask: mask, size: size)
        let small = IndexMask(width: 10, height: 5, indices: (0..<50).map { $0 % 10 >= 5 ? 1 : 0 })
        let plain = RGBImage(width: 10, height: 5, pixels: [UInt8](repeating: 100, count: 150))
        #expect(overlay == Overlay.render(image: plain, mask: small))
        let tinted = Overlay.render(image: gray, mask: mask, size: size, outline: false)
        #expect(tinted == Overlay.render(image: plain, mask: small, outline: false))
        #expect(tinted != overlay)
    }
}
