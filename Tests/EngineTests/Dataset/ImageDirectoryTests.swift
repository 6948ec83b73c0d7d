import Foundation
import TestSupport
import Testing

@testable import Engine

struct ImageDirectoryTests {
    private let folder: DataSetFolder

    init() throws { folder = try DataSetFolder() }

    private func add(_ names: String...) throws {
        for name in names {
            let place = URL(fileURLWithPath: "\(folder.path)/\(name)").deletingLastPathComponent()
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try folder.write(try Picture.png.bytes, name)
        }
    }

    private func names(recursive: Bool = false) throws -> [String] {
        try ImageDirectory(folder.path, recursive: recursive).files.map(\.name)
    }

    @Test func whatIsPassedOver_isCountedByKind() throws {
        try add("a.png", "b.JPG", "sub/c.png", "sub/deeper/d.png", ".hidden.png", ".git/e.png", "sub/.f.png")
        for name in ["1.xcf", "2.xcf", "3.XCF", "x.csv", "README"] { try folder.write(Data("text".utf8), name) }
        let directory = try ImageDirectory(folder.path)
        #expect(directory.files.map(\.name) == ["a.png", "b.JPG"])
        #expect(
            directory.leftOut.text
                == "left out: 3 .xcf, 1 .csv, 1 file without an extension, 1 hidden file, 1 hidden folder, "
                + "2 files in subfolders (taken with --recursive)")
        #expect(directory.files.allSatisfy { $0.fault == nil })
    }

    @Test func linkedFolders_areCountedAndNotEntered_whereFoldersBelowAreNotTaken() throws {
        try add("a.png", "sub/c.png", "k.jpg~")
        let outside = try DataSetFolder()
        for name in ["o.png", "p.png"] { try outside.writePicture(name) }
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: "\(folder.path)/sub/loop", withDestinationPath: "..")
        try manager.createSymbolicLink(atPath: "\(folder.path)/out", withDestinationPath: outside.path)
        #expect(
            try ImageDirectory(folder.path).leftOut.text
                == "left out: 1 .jpg~, 2 linked folders, 1 file in subfolders (taken with --recursive)")
    }

    @Test func nothingPassedOver_isNoMessage() throws {
        try add("a.png")
        #expect(try ImageDirectory(folder.path).leftOut.text == nil)
    }

    @Test func fileWhoseExtensionSaysNothing_isToldByItsBytes() throws {
        try add("photo", "scan.2", "x.tif", "photo.bak", "photo~", "x.jpg.part", ".x")
        try folder.write(Data(), "empty")
        #expect(try names() == ["photo", "scan.2", "x.tif"])
        // What the name says, the bytes have to keep when the image's turn comes.
        try folder.write(Data("text".utf8), "text.png")
        #expect(try names().contains("text.png"))
    }

    @Test func recursive_takesFoldersOnce_whateverLinksLeadThere() throws {
        try add("a.png", "b/a.png", "b/c/d.png", ".hidden/e.png")
        let outside = try DataSetFolder()
        try outside.writePicture("o.png")
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: "\(folder.path)/b/up", withDestinationPath: "..")
        try manager.createSymbolicLink(atPath: "\(folder.path)/b/self", withDestinationPath: ".")
        try manager.createSymbolicLink(atPath: "\(folder.path)/0", withDestinationPath: "b/c")
        try manager.createSymbolicLink(atPath: "\(folder.path)/out", withDestinationPath: outside.path)
        try manager.createSymbolicLink(atPath: "\(outside.path)/back", withDestinationPath: folder.path)
        let directory = try ImageDirectory(folder.path, recursive: true)
        #expect(directory.files.map(\.name) == ["a.png", "b/a.png", "b/c/d.png", "out/o.png"])
        #expect(
            directory.leftOut.text == "left out: 1 hidden folder, 4 links to folders that are listed already")
    }

    @Test func folderOfTheResults_isNoImages() throws {
        try add("a.png", "out/SegmentationClass/a.png")
        let directory = try ImageDirectory(folder.path, recursive: true, excluding: folder.path + "/out")
        #expect(directory.files.map(\.name) == ["a.png"])
        #expect(directory.leftOut.text == "left out: the folder of the results")
        #expect(throws: ImageDirectory.Unlistable.self) {
            _ = try ImageDirectory(folder.path, recursive: true, excluding: folder.path)
        }
    }

    @Test func imagesThatCannotBeRead_areListedWithTheReason() throws {
        try add("good.png", "folder.png/inside.png")
        try folder.write(Data(), "empty.jpg")
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/nowhere.jpg", withDestinationPath: "/nonexistent")
        #expect(mkfifo("\(folder.path)/pipe.jpg", 0o600) == 0)
        let strange = Array("\(folder.path)/caf".utf8) + [0xE9] + Array(".jpg".utf8) + [0]
        let descriptor = strange.withUnsafeBufferPointer { path in
            path.withMemoryRebound(to: CChar.self) { open($0.baseAddress!, O_CREAT | O_WRONLY, 0o600) }
        }
        #expect(descriptor >= 0)
        close(descriptor)
        let faults = Dictionary(
            try ImageDirectory(folder.path).files.map { ($0.name, $0.fault) }, uniquingKeysWith: { $1 })
        #expect(
            faults == [
                "good.png": nil, "empty.jpg": "is empty", "nowhere.jpg": "can't be read: it is a link to nothing",
                "pipe.jpg": "is not a file", "caf\\xE9.jpg": "its name is not UTF-8; rename it",
            ])
    }

    @Test func imagesThatSomebodyMisses_areExplained() throws {
        try add("a.png", "sub/c.png")
        try folder.write(Data("GIF89a".utf8), "b.gif")
        let missing = MissingImages(try ImageDirectory(folder.path))
        let reasons = ["b", "b.jpg", "b.gif", "sub/c.png", "sub\\c", "gone", "../a.png"].map { missing.reason($0) }
        for reason in reasons[..<3] { #expect(reason?.hasPrefix("b.gif is there, but is not read: ") == true) }
        #expect(reasons[0]?.contains("GIF") == true)
        for reason in reasons[3...4] { #expect(reason == "it is in a subfolder, which --recursive takes") }
        #expect(reasons[5] == nil && reasons[6] == nil)
    }

    @Test func directoryThatCannotBeListed_saysWhy() throws {
        try add("a.png")
        for (path, words) in [("/nonexistent", "does not exist"), ("/a.png", "is a file, not a directory")] {
            let error = try #require(throws: ImageDirectory.Unlistable.self) {
                _ = try ImageDirectory(path == "/nonexistent" ? path : folder.path + path)
            }
            #expect(error.description == words)
        }
    }
}
