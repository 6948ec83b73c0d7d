import Foundation
import TestSupport
import Testing

@testable import CLI

/// `label` over folders, and what of a directory it does not take.
@Suite struct LabelFolderTests {
    private let run: LabelRunFixture

    init() throws { run = try LabelRunFixture() }

    @Test func recursive_keepsFolders_andTwoFilesOfOneNameAreTwoImages() throws {
        try run.add("1.jpg", "a/1.jpg", "b/c/2.jpg")
        let file = try run.out.write(
            "image,labels\n1,cat\na\\1.jpg,dog\n2.jpg,cat\n", "../labels-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(atPath: file) }
        let result = try run.label("--recursive", "--labels-file", file)
        #expect(result.status == 0, "\(result.errors)")
        let files = LabelRunFixture.pictureFiles("1", "a/1", "b/c/2")
        #expect(try run.out.files() == (files + ["coco.json", "manifest.jsonl"]).sorted())
        let labels = Dictionary(try run.manifest().map { ($0.name, $0.labels) }, uniquingKeysWith: { $1 })
        #expect(labels == ["1": ["cat"], "a/1": ["dog"], "b/c/2": ["cat"]])
        // Finished ones are known by their paths.
        #expect(try run.label("--recursive", "--labels-file", file).errors.contains("3 were finished before"))
    }

    @Test func whatIsLeftOut_isSaid_andTheUnreadableFailAlone() throws {
        try run.add("a.jpg", "sub/b.jpg")
        try run.pictures.write("GIF89a", "c.gif")
        try run.pictures.write("", "empty.png")
        let file = try run.pictures.write("image,labels\na,cat\nc.gif,cat\nempty.png,cat\n", "labels.csv")
        let result = try run.label("--labels-file", file)
        #expect(result.status == 1)
        for part in [
            "\(run.pictures.path): left out: 1 .csv, 1 .gif, 1 file in subfolders", "empty.png: is empty",
            "line 3 of the labels file, c.gif: c.gif is there, but is not read: ", "1 labelled, 1 failed",
        ] { #expect(result.errors.contains(part), "\(part) in \(result.errors)") }
    }

    @Test func namesWithControlCharactersOrBackslashes_failAlone() throws {
        try run.add("a.jpg", "x\u{7}y.jpg", "b\\c.jpg")
        let result = try run.label("--labels", "cat")
        #expect(result.status == 1 && result.errors.contains("1 labelled, 2 failed"), "\(result.errors)")
        #expect(result.errors.contains("x?y.jpg: its name holds a control character (U+0007) at byte 1; rename it"))
        #expect(result.errors.contains("its name holds a backslash (U+005C) at byte 1; rename it"))
        #expect(try run.manifest().map(\.name) == ["a"])
    }

    @Test func labelsOfAFile_reachTheTerminalWithoutControlCharacters() throws {
        try run.add("a.jpg")
        let file = try run.pictures.write("image,labels\na,\"x\u{1b}]0;t\u{7}\"\nb\u{1b}[2J,cat\n", "labels.csv")
        let result = try run.label("--labels-file", file)
        #expect(result.status == 1 && result.errors.contains("x?]0"), "\(result.errors)")
        #expect(!result.errors.utf8.contains(0x1B) && !result.errors.utf8.contains(7))
    }

    @Test func imageGivenByItself_mayStandInTheFileByItsPath() throws {
        let path = try run.add("deep/a.jpg")[0]
        let file = try run.pictures.write("image,labels\na,cat\n", "labels.csv")
        #expect(try run.label("--labels-file", file, images: [path]).status == 0)
        #expect(try run.manifest().map(\.labels) == [["cat"]])
    }
}
