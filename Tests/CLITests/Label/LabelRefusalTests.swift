import Foundation
import TestSupport
import Testing

/// Runs that cannot begin: each says why, fails, and writes nothing.
@Suite struct LabelRefusalTests {
    private let run: LabelRunFixture

    init() throws { run = try LabelRunFixture() }

    private func refusal(_ result: CommandResult) throws -> String {
        #expect(result.status != 0 && result.status != nil)
        #expect(try run.out.files().isEmpty)
        return result.errors
    }

    @Test func unknownLabel_isNamedWithTheNearestOnes() throws {
        try run.add("a.jpg")
        let message = try refusal(run.label("--labels", "cat,hors"))
        #expect(message.contains("\"hors\"") && message.contains("horse"))
    }

    @Test func missingPath_isNamed() throws {
        let missing = run.pictures.path("missing.jpg")
        #expect(try refusal(run.label(images: [Picture.png.path, missing])).contains(missing))
    }

    @Test func directoryWithoutImages_isNamed() throws {
        try run.pictures.write("", "notes.txt")
        #expect(try refusal(run.label()).contains("\(run.pictures.path): no JPEG"))
    }

    @Test func twoImagesOfOneName_areBothNamed() throws {
        let paths = try run.add("a.jpg", "a.png")
        let message = try refusal(run.label("--labels", "cat"))
        #expect(message.contains(paths[0]) && message.contains(paths[1]))
    }

    @Test func sameImageTwice_isRefused() throws {
        let paths = try run.add("a.jpg")
        let message = try refusal(run.label(images: paths + [run.pictures.path]))
        #expect(message.contains("a.jpg") && message.contains("are one image; give it once"), "\(message)")
    }

    @Test func fileAndFolderOfOneName_areRefusedFirst() throws {
        let paths = try run.add("a.jpg", "a.png/1.jpg")
        let message = try refusal(run.label("--recursive", "--labels", "cat"))
        #expect(message.contains("\(paths[0]) and \(paths[1]) would need a file and a folder"), "\(message)")
    }

    @Test func emptyPath_isNamed() throws {
        try run.add("a.jpg")
        let result = try run.label("--labels-file", "")
        let message = try refusal(result)
        #expect(result.status == 64 && message.contains("--labels-file is given an empty path"), "\(message)")
    }

    @Test func directoryThatCannotBeMade_saysWhere() throws {
        try run.add("a.jpg")
        let result = try pseudolabel("label", run.pictures.path, "--out", "/proc/x", "--labels", "cat")
        #expect(result.status == 1)
        #expect(result.errors.contains("--out /proc/x can't be created: no directory can be made in /proc"))
    }

    @Test func labelsFile_isRefusedWithAllItsProblems() throws {
        try run.add("a.jpg")
        let file = try run.pictures.write("image,labels\na.jpg,cat;\nb.jpg\nb.png,dog\nb.jpg,cat\n", "labels.csv")
        let message = try refusal(run.label("--labels-file", file))
        #expect(message.contains("3 problems"))
        for line in [2, 3, 5] { #expect(message.contains("line \(line):")) }
    }

    @Test func labelsFileThatIsMissing_orOfAnotherKind_isNamed() throws {
        try run.add("a.jpg")
        let missing = run.pictures.path("labels.csv")
        #expect(try refusal(run.label("--labels-file", missing)).contains(missing))
        let other = try run.pictures.write("file;classes\na.jpg;cat\n", "other.csv")
        let message = try refusal(run.label("--labels-file", other))
        #expect(message.contains(other) && message.contains("image,labels") && message.contains("file;classes"))
        let latin = try run.pictures.write(Data("image,labels\na.jpg,K".utf8) + [0xE4, 0x0A], "latin.csv")
        let advice = try refusal(run.label("--labels-file", latin))
        #expect(advice.contains("line 2 holds the byte 0xE4") && advice.contains("--encoding windows-1252"))
    }

    @Test func labelsGivenTwoWays_areRefused() throws {
        let file = try run.pictures.write("image,labels\na.jpg,cat\n", "labels.csv")
        #expect(try refusal(run.label("--labels", "cat", "--labels-file", file)).contains("not both"))
    }

    @Test func mapsAfterRefinement_areRefused() throws {
        try run.add("a.jpg")
        let message = try refusal(run.label("--format", "maps", "--refinement", "binomial"))
        #expect(message.contains("before refinement"))
    }

    @Test(arguments: [
        ("--background", "1.5"), ("--background", "dark"), ("--certainty", "0.4"), ("--scales", "9"),
        ("--scales", "1,1"), ("--scales", "one"),
        ("--scales", ""), ("--refinement", "crf"), ("--format", "bmp"), ("--threads", "0"), ("--maximum-pixels", "0"),
        ("--encoding", "ebcdic"), ("--encoding", "latin-1"), ("--labels", "cat,,dog"), ("--labels", ","),
        ("--model", "/nonexistent/model.safetensors"),
    ])
    func invalidOption_isNamed(_ option: String, _ value: String) throws {
        try run.add("a.jpg")
        // Given after the fast options: the last of a repeated option counts.
        let message = try refusal(run.label("\(option)=\(value)"))
        #expect(message.contains(option.dropFirst(2)), "\(message)")
    }

    @Test func outputThatCannotBeWritten_isNamed() throws {
        try run.add("a.jpg")
        let file = try run.pictures.write("", "file")
        let result = try pseudolabel("label", run.pictures.path, "--out", file + "/out", "--labels", "cat")
        #expect(result.status != 0)
        #expect(result.errors.contains(file))
    }
}
