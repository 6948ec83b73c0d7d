import Engine
import Foundation
import TestSupport
import Testing

@Suite struct EvaluateTests {
    private let fixture: EvaluateFixture

    init() throws { fixture = try EvaluateFixture() }

    @Test(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)))
    func goldenMasks_haveTheReferencesFigures() throws {
        let golden = try fixture.writeGolden()
        let result = try fixture.evaluate("--json", "--bootstrap", "100")
        #expect(result.status == 0, "\(result.errors)")
        let answer = try result.evaluation()
        #expect(answer.images == 6)
        for (row, iou) in zip(answer.classes, try golden.floats("iou")) {
            #expect(abs(try #require(row.iou).value - Double(iou)) < 1e-6)
        }
        #expect(abs(answer.meanIou.value - Double(try golden.floats("miou")[0])) < 1e-6)
        #expect(abs(try #require(answer.contourF).value - Double(try golden.floats("contour_f")[0])) < 1e-6)
        for (row, f) in zip(answer.classes.dropFirst(), try golden.floats("contour_f_per_class")) {
            #expect(abs(try #require(row.contourF) - Double(f)) < 1e-6)
        }
        let counts = try answer.classes.dropFirst().flatMap { row in
            let contour = try #require(row.contour)
            return [contour.matchedPrediction, contour.matchedTruth, contour.prediction, contour.truth]
        }
        #expect(counts.map(Float.init) == (try golden.floats("contour_counts")))
        #expect(answer.classes.map(\.name) == ["background", "class 1", "class 2", "class 3", "class 4"])
    }

    @Test func figures_areThoseByHand() throws {
        try fixture.write([0, 0, 1, 1, 2, 255], width: 3, "predictions/a")
        try fixture.write([0, 1, 1, 1, 255, 0], width: 3, "truth/a")
        try fixture.write([0, 0, 0, 0], width: 2, "predictions/b")
        try fixture.write([0, 0, 0, 0], width: 2, "truth/b")
        let classes = try fixture.data.write("Käse\nno 2\nunseen\n", "classes.txt")
        let answer = try fixture.evaluate("--json", "--classes", classes).evaluation()
        #expect(answer.confusion == [[5, 0, 0, 0], [1, 2, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
        #expect(answer.leftOut == [1, 0, 0, 0])
        #expect(answer.classes.map(\.name) == ["background", "Käse", "no 2", "unseen"])
        let (fiveSixths, twoThirds): (Double?, Double?) = (5.0 / 6, 2.0 / 3)
        let iou = answer.classes.map { $0.iou?.value }
        #expect(iou == [fiveSixths, twoThirds, nil, nil])
        #expect(answer.classes.map(\.precision) == [fiveSixths, 1, nil, nil])
        #expect(answer.classes.map(\.recall) == [1, twoThirds, nil, nil])
        #expect(answer.classes.map(\.pixels) == [5, 3, 0, 0] && answer.classes.map(\.images) == [2, 1, 0, 0])
        #expect(answer.pixelAccuracy.value == 7.0 / 8 && answer.coverage == 8.0 / 9)
        #expect(answer.ignoredShare == 0.1 && answer.warnings == nil)
        #expect(answer.meanIou.low < answer.meanIou.value && answer.meanIou.value < answer.meanIou.high)

        let text = try fixture.evaluate("--classes", classes).output
        let rows = text.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(rows[0].starts(with: ["class", "IoU", "interval", "precision"]))
        #expect(rows[2].starts(with: ["Käse", "66.67"]))
        #expect(
            text.contains("mIoU 75.00 (") && text.contains("coverage 88.89, ignored 10.00")
                && text.contains("1000 resamples"))
    }

    @Test func labelmapAndBackgroundInTheFirstLine_nameTheSameClasses() throws {
        try fixture.write([0, 1, 2, 2], width: 2, "predictions/a")
        try fixture.write([0, 1, 1, 2], width: 2, "truth/a")
        for text in [Labelmap.text(classes: ["Käse", "no 2"]), "background\nKäse\nno 2\n", "Käse\nno 2\n"] {
            let classes = try fixture.data.write(text, "classes.txt")
            let answer = try fixture.evaluate("--json", "--classes", classes).evaluation()
            #expect(answer.classes.map(\.name) == ["background", "Käse", "no 2"])
            #expect(answer.classes.map { $0.iou?.value } == [1, 0.5, 0.5])
        }
    }

    @Test func seedAndThreads_leaveTheFiguresAlone() throws {
        try fixture.writeShapes((0..<10).map { "image \($0)" })
        func figure(_ arguments: String...) throws -> EvaluationAnswer.Figure {
            try fixture.evaluate(["--json"] + arguments).evaluation().meanIou
        }
        let one = try figure("--threads", "1")
        #expect(try figure("--threads", "2") == one)
        let other = try figure("--seed", "2")
        #expect(other.value == one.value && other != one)
        let narrow = try fixture.evaluate(["--json", "--list", try fixture.data.write("image 3\n", "list")])
            .evaluation()
        #expect(narrow.images == 1 && narrow.meanIou.low == narrow.meanIou.high)
    }

    @Test func comparison_isImageByImage() throws {
        try fixture.writeShapes(["a", "b", "c"])
        let same = try fixture.evaluate("--json", "--compare", fixture.data.path("predictions")).evaluation()
        let nothing = try #require(same.comparison)
        let zero = EvaluationAnswer.Figure(value: 0, low: 0, high: 0)
        #expect(nothing.meanIou == zero && nothing.contourF == zero)
        #expect(nothing.equal == 3 && nothing.images.isEmpty)

        let compare = ["--compare", fixture.data.path("predictions"), "--bootstrap", "200"]
        let better = try fixture.evaluate(compare + ["--json"], predictions: "truth").evaluation()
        let comparison = try #require(better.comparison)
        #expect(comparison.meanIou.low > 0 && comparison.contourF.value > 0)
        #expect(comparison.better == 3 && comparison.worse == 0 && comparison.equal == 0)
        #expect(comparison.images.map(\.name).sorted() == ["a", "b", "c"])
        #expect(comparison.images.allSatisfy { $0.meanIou == 1 && $0.otherMeanIou < 1 })
        let text = try fixture.evaluate(compare, predictions: "truth").output
        #expect(text.contains("minus \(fixture.data.path("predictions")): mIoU"))
        #expect(text.contains("3 images better, 0 worse, 0 equal"))
    }
}
