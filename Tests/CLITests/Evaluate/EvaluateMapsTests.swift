import Engine
import Foundation
import TestSupport
import Testing

/// From `label --format maps` to `evaluate --maps`.
@Suite struct EvaluateMapsTests {
    private let run: LabelRunFixture
    private let labels: String
    /// The masks of the same pictures at this score.
    private let truth: LabelRunFixture
    private static let score: Float = 0.3

    init() throws {
        run = try LabelRunFixture()
        truth = try LabelRunFixture()
        try run.add("a.jpg", "b.png", "none.jpg")
        labels = try truth.pictures.write("image,labels\na,cat\nb,cat;sofa\nnone,\n", "labels.csv")
        for (fixture, format) in [(run, "maps"), (truth, "voc")] {
            let result = try fixture.label(
                "--labels-file", labels, "--format", format, "--background", "\(Self.score)",
                images: [run.pictures.path])
            #expect(result.status == 0, "\(result.errors)")
        }
    }

    private var masks: String { truth.out.path("SegmentationClass") }

    private func evaluate(_ arguments: String...) throws -> CommandResult {
        try pseudolabel(["evaluate", "--maps", run.out.path("maps"), "--ground-truth", masks] + arguments)
    }

    @Test func sweep_isThatOfTheModelItself() throws {
        let answer = try evaluate("--json").evaluation()
        let sweep = try #require(answer.sweep)
        // The stored maps cut at the score are the masks that were made there, but for pixels where two classes are
        // less than a step apart, and some at the edges: values between those of the enlarged maps move by half a step.
        #expect(sweep.score == Self.score && sweep.bestScore == Self.score && !sweep.isGiven)
        #expect(answer.meanIou.value > 0.99 && answer.contourF?.value ?? 0 > 0.99)

        let model = try Model.embedded()
        let pictures = try TrainingSet(
            images: run.pictures.path, labels: LabelsFile(contentsOf: labels), classes: model.description.classes,
            threads: 1)
        let set = try EvaluationSet(pictures, groundTruth: masks, threads: 1)
        let expected = try CAMEvaluation(model: model, threads: 1, scales: [1], flip: false).run(set)
        #expect(sweep.meanIou.count == 100)
        // A value moved by half a step is cut at this score or at one beside it.
        let theirs = expected.curve.meanIoU
        for (index, ours) in sweep.meanIou.enumerated() {
            let near = theirs[max(0, index - 1)...min(99, index + 1)]
            #expect(ours > near.min()! - 0.005 && ours < near.max()! + 0.005)
        }
        #expect(zip(sweep.meanIou, theirs).map { abs($0 - $1) }.reduce(0, +) / 100 < 0.005)
        #expect(Set(sweep.meanIou).count > 50)
    }

    @Test func output_saysWhoseScoreItIs() throws {
        #expect(try evaluate().output.contains("background score 0.3 is the best OF THIS SET"))
        let given = try evaluate("--background", "0.45")
        #expect(given.output.contains("background score 0.45 was given; the best of this set is 0.3"))
        let answer = try evaluate("--background", "0.45", "--json").evaluation()
        let sweep = try #require(answer.sweep)
        #expect(sweep.isGiven && sweep.score == 0.45 && answer.meanIou.value == sweep.meanIou[45])
        let report = try TemporaryDirectory()
        #expect(try evaluate("--out", report.path).status == 0)
        let html = String(decoding: try report.data("report.html"), as: UTF8.self)
        #expect(html.contains("best OF THIS SET") && html.contains("<polyline"))
    }

    @Test func secondRun_skipsWhatIsFinished() throws {
        let again = try run.label("--labels-file", labels, "--format", "maps", "--background", "\(Self.score)")
        #expect(again.errors.contains("3 were finished before"))
    }

    @Test func damagedMaps_areReportedAllAtOnce() throws {
        try run.out.write("no maps", "maps/a.safetensors")
        try run.out.write(try run.out.data("maps/b.safetensors").dropLast(7), "maps/b.safetensors")
        let result = try evaluate()
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(result.errors.contains("2 problems"))
        for name in ["a", "b"] { #expect(result.errors.contains(run.out.path("maps/\(name).safetensors: "))) }
    }
}
