import Testing

@testable import Engine

struct PixelCorrelationTests {
    @Test(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)))
    func affinity_agreesWithReference() throws {
        let golden = try ReferenceTensors("pcm")
        let (shape, maps) = try golden.images("cam")
        let features = try golden.images("features").images[0]
        let (projectionShape, projection) = try golden.tensor("projection")
        let affinity = PixelAffinity(inputChannels: projectionShape[1], outputChannels: projectionShape[0])
        var refined = [Float](repeating: 0, count: maps[0].count)
        affinity.forward(
            features: features, cells: shape[1] * shape[2], projection: projection, maps: maps[0], channels: shape[0],
            into: &refined)
        let error = largestDifference(refined, try golden.tensor("out").values)
        #expect(error < 1e-5)
        print("parity pcm: \(error)")
    }

    /// A small module with inputs away from the kinks of its ReLUs.
    private struct Case {
        static let channels = PixelCorrelation.Channels(
            mid: 4, late: 5, midProjection: 3, lateProjection: 2, joint: 6)
        static let (classes, cells) = (2, 6)
        let logits = LossFixtures.values(12, -1, 2, seed: 1)
        let colours = LossFixtures.values(18, 0.1, 1, seed: 2)
        let mid = LossFixtures.values(24, 0, 1, seed: 3)
        let late = LossFixtures.values(30, 0, 1, seed: 4)
        /// mid, late and joint weights, one after the other.
        var weights = LossFixtures.values(12 + 10 + 48, -0.7, 1, seed: 11)
        let upstream = LossFixtures.values(18, seed: 6)

        /// The refined maps; if asked, the gradient with respect to all weights is added.
        func run(gradient: UnsafeMutablePointer<Float>? = nil) -> [Float] {
            let module = PixelCorrelation(channels: Case.channels)
            return weights.withUnsafeBufferPointer { weights in
                let base = weights.baseAddress!
                let parts = PixelCorrelation.Weights(mid: base, late: base + 12, joint: base + 22)
                return colours.withUnsafeBufferPointer { colours in
                    mid.withUnsafeBufferPointer { mid in
                        late.withUnsafeBufferPointer { late in
                            let inputs = PixelCorrelation.Inputs(
                                colours: colours.baseAddress!, mid: mid.baseAddress!, late: late.baseAddress!)
                            module.forward(
                                logits: logits, classes: Case.classes, cells: Case.cells, inputs: inputs,
                                weights: parts)
                            if let gradient {
                                module.backward(
                                    refinedGradient: upstream, inputs: inputs, weights: parts,
                                    gradients: .init(mid: gradient, late: gradient + 12, joint: gradient + 22))
                            }
                            return module.refined.values(18)
                        }
                    }
                }
            }
        }
    }

    @Test func gradient_reachesAllThreeProjections() {
        let example = Case()
        var gradient = [Float](repeating: 0, count: example.weights.count)
        _ = example.run(gradient: &gradient)
        let error = FiniteDifferences.relativeError(of: gradient, at: example.weights, step: 4e-3) {
            var moved = example
            moved.weights = $0
            return LossFixtures.dot(example.upstream, moved.run())
        }
        #expect(error < 2e-3)
        for part in [0..<12, 12..<22, 22..<70] { #expect(gradient[part].contains { abs($0) > 1e-3 }) }
        print("finite differences PCM: \(error)")
    }

    @Test func gradient_isAddedToWhatIsThere() {
        let example = Case()
        var once = [Float](repeating: 0, count: example.weights.count)
        _ = example.run(gradient: &once)
        var onTop = [Float](repeating: 1, count: example.weights.count)
        _ = example.run(gradient: &onTop)
        #expect(largestDifference(onTop, once.map { $0 + 1 }) < 1e-6)
    }

    @Test func dominantMaps_keepBackgroundAndStrongestClass() {
        let logits: [Float] = [4, 1, -1] + [1, 2, -3]
        var maps = [Float](repeating: .nan, count: 9)
        DominantMaps.forward(logits: logits, classes: 2, cells: 3, into: &maps)
        #expect(largestDifference(maps, [0, 0, 1] + [1, 0, 0] + [0, 1, 0]) < 1e-4)
    }
}
