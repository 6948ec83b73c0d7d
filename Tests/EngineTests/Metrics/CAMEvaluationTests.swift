import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Engine

struct CAMEvaluationTests {
    /// Pictures, labels and the masks that the product makes of them at background score 0.3.
    private struct Fixture {
        let folder = try! DataSetFolder()
        let model: Model
        let set: TrainingSet

        init() throws {
            model = try Model.embedded()
            try folder.write(try Picture.jpeg.bytes, "cat.jpg")
            try folder.writePicture("noise.png", width: 50, height: 70)
            let labels = try LabelsFile(text: "image,labels\ncat,cat\nnoise,dog;person\n", path: "l.csv")
            set = try TrainingSet(
                images: folder.path, labels: labels, classes: model.description.classes, threads: 1)
            try FileManager.default.createDirectory(atPath: truthPath, withIntermediateDirectories: true)
            let options = try LabelingOptions(
                model: model.description, scales: [0.5, 1], refinement: Refinement.none, background: 0.3)
            let pipeline = Pipeline(model: model, threads: 1)
            for example in set.examples {
                let labeling = try pipeline.label(
                    Data(contentsOf: URL(fileURLWithPath: example.path)), labels: example.labels, options: options)
                try folder.write(labeling.maskPNG, "truth/\(example.name).png")
            }
        }

        var truthPath: String { "\(folder.path)/truth" }
    }

    @Test func productsOwnMasks_areFoundAgainAtTheirBackgroundScore() throws {
        let fixture = try Fixture()
        let set = try EvaluationSet(fixture.set, groundTruth: fixture.truthPath, threads: 1)
        let evaluation = CAMEvaluation(model: fixture.model, threads: 2, scales: [0.5, 1])
        let progress = Mutex([Int]())
        let result = try evaluation.run(set) { done, total in progress.withLock { $0 += [done, total] } }
        #expect(result.curve.bestScore == 0.3)
        #expect(result.meanIoU == 1 && result.curve.meanIoU(at: 0.3) == 1)
        #expect(result.curve.meanIoU(at: 0.31) < 1 && result.curve.meanIoU(at: 0.29) < 1)
        #expect(result.contour.mean == 1)
        #expect(result.iou.compactMap(\.self).count == 4)
        #expect(result.images == 2)
        #expect(progress.withLock { $0 } == [1, 2, 2, 2])
        let other = try evaluation.run(set, at: 0.4)
        #expect(other.curve.bestScore == 0.3 && other.score == 0.4 && other.curve == result.curve)
        #expect(other.meanIoU == result.curve.meanIoU(at: 0.4) && other.contourF < 1)
        // The same again, on other threads.
        #expect(try CAMEvaluation(model: fixture.model, threads: 1, scales: [0.5, 1]).run(set) == result)
    }

    @Test func unusableMasks_areReportedAllAtOnceByFile() throws {
        let fixture = try Fixture()
        try fixture.folder.remove("truth/cat.png")
        let index = UInt16(fixture.set.classes.count + 1)
        let tooHigh = IndexMask(width: 50, height: 70, indices: [UInt16](repeating: index, count: 3500))
        try fixture.folder.write(VOCPNG.encode(tooHigh, classCount: 100), "truth/noise.png")
        let error = try #require(throws: InvalidDataSet.self) {
            _ = try EvaluationSet(fixture.set, groundTruth: fixture.truthPath, threads: 2)
        }
        #expect(error.problems.count == 2)
        #expect(error.problems[0].contains("truth/cat.png: can't be read"))
        #expect(error.problems[1].contains("truth/noise.png: has a pixel of index \(index)"))
    }

    @Test func groundTruthWithoutAClass_isRefusedWithTheCure() throws {
        let fixture = try Fixture()
        func rewrite(_ change: (UInt16) -> UInt16) throws {
            for item in try EvaluationSet(fixture.set, groundTruth: fixture.truthPath, threads: 1).items {
                let file = URL(fileURLWithPath: item.truthPath)
                var mask = try VOCPNG.decode(Data(contentsOf: file))
                mask.indices = mask.indices.map(change)
                try VOCPNG.encode(mask, classCount: 20).write(to: file)
            }
        }
        try rewrite { $0 == 0 ? 0 : IndexMask.ignore }
        let binary = try #require(throws: InvalidDataSet.self) {
            _ = try EvaluationSet(fixture.set, groundTruth: fixture.truthPath, threads: 1)
        }
        #expect(binary.problems.count == 1 && binary.problems[0].contains("recode 255 to 1"))
    }

    @Test func masksInCapitals_areFound() throws {
        let fixture = try Fixture()
        let file = "\(fixture.truthPath)/cat"
        try FileManager.default.moveItem(atPath: file + ".png", toPath: file + ".PNG")
        let set = try EvaluationSet(fixture.set, groundTruth: fixture.truthPath, threads: 1)
        #expect(set.items.contains { $0.truthPath == file + ".PNG" } && set.warnings.isEmpty)
    }

    @Test func maskOfAnotherSize_isRefusedEvenWhenItChangedLater() throws {
        let fixture = try Fixture()
        let set = try EvaluationSet(fixture.set, groundTruth: fixture.truthPath, threads: 1)
        let other = IndexMask(width: 70, height: 50, indices: [UInt16](repeating: 0, count: 3500))
        try fixture.folder.write(VOCPNG.encode(other, classCount: 1), "truth/noise.png")
        let message = "truth/noise.png: is 70 x 50 pixels, its picture \(fixture.folder.path)/noise.png 50 x 70"
        let early = try #require(throws: InvalidDataSet.self) {
            _ = try EvaluationSet(fixture.set, groundTruth: fixture.truthPath, threads: 1)
        }
        #expect(early.problems.count == 1 && early.problems[0].contains(message))
        let late = try #require(throws: UnusableFile.self) {
            _ = try CAMEvaluation(model: fixture.model, threads: 1, scales: [0.5]).run(set)
        }
        #expect(late.description.contains(message))
    }
}
