import Testing

@testable import Engine

struct MaskCompositionTests {
    private let posteriors = ClassMaps(
        classes: [2, 7], width: 4, height: 1, values: [0.9, 0.6, 0.4, 0.5, 0.2, 0.8, 0.45, 0.5])

    @Test func mask_isTheHighestPosteriorOverAHalf() {
        let result = MaskComposition(posteriors, width: 4, height: 1)
        #expect(result.mask.indices == [3, 8, 0, 0])
    }

    @Test func classMasks_mayOverlap() {
        let result = MaskComposition(posteriors, width: 4, height: 1)
        #expect(result.classes.map(\.classIndex) == [2, 7])
        #expect(result.classes[0].pixels.bits == [1, 1, 0, 0])
        #expect(result.classes[1].pixels.bits == [0, 1, 0, 0])
        #expect(abs((result.classes[0].meanPosterior ?? 0) - 0.75) < 1e-6)
    }

    @Test func classWithoutPixels_isThereWithoutMean() {
        let result = MaskComposition(
            ClassMaps(classes: [0], width: 2, height: 1, values: [0.1, 0.2]), width: 2, height: 1)
        #expect(result.classes.count == 1)
        #expect(result.classes[0].meanPosterior == nil)
        #expect(result.mask.indices == [0, 0])
    }

    @Test func noClass_isAllBackground() {
        let result = MaskComposition(ClassMaps(classes: [], width: 3, height: 2), width: 3, height: 2)
        #expect(result.mask.indices == [UInt16](repeating: 0, count: 6))
        #expect(result.classes.isEmpty)
    }

    @Test func smallerPosteriors_areEnlargedToThePicture() {
        let result = MaskComposition(
            ClassMaps(classes: [0], width: 2, height: 1, values: [1, 0]), width: 8, height: 4)
        let row: [UInt16] = [1, 1, 1, 1, 0, 0, 0, 0]
        #expect(result.mask.indices == row + row + row + row)
    }
}
