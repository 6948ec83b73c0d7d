import Engine
import Foundation
import TestSupport
import Testing

/// Ground truth in other codings than the product's: read, or refused with the cure, or told.
@Suite struct EvaluateCodingTests {
    private let fixture: EvaluateFixture

    init() throws { fixture = try EvaluateFixture() }

    /// A mask whose pixels have the colours of VOC's palette.
    private func inColour(_ values: [UInt8], width: Int) -> Data {
        let pixels = values.flatMap { value -> [UInt8] in
            let colour = VOCPalette.color(of: Int(value))
            return [colour.x, colour.y, colour.z]
        }
        return PNGEncoder.rgb(RGBImage(width: width, height: values.count / width, pixels: pixels))
    }

    @Test func masksInVOCsColours_andCapitals_giveTheSameFigures() throws {
        let (truth, prediction): ([UInt8], [UInt8]) = ([0, 1, 1, 2, 255, 0], [0, 1, 2, 2, 0, 0])
        try fixture.write(truth, width: 3, "truth/a")
        try fixture.write(prediction, width: 3, "predictions/a")
        let plain = try fixture.evaluate("--json").evaluation()
        try FileManager.default.removeItem(atPath: fixture.data.path("truth/a.png"))
        try fixture.data.write(inColour(truth, width: 3), "truth/a.PNG")
        try FileManager.default.removeItem(atPath: fixture.data.path("predictions/a.png"))
        try fixture.data.write(inColour(prediction, width: 3), "predictions/a.Png")
        let coloured = try fixture.evaluate("--json").evaluation()
        #expect(coloured.confusion == plain.confusion && coloured.meanIou == plain.meanIou)
        #expect(coloured.ignoredShare == 1.0 / 6)

        try fixture.data.write(inColour(truth, width: 3), "truth/a.png")
        let twice = try fixture.evaluate()
        #expect(twice.status == 1 && twice.errors.contains("a: \(fixture.data.path("truth")) has it as .png and"))
    }

    @Test func otherColours_areListed() throws {
        try fixture.write([0, 1], width: 2, "predictions/a")
        let photo = RGBImage(width: 2, height: 1, pixels: [255, 0, 0, 1, 1, 1])
        try fixture.data.write(PNGEncoder.rgb(photo), "truth/a.png")
        let result = try fixture.evaluate()
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(
            result.errors.contains("truth/a.png: has colours that are no class's in VOC's palette: #010101 (1 pixel)"))
    }

    @Test func setOf0And255_isRefusedWithTheCure() throws {
        for name in ["a", "b"] {
            try fixture.write([1, 1], width: 2, "predictions/\(name)")
            try fixture.write([0, 255], width: 2, "truth/\(name)")
        }
        let result = try fixture.evaluate("--out", fixture.data.path("out"))
        #expect(result.status == 1 && result.output.isEmpty && !fixture.data.exists("out/evaluation.json"))
        #expect(result.errors.contains(fixture.data.path("truth")) && result.errors.contains("recode 255 to 1"))

        try fixture.write([1, 255], width: 2, "truth/a")
        let mixed = try fixture.evaluate("--json")
        #expect(mixed.status == 0 && mixed.errors.contains("warning: ground truth: 1 of 2 masks, the first b"))
        #expect(try mixed.evaluation().warnings?.count == 1)
    }

    @Test func predictionsOf0And255_areRefusedWithTheCure() throws {
        for name in ["a", "b"] {
            try fixture.write([0, 1], width: 2, "truth/\(name)")
            try fixture.write([0, 255], width: 2, "predictions/\(name)")
            try fixture.write([0, 1], width: 2, "other/\(name)")
        }
        let result = try fixture.evaluate("--json")
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(result.errors.contains(fixture.data.path("predictions")) && result.errors.contains("recode 255 to 1"))
        let compared = try fixture.evaluate(["--compare", fixture.data.path("predictions")], predictions: "other")
        #expect(compared.status == 1 && compared.errors.contains("recode 255 to 1"))
        // One that leaves everything out is no fault of a set.
        try fixture.write([0, 1], width: 2, "predictions/b")
        #expect(try fixture.evaluate().status == 0)
    }

    @Test func sixteenBits_whose255MayNotCount_needTheClasses() throws {
        let truth = PNGEncoder.gray16(width: 4, height: 1, values: [0, 1, 1, 255])
        try fixture.data.write(truth, "truth/a.png")
        try fixture.write([0, 1, 1, 0], width: 4, "predictions/a")
        let result = try fixture.evaluate()
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(result.errors.contains("recode 255 to 65535") && result.errors.contains("--classes"))
        let names = (1...255).map { "class \($0)\n" }.joined()
        #expect(try fixture.evaluate("--classes", fixture.data.write(names, "classes.txt")).status == 0)
        try fixture.data.write(PNGEncoder.gray16(width: 4, height: 1, values: [0, 1, 1, 65535]), "truth/a.png")
        #expect(try fixture.evaluate("--json").evaluation().ignoredShare == 0.25)
    }

    @Test func gray_stretchedOverTheRange_isToldApart() throws {
        try fixture.write([0, 1, 2], width: 3, "predictions/a")
        try fixture.write([0, 85, 170], width: 3, "truth/a")
        let result = try fixture.evaluate()
        #expect(result.status == 0)
        #expect(
            result.errors.contains("the ground truth has the classes 85, 170, the predictions 1, 2, none in common"))
        let classes = try fixture.data.write("x\ny\n", "classes.txt")
        let known = try fixture.evaluate("--classes", classes)
        #expect(known.status == 1 && known.errors.contains("has a pixel of index 85, but classes go up to 2"))
    }

    @Test func undefinedFigures_areAbsentAndDashes() throws {
        try fixture.write([0, 0], width: 2, "predictions/a")
        try fixture.write([0, 0], width: 2, "truth/a")
        let json = try fixture.evaluate("--json")
        #expect(json.status == 0 && json.errors.contains("all 1 masks are background"))
        let answer = try json.evaluation()
        #expect(answer.contourF == nil && answer.meanIou.value == 1 && answer.ignoredShare == 0)
        let text = try fixture.evaluate("--out", fixture.data.path("out")).output
        #expect(text.contains("contour F -, "))
        let html = String(decoding: try fixture.data.data("out/report.html"), as: UTF8.self)
        #expect(html.contains("not defined") && html.contains("Warning: ground truth"))
    }
}
