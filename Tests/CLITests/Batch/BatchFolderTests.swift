import Foundation
import TestSupport
import Testing

/// Images in folders, and what of a directory is not taken.
@Suite struct BatchFolderTests {
    private let run: BatchFixture
    private let server: FakeJobServer

    init() throws {
        run = try BatchFixture(count: 2)
        server = try FakeJobServer()
        try run.pictures.write(try Picture.jpeg(comment: "b/a0"), "b/a0.jpg")
        try run.pictures.write(try Picture.jpeg(comment: "c/d/a9"), "c/d/a9.jpg")
    }

    @Test func recursive_keepsFolders_andTwoFilesOfOneNameAreTwoImages() throws {
        try run.writeLabels(["a0,cat", "b\\a0.jpg,dog", "a1.jpg,cat", "a9,dog"])
        let result = try run.batch(server.url, "--recursive")
        #expect(result.status == 0, "\(result.errors)")
        #expect(BatchFixture.names(server) == ["a0", "a1", "b/a0", "c/d/a9"])
        #expect(server.jobs.jobs["job-1"]?.items.map(\.labels) == [["cat"], ["cat"], ["dog"], ["dog"]])
        #expect(run.masks == ["a0.png", "a1.png", "b/a0.png", "c/d/a9.png"])
        #expect(try run.lines("ImageSets/Segmentation/default.txt") == ["a0", "a1", "b/a0", "c/d/a9"])
        // Nothing is fetched twice.
        #expect(try run.batch(server.url, "--recursive").errors.contains("4 were here before"))
    }

    @Test func withoutRecursive_foldersAreLeftOutAndSaid() throws {
        try run.writeLabels(["a0,cat", "a1,cat", "b/a0.jpg,dog", "photo.xcf,cat", "gone,cat"])
        try run.pictures.write("text", "photo.xcf")
        let result = try run.batch(server.url)
        #expect(result.status == 0, "\(result.errors)")
        #expect(BatchFixture.names(server) == ["a0", "a1"])
        for part in [
            "left out: 1 .csv, 1 .xcf, 2 files in subfolders",
            "line 4 of the labels file, b/a0.jpg: it is in a subfolder, which --recursive takes",
            "line 5 of the labels file, photo.xcf: photo.xcf is there, but is not read",
            "1 line of the labels file without an image, the first is line 6, gone",
        ] { #expect(result.errors.contains(part), "\(part) in \(result.errors)") }
    }

    @Test func list_takesPathsAndNamesThatOnlyOneImageHas() throws {
        try run.writeLabels(["a0,cat", "b/a0,dog", "c/d/a9,dog"])
        let list = try run.out.write("b\\a0.jpg\na9\n", "../list-\(UUID().uuidString).txt")
        defer { try? FileManager.default.removeItem(atPath: list) }
        let result = try run.batch(server.url, "--recursive", "--list", list)
        #expect(result.status == 0, "\(result.errors)")
        #expect(BatchFixture.names(server) == ["b/a0", "c/d/a9"])
    }

    @Test func fileAndFolderOfOneName_areRefusedBeforeAnythingIsSent() throws {
        try run.pictures.write(try Picture.jpeg(comment: "x"), "a0.png/1.jpg")
        try run.writeLabels(["a0,cat", "a1,cat", "b/a0,dog", "a9,dog", "a0.png/1,cat"])
        let result = try run.batch(server.url, "--recursive")
        #expect(result.status == 2 && server.requests.isEmpty)
        #expect(result.errors.contains("a0 and a0.png/1 would need a file and a folder of one name, a0.png"))
    }

    @Test func bareNameOfSeveralImages_isRefused() throws {
        try run.pictures.write(try Picture.jpeg(comment: "x"), "b/a9.jpg")
        try run.writeLabels(["a0,cat", "a1,cat", "b/a0,dog", "a9,dog"])
        let result = try run.batch(server.url, "--recursive")
        #expect(result.status == 2 && server.requests.isEmpty)
        #expect(result.errors.contains("b/a9.jpg: line 5 of the labels file, a9, could be this image or one"))
    }
}
