import Foundation
import Testing

@testable import Engine

struct ImageOverlapTests {
    private let here: DataSetFolder
    private let there: DataSetFolder

    init() throws { (here, there) = (try DataSetFolder(), try DataSetFolder()) }

    private func set(_ folder: DataSetFolder, _ names: String...) throws -> TrainingSet {
        let lines = ["image,labels"] + names.map { "\($0),cat" }
        return try TrainingSet(
            images: folder.path, labels: LabelsFile(text: lines.joined(separator: "\n"), path: "l.csv"), threads: 1)
    }

    @Test func imagesOfOneDirectory_overlapByName() throws {
        for name in ["a.png", "a.jpg", "b.png", "c.png"] { try here.writePicture(name, seed: UInt64(name.utf8.count)) }
        let (validation, training) = (try set(here, "b", "a.jpg"), try set(here, "c", "a.png"))
        #expect(ImageOverlap.names(of: validation, in: training) == ["a"])
        #expect(ImageOverlap.names(of: try set(here, "b"), in: training) == [])
    }

    @Test func oneNameInTwoDirectories_isTwoImages_unlessOneIsACopyOrALink() throws {
        for (name, seed) in [("same.png", 1), ("copy.png", 3), ("target.png", 4)] {
            try here.writePicture(name, seed: UInt64(seed))
        }
        try there.writePicture("same.png", seed: 2)
        try there.writePicture("copy.png", seed: 3)
        try FileManager.default.createSymbolicLink(
            atPath: "\(there.path)/link.png", withDestinationPath: "\(here.path)/target.png")
        let overlap = ImageOverlap.names(
            of: try set(there, "same", "copy", "link"), in: try set(here, "same", "copy", "target"))
        #expect(overlap == ["copy", "link"])
    }

    @Test func oneDirectoryByTwoPaths_isOneDirectory() throws {
        try here.writePicture("a.png")
        let link = "\(there.path)/folder"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: here.path)
        let file = try LabelsFile(text: "image,labels\na,cat", path: "l.csv")
        let linked = try TrainingSet(images: link, labels: file, threads: 1)
        #expect(ImageOverlap.names(of: linked, in: try set(here, "a")) == ["a"])
    }
}
