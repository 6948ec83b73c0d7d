import Foundation
import TestSupport
import Testing

/// Evaluations that cannot be made: each says why, fails, and writes nothing.
@Suite struct EvaluateRefusalTests {
    private let fixture: EvaluateFixture

    init() throws {
        fixture = try EvaluateFixture()
        try fixture.writeShapes(["a", "b"])
    }

    private func refusal(_ result: CommandResult, status: Int32 = 1) throws -> String {
        #expect(result.status == status && result.output.isEmpty)
        #expect(!fixture.data.exists("out/evaluation.json") && !fixture.data.exists("out/report.html"))
        return result.errors
    }

    @Test func everythingWrong_isReportedAtOnce() throws {
        try fixture.write([0, 0, 0, 0], width: 2, "truth/onlyTrue")
        try fixture.write([0, 0, 0, 0], width: 2, "predictions/onlyPredicted")
        for name in ["size", "index", "damaged"] { try fixture.write([0, 0, 0, 0], width: 2, "truth/\(name)") }
        try fixture.write([0, 0, 0, 0], width: 4, "predictions/size")
        try fixture.write([0, 9, 0, 0], width: 2, "predictions/index")
        try fixture.data.write(try fixture.data.data("predictions/a.png").prefix(60), "predictions/damaged.png")
        let classes = try fixture.data.write("x\ny\n", "classes.txt")
        let message = try refusal(
            fixture.evaluate(
                "--classes", classes, "--images", fixture.data.path("images"), "--out", fixture.data.path("out"))
        )
        for part in [
            "onlyTrue: there is no \(fixture.data.path("predictions/onlyTrue.png"))",
            "onlyPredicted: there is no \(fixture.data.path("truth/onlyPredicted.png"))",
            "predictions/size.png: is 4 x 1 pixels", "predictions/index.png: has a pixel of index 9",
            "predictions/damaged.png: The PNG file is damaged", "size: no file of that name",
        ] {
            #expect(message.contains(part), "\(part) in \(message)")
        }
        // Two names, three predictions, and the three pictures that are not there.
        #expect(message.contains("8 problems"), "\(message)")
    }

    @Test(arguments: [
        (["--bootstrap", "99"], "--bootstrap"), (["--bootstrap", "10001"], "--bootstrap"), (["--seed", "-1"], "seed"),
        (["--maps", "elsewhere"], "--predictions or --maps"), (["--background", "0.3"], "--background"),
        (["--images", "elsewhere"], "--out"), (["--threads", "0"], "--threads"),
    ])
    func wrongOption_isNamed(_ arguments: [String], _ part: String) throws {
        let message = try refusal(fixture.evaluate(arguments), status: 64)
        #expect(message.contains(part), "\(message)")
    }

    @Test func backgroundScoreOutOfRange_isRefused() throws {
        for score in ["1", "-0.1", "nan"] {
            let result = try pseudolabel("evaluate", "--maps", "m", "--ground-truth", "t", "--background=\(score)")
            #expect(try refusal(result, status: 64).contains("--background"))
        }
    }

    @Test(arguments: ["--list", "--classes", "--compare"])
    func missingFile_isNamed(_ option: String) throws {
        let missing = fixture.data.path("missing")
        #expect(try refusal(fixture.evaluate(option, missing)).contains(missing))
    }

    @Test func classFileThatIsOffByOne_isRefusedWithItsLine() throws {
        let list = try fixture.data.write("x\nbackground\ny\n", "classes.txt")
        let message = try refusal(fixture.evaluate("--classes", list))
        #expect(message.contains(list) && message.contains("line 2"), "\(message)")
    }

    @Test func outputThatCannotBeWritten_isNamedBeforeAnythingIsComputed() throws {
        let file = try fixture.data.write("", "file")
        let message = try refusal(fixture.evaluate("--out", file + "/out"))
        #expect(message.contains("--out: \(file)/out") && !message.contains("images scored"))
    }
}
