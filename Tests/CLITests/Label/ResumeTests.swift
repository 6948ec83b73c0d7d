import Foundation
import TestSupport
import Testing

/// Running `label` again over the same output.
@Suite struct ResumeTests {
    private let run: LabelRunFixture

    init() throws { run = try LabelRunFixture() }

    private func identities(_ names: [String]) throws -> [[Int]] { try names.map(run.out.identity) }

    @Test func finishedImages_areSkipped_andTheirFilesLeftAlone() throws {
        try run.add("a.jpg", "b.png")
        #expect(try run.label("--labels", "cat").status == 0)
        let files = LabelRunFixture.pictureFiles("a", "b")
        let before = try identities(files)
        let (results, manifest) = (try run.out.data("coco.json"), try run.out.data("manifest.jsonl"))

        try run.add("c.jpg")
        let again = try run.label("--labels", "cat")
        #expect(again.status == 0)
        #expect(again.errors.contains("1 labelled, 2 were finished before"))
        #expect(try identities(files) == before)
        #expect(try run.results().map(\.imageID) == [.name("a"), .name("b"), .name("c")])
        #expect(try run.out.data("manifest.jsonl").starts(with: manifest))

        try FileManager.default.removeItem(atPath: run.pictures.path("c.jpg"))
        let third = try run.label("--labels", "cat")
        #expect(third.errors.contains("0 labelled, 2 were finished before"))
        #expect(try run.out.data("coco.json") != results)
    }

    @Test func whateverTheMaskDependsOn_hasItLabelledAgain() throws {
        try run.add("a.jpg")
        #expect(try run.label("--labels", "cat").errors.contains("1 labelled"))
        let mask = try run.mask("a")
        #expect(try run.label("--labels", "cat", "--background", "0.9").errors.contains("1 labelled"))
        #expect(try run.mask("a") != mask)
        #expect(try run.label("--labels", "cat,dog").errors.contains("1 labelled"))
        #expect(try run.label().errors.contains("1 labelled"))
        #expect(try run.label().errors.contains("1 were finished before"))
        try run.pictures.write(try Picture.jpeg(comment: "another"), "a.jpg")
        #expect(try run.label().errors.contains("1 labelled"))
        // The last time counts, once.
        #expect(try run.results().count == 1)
    }

    /// As a program writes that makes other masks of the same picture, model and options, and one that does not tell.
    @Test(arguments: ["\"revision\":1,", ""]) func maskOfAnotherPipeline_isMadeAgain(revision: String) throws {
        try run.add("a.jpg")
        #expect(try run.label("--labels", "cat").errors.contains("1 labelled"))
        let line = String(decoding: try run.out.data("manifest.jsonl"), as: UTF8.self)
        #expect(line.contains(/"revision":\d+,/))
        try run.out.write(Data(line.replacing(/"revision":\d+,/, with: revision).utf8), "manifest.jsonl")
        #expect(try run.label("--labels", "cat").errors.contains("1 labelled"))
        #expect(try run.label("--labels", "cat").errors.contains("1 were finished before"))
    }

    @Test func missingOutput_isMadeAgain() throws {
        try run.add("a.jpg")
        #expect(try run.label("--labels", "cat", "--format", "voc").status == 0)
        #expect(try run.label("--labels", "cat").errors.contains("1 labelled"))
        #expect(run.out.exists("overlays/a.png"))
        try FileManager.default.removeItem(atPath: run.out.path("SegmentationClass/a.png"))
        #expect(try run.label("--labels", "cat").errors.contains("1 labelled"))
        #expect(run.out.exists("SegmentationClass/a.png"))
        try FileManager.default.removeItem(atPath: run.out.path("coco.json"))
        #expect(try run.label("--labels", "cat").errors.contains("1 were finished before"))
        #expect(try run.results().count == 1)
    }

    @Test func manifestThatAKillCutShort_losesOnlyItsLastLine() throws {
        try run.add("a.jpg", "b.jpg", "c.jpg")
        #expect(try run.label("--labels", "cat", "--threads", "1").status == 0)
        let manifest = try run.out.data("manifest.jsonl")
        try run.out.write(manifest.dropLast(30), "manifest.jsonl")
        let again = try run.label("--labels", "cat")
        #expect(again.status == 0 && again.errors.contains("1 labelled, 2 were finished before"))
        #expect(try run.label("--labels", "cat").errors.contains("3 were finished before"))
        #expect(try run.results().count == 3)
    }

    @Test func secondRunAtTheSameTime_isRefused() throws {
        for name in 0..<30 { try run.add("\(name).jpg") }
        // Default options: the first run takes a while, and is let go as soon as the second has been refused.
        let first = try RunningProcess([try Binary.path(), "label", run.pictures.path, "--out", run.out.path])
        #expect(first.errors.line(with: "30 images") != nil)
        let second = try run.label("--labels", "cat")
        #expect(second.status == 1 && second.errors.contains("another run is writing there"))
        first.send(SIGKILL)
        #expect(try first.wait() == .killed(SIGKILL))
    }

    @Test func killedRun_goesOnWhereItWas() throws {
        let names = (0..<40).map { "\($0)" }
        for name in names { try run.add("\(name).jpg") }
        let arguments = ["label", run.pictures.path, "--out", run.out.path, "--labels", "cat"] + LabelRunFixture.fast
        let process = try RunningProcess([try Binary.path()] + arguments)
        // The first line of progress comes with the first finished image.
        #expect(process.errors.line(with: "/40 images") != nil)
        process.send(SIGKILL)
        #expect(try process.wait() == .killed(SIGKILL))
        let finished = try run.out.data("manifest.jsonl").count { $0 == UInt8(ascii: "\n") }
        #expect((1..<40).contains(finished))

        let again = try run.label("--labels", "cat")
        #expect(again.status == 0)
        #expect(again.errors.contains("\(40 - finished) labelled, \(finished) were finished before"))
        // Nothing half-written is left.
        #expect(try run.out.files().count == 2 * 40 + 2)
        #expect(try run.out.files("SegmentationClass") == names.map { "\($0).png" }.sorted())
        #expect(try run.out.files("overlays").count == 40)
        #expect(try run.results().count == 40)
        let whole = try LabelRunFixture()
        #expect(try whole.label("--labels", "cat", images: [run.pictures.path]).status == 0)
        for name in names { #expect(try run.mask(name) == whole.mask(name)) }
    }
}
