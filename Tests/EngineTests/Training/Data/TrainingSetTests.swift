import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Engine

struct TrainingSetTests {
    private func labels(_ lines: String...) throws -> LabelsFile {
        try LabelsFile(text: (["image,labels"] + lines).joined(separator: "\n"), path: "labels.csv")
    }

    @Test func examples_keepTheOrderOfTheListAndSortTheirLabels() throws {
        let folder = try DataSetFolder()
        for name in ["a.png", "b.PNG", "c.2.png", "d.png"] { try folder.writePicture(name) }
        try folder.write(try Picture.jpeg.bytes, "e.jpeg")
        let file = try labels("a.jpg,dog", "b.jpg,cat;ant", "c.2.jpg,dog", "d.jpg,emu", "e,dog;ant")
        let progress = Mutex([Int]())
        let set = try TrainingSet(
            images: folder.path, labels: file, names: ["e.jpeg", "c.2", "b"], threads: 2,
            progress: { done, total in progress.withLock { $0 += [done, total] } })
        // Classes of the whole labels file, also those that the list leaves out.
        #expect(set.classes == ["ant", "cat", "dog", "emu"])
        #expect(set.examples.map(\.name) == ["e", "c.2", "b"])
        #expect(set.examples.map(\.labels) == [[0, 2], [2], [0, 1]])
        #expect(set.examples.map(\.path) == ["e.jpeg", "c.2.png", "b.PNG"].map { "\(folder.path)/\($0)" })
        #expect(ClassCensus(set).counts == [2, 1, 2, 0])
        #expect(progress.withLock { $0 } == [1, 3, 2, 3, 3, 3])
    }

    @Test func withoutList_allLinesAreTakenInTheGivenClassOrder() throws {
        let folder = try DataSetFolder()
        for name in ["a.png", "b.png"] { try folder.writePicture(name) }
        let set = try TrainingSet(
            images: folder.path, labels: labels("b.png,cat", "a.png,dog;cat"), classes: ["dog", "cat"], threads: 1)
        #expect(set.examples.map(\.labels) == [[1], [0, 1]])
    }

    @Test func everythingWrong_isReportedAtOnce() throws {
        let folder = try DataSetFolder()
        for name in ["a.png", "twice.png", "twice.jpg", "strange.png", "unlabelled.png"] {
            try folder.writePicture(name)
        }
        try folder.write(Data(try Picture.jpeg.bytes.prefix(900)), "cut.jpg")
        try folder.write(Data("GIF89a".utf8), "gif.png")
        let file = try labels(
            "a,cat", "twice,cat", "strange,unicorn", "cut,cat", "gif,cat", "missing,cat")
        let error = try #require(throws: InvalidDataSet.self) {
            _ = try TrainingSet(
                images: folder.path, labels: file,
                names: ["a", "a.png", "missing", "twice", "strange", "unlabelled", "cut", "gif"],
                classes: ["cat", "cat"], threads: 2)
        }
        #expect(error.problems.count == 8)
        for (problem, part) in zip(
            error.problems,
            [
                "\"cat\" is there twice", "a.png: is listed twice", "missing: no file of that name",
                "twice: could be twice.jpg or twice.png", "strange: its label \"unicorn\" is not among the classes",
                "unlabelled: the labels file has no line", "cut.jpg: The JPEG file is damaged",
                "gif.png: The image is neither JPEG, PNG nor WebP: it looks like GIF",
            ])
        {
            #expect(problem.contains(part), "\(problem)")
        }
        for problem in error.problems { #expect(error.description.contains(problem)) }
    }

