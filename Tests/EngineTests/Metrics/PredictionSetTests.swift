import Foundation
import TestSupport
import Testing

@testable import Engine

struct PredictionSetTests {
    private let folder = try! DataSetFolder()
    private var predictions: String { "\(folder.path)/predictions" }
    private var truth: String { "\(folder.path)/truth" }
    private var maps: String { "\(folder.path)/maps" }

    init() throws {
        for path in [predictions, truth, maps] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    private func write(_ mask: IndexMask, _ name: String) throws {
        try folder.write(VOCPNG.encode(mask, classCount: 100), name + ".png")
    }

    private func mask(_ width: Int, _ height: Int, _ index: UInt16 = 0) -> IndexMask {
        IndexMask(width: width, height: height, indices: [UInt16](repeating: index, count: width * height))
    }

    /// Three images whose maps are random, one of them of a picture over the working size.
    private func writeMaps() throws -> (maps: [ClassMaps], truths: [IndexMask]) {
        var random = SeededRandom(seed: 17)
        var (all, truths): ([ClassMaps], [IndexMask]) = ([], [])
        for (number, (classes, width, height)) in [([0, 2], 40, 30), ([1], 25, 50), ([0, 1], 900, 700)].enumerated() {
            let truth = RandomMasks.mask(width: width, height: height, classCount: 3, ignore: true, &random)
            let size = WorkingSize(width: width, height: height).maps
            let maps = RandomMasks.maps(classes: classes, width: size.width, height: size.height, &random)
            try folder.write(StoredMaps.encode(maps), "maps/\(number).safetensors")
            try write(truth, "truth/\(number)")
            all.append(maps)
            truths.append(truth)
        }
        return (all, truths)
    }

    @Test func sweepOfStoredMaps_isThatOfTheMaps() throws {
        let (maps, truths) = try writeMaps()
        var expected = BackgroundSweep(classCount: 3)
        for (maps, truth) in zip(maps, truths) {
            expected.add(SweepPlanes(maps.enlarged(toWidth: truth.width, height: truth.height)), truth: truth)
        }
        var set = try PredictionSet(runs: [.maps(self.maps)], groundTruth: truth, classCount: nil)
        let curve = try set.sweep(threads: 2)
        #expect(largestDifference(curve.meanIoU.map { Float($0) }, expected.curve.map { Float($0) }) < 0.005)
        #expect(curve.meanIoU(at: 0.42) == curve.meanIoU[42])
        #expect(curve.bestScore < 0.6)
        #expect(curve.meanIoU(at: curve.bestScore) == curve.meanIoU[..<60].max())

        // The figures at a score are those of the curve there.
        for score: Float in [0, 0.3, 0.99] {
            set.backgroundScore = score
            let scores = try set.scores(threads: 2)[0]
            #expect(SetScore(scores, classCount: 3).confusion.meanIoU == curve.meanIoU(at: score))
        }
    }

    @Test func masks_areThoseInTheFiles() throws {
        let (mine, theirs, real) = (mask(4, 3, 1), mask(4, 3, 2), mask(4, 3, 1))
        try write(mine, "predictions/a")
        try write(theirs, "maps/a")
        try write(real, "truth/a")
        let set = try PredictionSet(runs: [.masks(predictions), .masks(maps)], groundTruth: truth, classCount: 2)
        #expect(set.names == ["a"])
        let masks = try set.masks(of: "a")
        #expect(masks.truth == real && masks.predictions == [mine, theirs])
        #expect(try set.scores(threads: 1).map { $0[0].meanIoU } == [1, 0])
        #expect(try set.picture(of: "a") == nil)
    }

    @Test func everythingWrong_isReportedAtOnce() throws {
        try write(mask(4, 3), "predictions/onlyPredicted")
        try write(mask(4, 3), "truth/onlyTrue")
        for name in ["size", "index", "good", "cut", "picture"] { try write(mask(4, 3), "truth/\(name)") }
        try write(mask(3, 4), "predictions/size")
        try write(mask(4, 3, 7), "predictions/index")
        try write(mask(4, 3, 1), "predictions/good")
        try write(mask(4, 3), "predictions/picture")
        try folder.write(Data("no picture".utf8), "predictions/cut.png")
        for name in ["size", "index", "good", "cut"] { try folder.writePicture("\(name).png", width: 4, height: 3) }
        try folder.writePicture("picture.png", width: 5, height: 3)
        let set = try PredictionSet(
            runs: [.masks(predictions)], groundTruth: truth, pictures: folder.path, classCount: 6)
        let error = try #require(throws: InvalidDataSet.self) { _ = try set.scores(threads: 2) }
        for part in [
            "onlyPredicted: there is no \(truth)/onlyPredicted.png",
            "onlyTrue: there is no \(predictions)/onlyTrue.png",
            "\(predictions)/size.png: is 3 x 4 pixels, its ground truth \(truth)/size.png 4 x 3",
            "\(predictions)/index.png: has a pixel of index 7, but classes go up to 6",
            "\(predictions)/cut.png: The image is neither JPEG, PNG nor WebP",
            "\(folder.path)/picture.png: is 5 x 3 pixels, its ground truth",
        ] {
            #expect(error.problems.contains { $0.contains(part) }, "\(part) in \(error)")
        }
        #expect(error.problems.count == 6)
    }

    @Test func masksInFolders_areFound_andTwoOfOneNameAreTwo() throws {
        for place in ["predictions/a", "truth/a", "pictures/a"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/\(place)", withIntermediateDirectories: true)
        }
        for (name, index) in [("1", UInt16(0)), ("a/1", 1)] {
            for side in ["predictions", "truth"] { try write(mask(4, 3, index), "\(side)/\(name)") }
            try folder.writePicture("pictures/\(name).png", width: 4, height: 3)
        }
        let pictures = "\(folder.path)/pictures"
        for names in [nil, ["1.png", "a\\1"]] {
            let set = try PredictionSet(
                runs: [.masks(predictions)], groundTruth: truth, pictures: pictures, names: names, classCount: 1)
            #expect(set.names == ["1", "a/1"])
            #expect(try set.scores(threads: 1)[0].count == 2)
            #expect(try set.masks(of: "a/1").truth == mask(4, 3, 1))
        }
        let outside = try PredictionSet(
            runs: [.masks(predictions)], groundTruth: truth, names: ["../predictions/1"], classCount: 1)
        let error = try #require(throws: InvalidDataSet.self) { _ = try outside.scores(threads: 1) }
        #expect(error.problems.contains { $0.contains("the part \"..\"") })
    }

    @Test func listNamesTheImages_andMayNotMissOne() throws {
        for name in ["a", "b"] { for side in ["predictions", "truth"] { try write(mask(4, 3), "\(side)/\(name)") } }
        try write(mask(4, 3), "truth/c")
        let set = try PredictionSet(runs: [.masks(predictions)], groundTruth: truth, names: ["b.png"], classCount: 1)
        #expect(set.names == ["b"])
        #expect(try set.scores(threads: 1)[0].count == 1)
        let wrong = try PredictionSet(
            runs: [.masks(predictions)], groundTruth: truth, names: ["a", "a.jpg", "c"], classCount: 1)
        let error = try #require(throws: InvalidDataSet.self) { _ = try wrong.scores(threads: 1) }
        #expect(error.problems.count == 2)
        #expect(
            error.problems[0] == "a.jpg: is listed twice, first as a" && error.problems[1].contains("predictions/c.png")
        )
    }

