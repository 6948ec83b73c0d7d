import Testing

@testable import Engine

/// Expected values of the enlargement: Pillow 13, BILINEAR on a float image; of the shrinking: PyTorch's formula for
/// align_corners=False. The plane is p(x, y) = 3 x + 5 y + 2 x y.
@Suite struct BilinearTests {
    private let plane: [Float] = [0, 3, 6, 9, 5, 10, 15, 20, 10, 17, 24, 31]

    private func resample(_ width: Int, _ height: Int, onto start: Float = 0, flipped: Bool = false) -> [Float] {
        var result = [Float](repeating: start, count: width * height)
        plane.withUnsafeBufferPointer { source in
            result.withUnsafeMutableBufferPointer {
                Resample.bilinear(
                    source, width: 4, height: 3, toWidth: width, toHeight: height, addingInto: $0,
                    flippedHorizontally: flipped)
            }
        }
        return result
    }

    @Test func enlarging_equalsTheReference() {
        for (value, expected) in zip(resample(7, 5), Self.enlarged) { #expect(abs(value - expected) <= 1e-4) }
    }

    @Test func shrinking_takesTheNeighboursOnly() {
        let expected: [Float] = [1.8333, 6.5, 11.1667, 9.8333, 18.5, 27.1667]
        for (value, expected) in zip(resample(3, 2), expected) { #expect(abs(value - expected) <= 1e-4) }
    }

    @Test func sameSize_isTheSamePlane() {
        #expect(resample(4, 3) == plane)
    }

    @Test func result_isAdded() {
        for (value, expected) in zip(resample(7, 5, onto: 100), Self.enlarged) {
            #expect(abs(value - 100 - expected) <= 1e-4)
        }
    }

    @Test(arguments: [(7, 5), (4, 3), (3, 2), (1, 1)]) func flipped_isTheMirrorImage(width: Int, height: Int) {
        let straight = resample(width, height)
        let flipped = resample(width, height, flipped: true)
        for at in straight.indices {
            #expect(flipped[at] == straight[at / width * width + width - 1 - at % width])
        }
    }

    private static let enlarged: [Float] = [
        0.0000, 1.0714, 2.7857, 4.5000, 6.2143, 7.9286, 9.0000, 2.0000, 3.3571, 5.5286, 7.7000, 9.8714, 12.0429,
        13.4000, 5.0000, 6.7857, 9.6429, 12.5000, 15.3571, 18.2143, 20.0000, 8.0000, 10.2143, 13.7571, 17.3000,
        20.8429, 24.3857, 26.6000, 10.0000, 12.5000, 16.5000, 20.5000, 24.5000, 28.5000, 31.0000,
    ]
}
