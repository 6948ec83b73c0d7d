import Testing

@testable import Engine

struct ColourJitterTests {
    private func applied(_ steps: [ColourJitter.Step], to planes: [Float]) -> [Float] {
        let buffer = FloatBuffer(planes)
        for step in steps { step.apply(to: buffer.pointer, count: planes.count / 3) }
        return buffer.values(planes.count)
    }

    // Two pixels: (0.2, 0.4, 0.6) and (1, 0, 0.5).
    private let planes: [Float] = [0.2, 1, 0.4, 0, 0.6, 0.5]
    private let gray: [Float] = [0.36298, 0.3559]

    @Test func brightness_scalesAndIsCutOffAtWhite() {
        let expected: [Float] = [0.3, 1, 0.6, 0, 0.9, 0.75]
        #expect(largestDifference(applied([.brightness(1.5)], to: planes), expected) < 1e-6)
    }

    @Test func contrast_movesTowardsTheMeanGray() {
        let mean = (gray[0] + gray[1]) / 2
        #expect(largestDifference(applied([.contrast(0.5)], to: planes), planes.map { ($0 + mean) / 2 }) < 1e-6)
    }

    @Test func saturation_movesTowardsEachPixelsGray() {
        #expect(largestDifference(applied([.saturation(0)], to: planes), gray + gray + gray) < 1e-6)
        let half = planes.indices.map { (planes[$0] + gray[$0 % 2]) / 2 }
        #expect(largestDifference(applied([.saturation(0.5)], to: planes), half) < 1e-6)
    }

    @Test func hue_turnsRedToGreenByAThirdAndLeavesGrayAlone() {
        let redAndGray: [Float] = [1, 0.3, 0, 0.3, 0, 0.3]
        let third: Float = 1.0 / 3
        #expect(largestDifference(applied([.hue(third)], to: redAndGray), [0, 0.3, 1, 0.3, 0, 0.3]) < 1e-6)
        #expect(largestDifference(applied([.hue(-third)], to: redAndGray), [0, 0.3, 0, 0.3, 1, 0.3]) < 1e-6)
        // R + G + B stays, as long as nothing is cut off.
        let turned = applied([.hue(0.1)], to: [0.2, 0.4, 0.6])
        #expect(abs(turned.reduce(0, +) - 1.2) < 1e-6)
        #expect(turned[2] - turned[0] > 0.1 && turned != [0.2, 0.4, 0.6])
    }

    @Test func meanGray_takesEveryPixel_atAnyCount() {
        for count in [1, 7, 8, 9, 255, 256, 257, 1000] {
            // Contrast 0 leaves nothing but the mean gray.
            let planes = (0..<3 * count).map { Float($0 % count) / Float(count) }
            let mean = Float(count - 1) / Float(2 * count) * 0.9999
            let result = applied([.contrast(0)], to: planes)
            #expect(largestDifference(result, [Float](repeating: mean, count: 3 * count)) < 1e-5, "\(count)")
        }
    }

    @Test func steps_areInRangeAndComeInAllOrders() {
        let jitter = ColourJitter(brightness: 0.3, contrast: 0.2, saturation: 2, hue: 0.1)
        var orders: Set<String> = []
        for example in 0..<400 {
            var random = RandomStream(seed: 3, .augmentation, example)
            var order = ""
            for step in jitter.steps(&random) {
                switch step {
                case .brightness(let factor):
                    order += "b"
                    #expect((0.7...1.3).contains(factor))
                case .contrast(let factor):
                    order += "c"
                    #expect((0.8...1.2).contains(factor))
                case .saturation(let factor):
                    order += "s"
                    #expect((0...3).contains(factor))
                case .hue(let turns):
                    order += "h"
                    #expect((-0.1...0.1).contains(turns))
                }
            }
            orders.insert(order)
        }
        #expect(orders.count == 24 && orders.allSatisfy { $0.count == 4 && Set($0).count == 4 })
    }

    @Test func noStrength_changesNothing() {
        var random = RandomStream(seed: 3, .augmentation, 0)
        #expect(applied(ColourJitter.none.steps(&random), to: planes) == planes)
    }
}
