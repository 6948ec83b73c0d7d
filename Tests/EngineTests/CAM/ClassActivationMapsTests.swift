import Foundation
import Testing

@testable import Engine

struct ClassActivationMapsTests {
    private static func pass(scale: Double = 1, flipped: Bool = false, logits: [Float], width: Int, height: Int)
        -> PassLogits
    {
        PassLogits(
            pass: CAMPass(scale: scale, flipped: flipped, size: MapSize(height: height * 16, width: width * 16)),
            size: MapSize(height: height, width: width), logits: logits)
    }

    @Test func mirroredPass_isTurnedBack() {
        let straight = Self.pass(logits: [0, 1, 2, 3, 4, 8], width: 3, height: 2)
        let mirrored = Self.pass(flipped: true, logits: [2, 1, 0, 8, 4, 3], width: 3, height: 2)
        let one = ClassActivationMaps.merged(
            [straight], classes: [0], pooledLogits: [1], mapMaximum: nil,
            size: MapSize(height: 20, width: 30))
        let other = ClassActivationMaps.merged(
            [mirrored], classes: [0], pooledLogits: [1], mapMaximum: nil,
            size: MapSize(height: 20, width: 30))
        #expect(largestDifference(one.values, other.values) < 1e-5)
        #expect(one.values.max()! > 0.99 && one.values.min()! == 0)
    }

    @Test func onlyTheWantedClasses_areMerged() {
        let logits: [Float] = [1, 2, 3, 4, 40, 30, 20, 10, -1, -2, -3, -4]
        let maps = ClassActivationMaps.merged(
            [Self.pass(logits: logits, width: 2, height: 2)], classes: [1, 2], pooledLogits: [2, 25, 0],
            mapMaximum: nil, size: MapSize(height: 2, width: 2))
        #expect(maps.classes == [1, 2])
        #expect(largestDifference(maps.values[0..<4], [1, 2 / 3.0, 1 / 3.0, 0]) < 1e-5)
        // A map without positive values stays at zero.
        #expect(maps.values[4..<8].allSatisfy { $0 == 0 })
    }

    @Test func classThatTheClassifierDoubts_isRaisedToALogitOfZero() {
        // Mean -2.5: raised by 2.5 to 1.5, 0.5, -0.5, -1.5, of which the ReLU leaves two.
        let maps = ClassActivationMaps.merged(
            [Self.pass(logits: [-1, -2, -3, -4], width: 2, height: 2)], classes: [0], pooledLogits: [-2.5],
            mapMaximum: nil,
            size: MapSize(height: 2, width: 2))
        #expect(largestDifference(maps.values, [1, 1 / 3.0, 0, 0]) < 1e-4)
    }

