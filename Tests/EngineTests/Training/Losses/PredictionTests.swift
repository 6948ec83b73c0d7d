import Testing

@testable import Engine

struct PredictionTests {
    private static let size = MapSize(height: 4, width: 5)
    private static let labels: [Float] = [1, 0, 1, 1]

    /// Away from the kinks, also from equal values of two classes: every map has its own count of negative cells.
    private static func spreadMaps(seed: UInt64) -> [Float] {
        var maps: [Float] = []
        for index in 0..<4 { maps += LossFixtures.spread(20, negative: 3 + index, seed: seed + UInt64(index)) }
        return maps
    }

    private static func pairs() -> PairWeights {
        let pairs = PairWeights(mu: 2.5, sigma: 2)
        pairs.update(colours: LossFixtures.values(60, 0, 1, seed: 1), size: size)
        return pairs
    }

    private static func predictions(_ logits: [Float], smallestRange: Float = 0) -> BinomialPredictions {
        BinomialPredictions(LabelledMaps(logits: logits, size: size, labels: labels, smallestRange: smallestRange))
    }

    @Test func binomialPredictions_areTheLabelledMapsAndWhatTheyLeave() {
        let logits = LossFixtures.values(80, -1, 3, seed: 2)
        let predictions = Self.predictions(logits)
        let values = predictions.values.values(predictions.channels * 20).chunks(of: 20).map(Array.init)
        #expect(predictions.maps.classes == [0, 2, 3])
        for (position, index) in [0, 2, 3].enumerated() {
            var map = [Float](repeating: 0, count: 20)
            MaxNormalisation.forward(Array(logits[index * 20..<index * 20 + 20]), cells: 20, into: &map)
            #expect(values[position + 1] == map)
        }
        for cell in 0..<20 { #expect(values[0][cell] == 1 - max(values[1][cell], values[2][cell], values[3][cell])) }
    }

    @Test func imageWithoutClasses_isAllBackground() {
        let predictions = BinomialPredictions(
            LabelledMaps(logits: LossFixtures.values(40, seed: 1), size: Self.size, labels: [0, 0], smallestRange: 1))
        #expect(predictions.values.values(20) == [Float](repeating: 1, count: 20))
        #expect(predictions.channels == 1)
    }

    @Test func binomialGradient_goesThroughBackgroundLabelsAndNormalisation() {
        let logits = Self.spreadMaps(seed: 20)
        let predictions = Self.predictions(logits)
        let upstream = LossFixtures.values(predictions.values.count, seed: 9)
        var gradient = [Float](repeating: 0, count: 80)
        predictions.backward(valueGradient: upstream, logits: logits, gradient: &gradient)
        let error = FiniteDifferences.relativeError(of: gradient, at: logits, step: 1e-3) {
            LossFixtures.dot(upstream, Self.predictions($0).values.values(upstream.count))
        }
        #expect(error < 2e-3)
        #expect(gradient[20..<40].allSatisfy { $0 == 0 })
        print("finite differences binomial predictions: \(error)")
    }

    @Test func binomialFeatureSimilarity_hasTheSlopeThatItReports() {
        let logits = Self.spreadMaps(seed: 30)
        let pairs = Self.pairs()
        func loss(_ logits: [Float], _ gradient: inout [Float]) -> Float {
            Self.predictions(logits).featureSimilarity(pairs: pairs, logits: logits, weight: 1, gradient: &gradient)
        }
        var (gradient, ignored) = ([Float](repeating: 0, count: 80), [Float](repeating: 0, count: 80))
        _ = loss(logits, &gradient)
        let error = FiniteDifferences.relativeError(of: gradient, at: logits, step: 2e-3) {
            Double(loss($0, &ignored))
        }
        #expect(error < 2e-3)
        print("finite differences binomial FSL: \(error)")
    }

    /// The spread fixture's maps range over 1.25 to 1.65 logits: all of them flat.
    @Test func binomialFeatureSimilarityOfFlatMaps_hasTheSlopeThatItReports() {
        // With one scale for all of them, equal values of two classes would stay equal: the background's kink.
        let logits = Self.spreadMaps(seed: 30).enumerated().map { $1 + 0.02 * Float($0 / 20) }
        let pairs = Self.pairs()
        func loss(_ logits: [Float], _ gradient: inout [Float]) -> Float {
            Self.predictions(logits, smallestRange: 3).featureSimilarity(
                pairs: pairs, logits: logits, weight: 1, gradient: &gradient)
        }
        var (gradient, ignored) = ([Float](repeating: 0, count: 80), [Float](repeating: 0, count: 80))
        _ = loss(logits, &gradient)
        let error = FiniteDifferences.relativeError(of: gradient, at: logits, step: 2e-3) {
            Double(loss($0, &ignored))
        }
        #expect(error < 2e-3)
        print("finite differences binomial FSL of flat maps: \(error)")
    }

    @Test func multinomialFeatureSimilarity_hasTheSlopeThatItReports() {
        let logits = LossFixtures.values(80, -2, 2, seed: 5)
        let pairs = Self.pairs()
        func loss(_ logits: [Float], _ gradient: inout [Float]) -> Float {
            MultinomialPredictions(logits: logits, channels: 4, cells: 20)
                .featureSimilarity(pairs: pairs, weight: 1, gradient: &gradient)
        }
        var (gradient, ignored) = ([Float](repeating: 0, count: 80), [Float](repeating: 0, count: 80))
        _ = loss(logits, &gradient)
        let error = FiniteDifferences.relativeError(of: gradient, at: logits, step: 0.02) {
            Double(loss($0, &ignored))
        }
        #expect(error < 2e-3)
        print("finite differences multinomial FSL: \(error)")
    }
}
