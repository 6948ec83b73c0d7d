import Foundation
import Testing

@testable import Engine

struct MaskCompositionTests {
    private let logits = ClassMaps(
        classes: [2, 7], width: 4, height: 1, values: [2, 0.5, -0.5, 0, -1, 1.5, -0.2, 0])

    @Test func mask_isTheHighestLogitOverZero() {
        let result = MaskComposition(logits, width: 4, height: 1)
        #expect(result.mask.indices == [3, 8, 0, 0])
    }

    @Test func classMasks_mayOverlap() {
        let result = MaskComposition(logits, width: 4, height: 1)
        #expect(result.classes.map(\.classIndex) == [2, 7])
        #expect(result.classes[0].pixels.bits == [1, 1, 0, 0])
        #expect(result.classes[1].pixels.bits == [0, 1, 0, 0])
        let mean: Float = (1 / (1 + exp(-2)) + 1 / (1 + exp(-0.5))) / 2
        #expect(abs((result.classes[0].meanPosterior ?? 0) - mean) < 1e-6)
    }

    @Test func classWithoutPixels_isThereWithoutMean() {
        let result = MaskComposition(
            ClassMaps(classes: [0], width: 2, height: 1, values: [-2, -0.1]), width: 2, height: 1)
        #expect(result.classes.count == 1)
        #expect(result.classes[0].meanPosterior == nil)
        #expect(result.mask.indices == [0, 0])
    }

    /// A posterior of 0.75 has a logit of 1.0986.
    @Test func pixelsLessCertainThanAsked_areLeftOut_theClassesOwnMasksAreNot() {
        let logits = ClassMaps(
            classes: [0, 1], width: 6, height: 1, values: [1.2, 1, 0.1, -1, -1.2, -9, -9, -9, 1.2, -9, -9, -0.5])
        let ignore = IndexMask.ignore
        let result = MaskComposition(logits, width: 6, height: 1, certainty: 0.75)
        #expect(result.mask.indices == [1, ignore, 2, ignore, 0, ignore])
        let all = MaskComposition(logits, width: 6, height: 1)
        #expect(all.mask.indices == [1, 1, 2, 0, 0, 0])
        #expect(result.classes.map(\.pixels) == all.classes.map(\.pixels))
        #expect(result.classes.map(\.meanPosterior) == all.classes.map(\.meanPosterior))
    }

    @Test func smallComponents_goAsIfTheirClassWereNotThere() {
        // Class 0 has a speck inside class 1, and a large part that leaves a speck of class 1 to its right.
        let logits = ClassMaps(
            classes: [0, 1], width: 8, height: 1,
            values: [9, -9, -9, 5, 5, 5, 5, -9, 1, 1, 1, 1, 1, 1, 1, 1])
        #expect(MaskComposition(logits, width: 8, height: 1).mask.indices == [1, 2, 2, 1, 1, 1, 1, 2])
        let result = MaskComposition(logits, width: 8, height: 1, smallest: 2)
        #expect(result.classes[0].pixels.bits == [0, 0, 0, 1, 1, 1, 1, 0])
        #expect(result.classes[1].pixels.area == 8)
        #expect(result.mask.indices == [2, 2, 2, 1, 1, 1, 1, 0])
        #expect(abs((result.classes[0].meanPosterior ?? 0) - 1 / (1 + exp(-5))) < 1e-6)
        // What would be kept is what it was.
        let kept = MaskComposition(logits, width: 8, height: 1, smallest: 1)
        #expect(kept.mask == MaskComposition(logits, width: 8, height: 1).mask)
        let none = MaskComposition(logits, width: 8, height: 1, smallest: 9)
        #expect(none.mask.indices.allSatisfy { $0 == 0 } && none.classes.allSatisfy { $0.meanPosterior == nil })
    }

    @Test func noClass_isAllBackground() {
        let result = MaskComposition(ClassMaps(classes: [], width: 3, height: 2), width: 3, height: 2)
        #expect(result.mask.indices == [UInt16](repeating: 0, count: 6))
        #expect(result.classes.isEmpty)
    }

    @Test func mostCertainClass_winsHoweverCertainBothAre() {
        let result = MaskComposition(
            ClassMaps(classes: [0, 1], width: 1, height: 1, values: [40, 41]), width: 1, height: 1)
        #expect(result.mask.indices == [2])
    }

    @Test func smallerLogits_areEnlargedToThePicture() {
        let result = MaskComposition(
            ClassMaps(classes: [0], width: 2, height: 1, values: [1, -1]), width: 8, height: 4)
        let row: [UInt16] = [1, 1, 1, 1, 0, 0, 0, 0]
        #expect(result.mask.indices == row + row + row + row)
    }
}