    @Test func classNameThatNoModelMayHold_isRefusedByNameAndPlace() throws {
        let folder = try DataSetFolder()
        try folder.writePicture("a.png")
        let error = try #require(throws: InvalidDataSet.self) {
            _ = try TrainingSet(
                images: folder.path, labels: try labels("a,cat"), classes: ["cat", "d\u{202e}og", "x\u{85}"], threads: 1
            )
        }
        #expect(error.problems.contains { $0.contains("classes: number 2, \"d?og\" holds a bidirectional control") })
        #expect(error.problems.contains { $0.contains("number 3") })
    }

    @Test func nameWithExtension_choosesAmongFilesOfOneName() throws {
        let folder = try DataSetFolder()
        for name in ["a.png", "a.jpg"] { try folder.writePicture(name) }
        let set = try TrainingSet(images: folder.path, labels: labels("a.png,cat"), threads: 1)
        #expect(set.examples.map(\.path) == ["\(folder.path)/a.png"])
    }

    @Test func pathsInFolders_areHonoured_andTwoOfOneNameAreTwo() throws {
        let folder = try DataSetFolder()
        for place in ["a", "b"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/\(place)", withIntermediateDirectories: true)
        }
        for name in ["1.png", "a/1.png", "b/1.png", "b/2.png"] { try folder.writePicture(name) }
        let set = try TrainingSet(
            images: folder.path, labels: labels("b\\1.png,dog", "a/1,cat", "1,ant"), threads: 1)
        #expect(set.examples.map(\.name) == ["b/1", "a/1", "1"])
        #expect(set.examples.map(\.labels) == [[2], [1], [0]])
        #expect(set.examples.map(\.path) == ["b/1.png", "a/1.png", "1.png"].map { "\(folder.path)/\($0)" })
        #expect(set.notes == ["\(folder.path): 1 image has no line in the labels file"])

        let bare = try labels("2,cat")
        let error = try #require(throws: InvalidDataSet.self) {
            _ = try TrainingSet(images: folder.path, labels: bare, threads: 1)
        }
        #expect(error.problems.count == 1 && error.problems[0].hasPrefix("2: no file of that name"))
        let recursive = try TrainingSet(images: folder.path, recursive: true, labels: bare, threads: 1)
        #expect(recursive.examples.map(\.name) == ["b/2"])
    }

    @Test func whatIsThereAndNotRead_isSaid_andListsMayNotLeadOut() throws {
        let folder = try DataSetFolder()
        try folder.writePicture("a.png")
        try folder.write(Data("GIF89a".utf8), "b.gif")
        let error = try #require(throws: InvalidDataSet.self) {
            _ = try TrainingSet(
                images: folder.path, labels: labels("a,cat", "b,cat"), names: ["a.png", "a", "b", "../a"], threads: 1)
        }
        #expect(error.problems.count == 3)
        #expect(error.problems[0] == "a: is listed twice, first as a.png")
        #expect(error.problems[1].hasPrefix("b: b.gif is there, but is not read: "))
        #expect(error.problems[2].hasPrefix("../a: has the part \"..\""))
        let set = try TrainingSet(images: folder.path, labels: labels("a,cat"), threads: 1)
        #expect(set.notes == ["\(folder.path): left out: 1 .gif"])
    }

    @Test func emptyListAndMissingDirectory_areRefused() throws {
        let folder = try DataSetFolder()
        let error = try #require(throws: InvalidDataSet.self) {
            _ = try TrainingSet(images: folder.path, labels: labels("a,cat"), names: [], threads: 1)
        }
        #expect(error.problems == ["no image is listed"])
        #expect(throws: InvalidDataSet.self) {
            _ = try TrainingSet(images: "/nonexistent", labels: labels("a,cat"), threads: 1)
        }
    }
}

struct NameListTests {
    @Test func blankLinesAndLineEndings_doNotMatter() {
        #expect(
            NameList.names(in: "\u{feff}2007_000033\r\n\r\npotted plant \t\n\n  a b\nlast")
                == ["2007_000033", "potted plant", "  a b", "last"])
        #expect(NameList.names(in: " \n\r\n").isEmpty)
    }

    @Test func missingAndEmptyFiles_areRefusedByPath() throws {
        let folder = try DataSetFolder()
        try folder.write(Data("\n".utf8), "empty.txt")
        for path in ["\(folder.path)/none.txt", "\(folder.path)/empty.txt"] {
            let error = try #require(throws: InvalidDataSet.self) { _ = try NameList.read(contentsOf: path) }
            #expect(error.description.contains(path))
        }
    }
}
