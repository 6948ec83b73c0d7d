import Testing

@testable import Engine

struct LabelMatchTests {
    private func match(_ lines: [String], _ images: [String]) throws -> LabelMatch {
        let text = (["image,labels"] + lines).joined(separator: "\n")
        return LabelMatch(try LabelsFile(text: text, path: "l.csv"), images: images)
    }

    @Test func path_isHonoured_andNeverCut() throws {
        let match = try match(["a/1.jpg,cat", "b\\1,dog", "2.jpg,cow", "x/2.jpg,horse"], ["a/1", "b/1", "1", "2"])
        #expect(match.labels(of: "a/1") == ["cat"] && match.labels(of: "b/1") == ["dog"])
        #expect(match.labels(of: "1") == nil && match.labels(of: "2") == ["cow"])
        #expect(match.unmatched.map(\.number) == [5])
    }

    @Test func bareName_isForTheOnlyImageOfThatName() throws {
        let match = try match(["1.jpg,cat", "2.jpg,dog", "3,cow"], ["a/1", "2", "a/2", "a/3", "b/3"])
        #expect(match.labels(of: "a/1") == ["cat"])
        #expect(match.labels(of: "2") == ["dog"] && match.labels(of: "a/2") == nil)
        #expect(match.labels(of: "a/3") == nil && match.labels(of: "b/3") == nil)
        #expect(match.fault(of: "a/3").contains("line 4 of the labels file, 3, could be this image or"))
        #expect(match.fault(of: "a/2") == "the labels file has no line for it")
    }

    @Test func bareName_doesNotReplaceAPath() throws {
        let match = try match(["1.jpg,cat", "a/1.jpg,dog"], ["a/1"])
        #expect(match.labels(of: "a/1") == ["dog"])
        #expect(match.unmatched.map(\.number) == [2])
    }

    @Test func linesWithoutAnImage_areToldApartFromThoseThatAreNotRead() throws {
        let folder = try DataSetFolder()
        try folder.writePicture("a.png")
        for number in 0..<7 { try folder.write(.init("GIF89a".utf8), "\(number).gif") }
        let lines = ["a,cat"] + (0..<7).map { "\($0).gif,cat" } + ["gone,cat", "lost,cat"]
        let notes = try match(lines, ["a"]).notes(ImageDirectory(folder.path))
        #expect(notes.count == 7)
        #expect(notes[0].hasPrefix("line 3 of the labels file, 0.gif: 0.gif is there, but is not read: "))
        #expect(notes[5] == "and 2 more lines whose image is there, but is not taken")
        #expect(notes[6] == "2 lines of the labels file without an image, the first is line 10, gone")
    }
}
