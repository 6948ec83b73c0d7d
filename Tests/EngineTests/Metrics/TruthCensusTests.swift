import TestSupport
import Testing

@testable import Engine

@Suite struct TruthCensusTests {
    private func census(_ masks: [[UInt16]]) -> TruthCensus {
        TruthCensus(
            masks.map { TruthContent(IndexMask(width: $0.count, height: 1, indices: $0)) },
            names: masks.indices.map { "image \($0)" })
    }

    @Test func setWithoutAPixelOfAClass_measuresNothing() {
        let ignore = IndexMask.ignore
        let binary = census([[0, 0], [0, ignore], [ignore, ignore]])
        #expect(binary.fault?.contains("2 of 3 masks, the first image 1") == true)
        #expect(binary.fault?.contains("recode 255 to 1") == true)
        #expect(binary.warnings.isEmpty)
    }

    @Test func backgroundAlone_isTold_andNoFault() {
        let empty = census([[0, 0], [0, 0]])
        #expect(empty.fault == nil && empty.warnings.count == 1)
        #expect(empty.warnings.first?.contains("all 2 masks are background") == true)
    }

    @Test func oneMaskOf0And255_amongOthers_isNamed() {
        let mixed = census([[0, 1], [0, IndexMask.ignore]])
        #expect(mixed.fault == nil && mixed.warnings.count == 1)
        #expect(mixed.warnings.first?.contains("1 of 2 masks, the first image 1") == true)
        #expect(census([[0, 1], [2, IndexMask.ignore], [0, 0]]).warnings.isEmpty)
    }

    @Test func contentOfAScore_isThatOfItsMask() {
        var random = SeededRandom(seed: 4)
        for classes in 0..<3 {
            let truth = RandomMasks.mask(width: 9, height: 9, classCount: classes, ignore: true, &random)
            let score = ImageScore(prediction: truth, truth: truth, classCount: 3)
            #expect(TruthContent(score) == TruthContent(truth))
        }
    }
}
