import Foundation
import Testing

@Suite struct EvaluateReportTests {
    private let fixture: EvaluateFixture
    /// Legal in a file's name, and none of it may reach the page as markup.
    private static let hostileName = "a&<b>\"'"

    init() throws {
        fixture = try EvaluateFixture()
        try fixture.writeShapes([Self.hostileName, "b", "c", "d", "e"])
    }

    private func report(_ arguments: String...) throws -> String {
        let classes = try fixture.data.write("<i>disk\nsquare & co\nunseen\n", "classes.txt")
        let result = try fixture.evaluate(["--classes", classes, "--out", fixture.data.path("out")] + arguments)
        #expect(result.status == 0, "\(result.errors)")
        return String(decoding: try fixture.data.data("out/report.html"), as: UTF8.self)
    }

    @Test func report_needsNothingBesideItself() throws {
        let html = try report(
            "--images", fixture.data.path("images"), "--compare", fixture.data.path("truth"))
        #expect(faultOfXML(html) == nil)
        let outside = html.replacingOccurrences(of: "xmlns=\"http://www.w3.org/2000/svg\"", with: "")
        for reference in ["http:", "https:", "<script", "<link", "@import", "url(", "src=\"/"] {
            #expect(!outside.contains(reference), "\(reference)")
        }
        let sources = html.components(separatedBy: " src=\"").count - 1
        #expect(sources == html.components(separatedBy: " src=\"data:image/jpeg;base64,").count - 1)
        // Best, median and worst of both classes, three panels each.
        #expect(sources == 2 * 3 * 3)
        for rank in ["best", "median", "worst"] { #expect(html.components(separatedBy: "\(rank): ").count == 3) }
    }

    @Test func report_namesEveryClassAndEscapesNames() throws {
        let html = try report("--images", fixture.data.path("images"))
        for name in ["background", "&lt;i&gt;disk", "square &amp; co", "unseen"] {
            // In the table and on both axes of the confusion matrix.
            #expect(html.components(separatedBy: ">\(name)<").count >= 4, "\(name)")
        }
        #expect(!html.contains("<i>") && !html.contains(Self.hostileName))
        #expect(html.contains("a&amp;&lt;b&gt;&quot;&#39;"))
        #expect(html.contains("mIoU") && html.contains("pixel accuracy") && !html.contains("id=\"sweep\""))
    }

    @Test func report_saysWhatWasEvaluated_whenAndByWhat() throws {
        let model = String(repeating: "5", count: 64)
        let options = #"{"background":0.3,"flip":true,"refinement":"none","scales":[0.5,1],"certainty":0.9}"#
        let lines = ["b", "c", "d", "elsewhere"].map {
            #"{"name":"\#($0)","model":"\#(model)","revision":5,"options":\#(options)}"# + "\n"
        }
        try fixture.data.write(lines.joined() + "no JSON\n", "manifest.jsonl")
        let html = try report()
        let version = try pseudolabel("--version").output.trimmingCharacters(in: .newlines)
        for part in [
            fixture.data.path("predictions"), fixture.data.path("truth"), fixture.data.path("classes.txt"),
            "\(model), revision 5 (3 images)",
            "none refinement, background score 0.3, scales 0.5 1.0 with flips, certainty 0.9", "pseudolabel \(version)",
        ] {
            #expect(html.contains(">\(part)<"), "\(part)")
        }
        let file = try EvaluationAnswer(json: fixture.data.data("out/evaluation.json"))
        #expect(file.provenance.madeBy.map(\.images) == [3] && file.provenance.version == version)
        #expect(try abs(Date(file.provenance.date, strategy: .iso8601).timeIntervalSinceNow) < 600)
        #expect(html.contains(">\(file.provenance.date)<"))
    }

    @Test func reportWithoutPictures_isWholeAndSmall() throws {
        let html = try report()
        #expect(faultOfXML(html) == nil)
        #expect(!html.contains("<img") && html.contains("id=\"confusion\"") && html.utf8.count < 40_000)
        let file = try EvaluationAnswer(json: fixture.data.data("out/evaluation.json"))
        #expect(file.images == 5 && file.classes.count == 4)
    }
}
