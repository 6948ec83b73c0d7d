import Testing

@testable import Engine

struct ClassificationScoreTests {
    private func score(_ logits: [[Float]], _ labels: [[Int]], classCount: Int = 3) -> ClassificationScore {
        ClassificationScore(
            logits: logits, labels: labels, classCount: classCount,
            chance: ClassificationChance(labels: labels, classCount: classCount))
    }

    @Test func meanIsOverClassesWithAPositive() {
        let score = score([[2, -1, 9], [1, 3, 8], [3, -2, 7]], [[0], [1], []])
        #expect(score.averagePrecision == [0.5, 1, nil] && score.meanAveragePrecision == 0.75 && score.images == 3)
        #expect(abs(score.chance.mean - 1 / 3.0) < 1e-12)
    }

    /// As `label` predicts without labels: over 0.5, else the single best.
    @Test func exactMatches_goByTheClassesThatLabelFinds() {
        let logits: [[Float]] = [[1, 2, -1], [-3, -2, -5], [1, -2, -5], [-1, -1, -0.5]]
        #expect(score(logits, [[0, 1], [1], [0, 1], []]).exactMatches == 0.5)
    }

    @Test func perfectRanking_isBetterThanChance_andEqualScoresAreNot() {
        let labels = (0..<40).map { [$0 % 2] }
        #expect(score(labels.map { $0 == [0] ? [1, -1] : [-1, 1] }, labels, classCount: 2).isBetterThanChance)
        let equal = score(labels.map { _ in [0, 0] }, labels, classCount: 2)
        #expect(equal.meanAveragePrecision == 0.5 && equal.chance.mean == 0.5 && !equal.isBetterThanChance)
    }

    @Test func labelsThatTellNothing_areNeverBeaten() {
        // One image, or a class that every image has: each ranking is perfect.
        #expect(!score([[9, -9, -9]], [[0]]).isBetterThanChance)
        #expect(!score([[1, 0, 0], [2, 0, 0]], [[0], [0]]).isBetterThanChance)
        let empty = score([[1, 0, 0]], [[]])
        #expect(empty.meanAveragePrecision == 0 && !empty.isBetterThanChance)
    }

    /// One positive of two images is first or second: mAP 1 or 0.5, each in half of the rankings.
    @Test func chance_isThatOfRandomRankings() {
        let two = ClassificationChance(labels: [[0], []], classCount: 1)
        #expect(two.mean == 0.5 && two.high == 1)
        // Of ten classes with one positive in ten images each: means of 10 harmonic draws (mean 0.293, deviation 0.09).
        let ten = ClassificationChance(labels: (0..<10).map { [$0] }, classCount: 10)
        #expect(abs(ten.mean - 0.1) < 1e-12 && (0.36...0.54).contains(ten.high), "\(ten)")
        #expect(ten == ClassificationChance(labels: (0..<10).map { [9 - $0] }, classCount: 10))
        // The more images, the less luck.
        let many = ClassificationChance(labels: (0..<1000).map { [$0 % 10] }, classCount: 10)
        #expect((0.1...0.12).contains(many.high), "\(many)")
    }
}