    @Test func directoriesWithoutMasks_areAllNamed() throws {
        let error = try #require(throws: InvalidDataSet.self) {
            _ = try PredictionSet(
                runs: [.masks(predictions), .masks("\(folder.path)/nowhere")], groundTruth: truth, classCount: 1)
        }
        #expect(error.problems.count == 3)
        #expect(error.problems.contains { $0.contains("nowhere: can't be listed") })
        #expect(error.problems.contains("\(truth): holds no .png file"))
    }

    @Test func mapsOfAnotherSizeOrClass_areRefused() throws {
        for (name, classes, width) in [("size", [0], 5), ("class", [0, 3], 4)] {
            let maps = ClassMaps(classes: classes, width: width, height: 3)
            try folder.write(StoredMaps.encode(maps), "maps/\(name).safetensors")
            try write(mask(4, 3), "truth/\(name)")
        }
        let set = try PredictionSet(runs: [.maps(maps)], groundTruth: truth, classCount: 3)
        let error = try #require(throws: InvalidDataSet.self) { _ = try set.sweep(threads: 1) }
        #expect(error.problems.count == 2)
        #expect(error.problems[0].contains("class.safetensors: has a map of index 4, but classes go up to 3"))
        #expect(error.problems[1].contains("size.safetensors: its maps are 5 x 3 pixels, its ground truth"))
    }

    @Test func tooManyClasses_areRefused() throws {
        let limit = PredictionSet.maximumClasses
        #expect(throws: InvalidDataSet(what: "classes", problems: ["\(limit + 1) are over the limit of \(limit)"])) {
            _ = try PredictionSet(runs: [.masks(predictions)], groundTruth: truth, classCount: limit + 1)
        }
        var wide = mask(4, 3)
        wide.indices[5] = 60_000
        try folder.write(VOCPNG.encode(wide, classCount: 65_000), "predictions/a.png")
        try write(mask(4, 3), "truth/a")
        let set = try PredictionSet(runs: [.masks(predictions)], groundTruth: truth, classCount: nil)
        let error = try #require(throws: InvalidDataSet.self) { _ = try set.scores(threads: 1) }
        #expect(error.problems[0].contains("index 60000, but classes go up to \(limit)"))
    }
}