    /// Beside a typical highest logit of 6: 3 counts 3 / 5.1, 2 counts 0.5, 24 counts 24 / 11.4, at most 2.
    @Test(arguments: [(3, 0.5882), (6, 1), (2, 0.5), (0.1, 0.5), (18, 1.875), (24, 2)] as [(Float, Float)])
    func mapsStrength_growsWithItsHighestLogit(_ highest: Float, _ strength: Float) {
        let passes = [Self.pass(logits: [0, highest, 0, 0], width: 2, height: 2)]
        let size = MapSize(height: 2, width: 2)
        let maps = ClassActivationMaps.merged(
            passes, classes: [0], pooledLogits: [1], mapMaximum: 6, size: size)
        #expect(abs(maps.values[1] - strength) < 1e-3)
        #expect(
            ClassActivationMaps.highestLogits(passes, classes: [0], pooledLogits: [1], size: size) == [highest])
    }

    @Test func posteriors_comeFromTheScaleNearestToOne() {
        let passes = [
            Self.pass(scale: 2, logits: [9, 9], width: 1, height: 1),
            Self.pass(scale: 1, logits: [2, -2], width: 1, height: 1),
            Self.pass(scale: 1, flipped: true, logits: [4, -4], width: 1, height: 1),
        ]
        let logits = ClassActivationMaps.pooledLogits(passes, classCount: 2)
        #expect(logits == [3, -3])
        #expect(
            largestDifference(ClassActivationMaps.posteriors(logits), [1 / (1 + exp(-3)), 1 / (1 + exp(3))]) < 1e-6)
    }

    @Test(
        arguments: [
            ([0.9, 0.2, 0.6], [0, 2]), ([0.1, 0.3, 0.2], [1]), ([0.5], [0]),
        ] as [([Float], [Int])])
    func prediction_isAllOverAHalfElseTheBest(_ posteriors: [Float], _ classes: [Int]) {
        #expect(ClassActivationMaps.predictedClasses(posteriors) == classes)
    }

    @Test func passes_areTheProductOfScalesAndFlips_largestFirst() {
        let passes = CAMPass.plan(width: 101, height: 50, scales: [0.5, 2], flip: true)
        #expect(passes.map(\.scale) == [2, 2, 0.5, 0.5])
        #expect(passes.map(\.flipped) == [false, true, false, true])
        #expect(passes[0].size == MapSize(height: 100, width: 202))
        #expect(passes[3].size == MapSize(height: 25, width: 51))
        #expect(CAMPass.plan(width: 1, height: 1, scales: [0.25], flip: false)[0].size == MapSize(height: 1, width: 1))
    }

    @Test(arguments: [
        (500, 375), (640, 640), (1, 1), (8000, 5000), (1, 40_000_000), (40_000_000, 1), (100_000, 300), (1, 25_600),
        (25_601, 1), (1_000_000, 1), (1_000_000, 39), (15, 27_000),
    ])
    func workingSize_isBoundedAndKeepsTheShape(_ width: Int, _ height: Int) {
        let size = WorkingSize(width: width, height: height)
        #expect(size.width >= 1 && size.height >= 1)
        // A side below the network's cells costs as much as a cell.
        func cost(_ width: Int, _ height: Int) -> Int { max(width, 16) * max(height, 16) }
        #expect(cost(size.width, size.height) <= WorkingSize.maximumPixels)
        if cost(width, height) <= WorkingSize.maximumPixels {
            #expect(size.width == width && size.height == height)
        } else {
            #expect(cost(size.width, size.height) > WorkingSize.maximumPixels * 3 / 4)
        }
    }

    @Test func ordinaryImages_keepTheirWorkingSize() {
        // As before thin images were bounded; their masks and identifiers depend on it.
        #expect(WorkingSize(width: 641, height: 640) == WorkingSize(width: 1282, height: 1280))
        for (width, height, toWidth, toHeight) in [
            (4000, 3000, 739, 554), (3000, 4000, 554, 739), (1280, 720, 853, 480), (100_000, 300, 11684, 35),
            (12_000, 16, 12_000, 16), (16, 25_600, 16, 25_600),
        ] {
            let size = WorkingSize(width: width, height: height)
            #expect(size.width == toWidth && size.height == toHeight, "\(width) x \(height)")
        }
    }
}

@Suite(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)))
struct ClassActivationMapsGoldenTests {
    @Test func normalisation_matchesReference() throws {
        let golden = try Shared.golden("max_norm")
        let shape = try #require(golden.entries["x"]?.shape)
        var values = try golden.floats("x")
        let plane = shape[2] * shape[3]
        values.withUnsafeMutableBufferPointer { all in
            for start in stride(from: 0, to: all.count, by: plane) {
                ClassActivationMaps.normalise(UnsafeMutableBufferPointer(rebasing: all[start..<start + plane]))
            }
        }
        #expect(largestDifference(values, try golden.floats("y")) < 1e-5)
    }

    @Test func chelsea_coversWhatTheReferenceCovers() throws {
        let golden = try Shared.golden("prototype_chelsea").floats("cam_cat")
        // The classes are the default model's, the weights the prototype's.
        let model = try Model(
            weights: Shared.data("weights/voc20-prototype.safetensors"), description: Model.embedded().description)
        let image = try ImageDecoder().decode(Shared.data("data/sample/chelsea.png"))
        let passes = MultiScaleLogits(model: model, threads: 2).run(
            image, scales: [0.5, 1, 1.5, 2], flip: true)
        let cat = try model.classIndices(of: ["cat"])
        let pooledLogits = ClassActivationMaps.pooledLogits(passes, classCount: model.description.classes.count)
        let maps = ClassActivationMaps.merged(
            passes, classes: cat, pooledLogits: pooledLogits, mapMaximum: nil,
            size: MapSize(height: image.height, width: image.width))
        let (ours, theirs) = (maps.values.map { $0 > 0.35 }, golden.map { $0 > 0.35 })
        let both = zip(ours, theirs).count { $0 && $1 }
        let either = zip(ours, theirs).count { $0 || $1 }
        let overlap = Double(both) / Double(either)
        #expect(overlap > 0.95)
        let difference = largestDifference(maps.values, golden)
        print("parity prototype_chelsea: IoU over 0.35 is \(overlap), largest difference \(difference)")
    }
}
