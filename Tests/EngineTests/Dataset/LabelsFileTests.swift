import Testing

@testable import Engine

struct LabelsFileTests {
    @Test func lines_areReadInOrder() throws {
        let file = try LabelsFile(
            text: "image,labels\n2007_000033.jpg,aeroplane\n\"a, b.jpg\",dog;person\n", path: "l.csv")
        #expect(file.lines.map(\.image) == ["2007_000033.jpg", "a, b.jpg"])
        #expect(file.labels(of: "2007_000033.png") == ["aeroplane"])
        // A path is another image.
        #expect(file.labels(of: "data/2007_000033.png") == nil)
        #expect(file.labels(of: "a, b") == ["dog", "person"])
        #expect(file.labels(of: "c") == nil)
    }

    @Test(arguments: [
        "image,labels\r\nx.jpg,cat\r\n", "\u{feff}image,labels\nx.jpg,cat", "image,labels\nx.jpg,cat\n\n",
    ])
    func lineEndingsAndByteOrderMarks_doNotMatter(_ text: String) throws {
        #expect(try LabelsFile(text: text, path: "l.csv").labels(of: "x") == ["cat"])
    }

    @Test(arguments: ["x.jpg,", "x.jpg,\"\"", "x.jpg, ", "x.jpg,\"  \"", "x.jpg,\t\r"])
    func emptyField_isAnImageWithoutAnyClass(_ line: String) throws {
        let file = try LabelsFile(text: "image,labels\n\(line)\ny.jpg,cat\n", path: "l.csv")
        #expect(file.labels(of: "x") == [])
        #expect(file.labels(of: "y") == ["cat"])
    }

    @Test(arguments: ["x.jpg,;", "x.jpg,a;", "x.jpg,;a", "x.jpg", ",a", "x.jpg,,"])
    func separatorWithoutAName_isAProblem(_ line: String) {
        let text = "image,labels\n\(line)\n"
        #expect(throws: LabelsFile.Invalid.self) { _ = try LabelsFile(text: text, path: "l.csv") }
    }

    @Test func everyProblem_isReportedAtOnceWithItsLine() throws {
        let text = "image,labels\na.jpg,dog\nb.jpg,;\nc.jpg,dog;;cat\na.png,cat\nd.jpg,cat;cat\ne.jpg\n"
        let error = try #require(throws: LabelsFile.Invalid.self) { _ = try LabelsFile(text: text, path: "l.csv") }
        // Of ";" both labels are empty, and the same.
        #expect(error.problems.count == 6)
        for (number, problem) in zip([3, 3, 4, 5, 6, 7], error.problems) {
            #expect(problem.hasPrefix("line \(number):"))
        }
        #expect(error.description.contains("l.csv"))
    }

    @Test func imagesExtensionAlone_isCut_andBothSpellingsAreNamed() throws {
        let file = try LabelsFile(text: "image,labels\na.rf.1.png,cat\nb\\c.jpg,dog\n", path: "l.csv")
        #expect(file.labels(of: "a.rf.1") == ["cat"] && file.labels(of: "a.rf") == nil)
        #expect(file.labels(of: "b/c.png") == ["dog"] && file.labels(of: "c") == nil)
        let error = try #require(throws: LabelsFile.Invalid.self) {
            _ = try LabelsFile(text: "image,labels\nx.jpg,a\nx.png,a\n", path: "l.csv")
        }
        #expect(error.problems == ["line 3: x.png is there already, in line 2, as x.jpg"])
    }

    @Test(arguments: ["/a.jpg", "../a.jpg", "a//b.jpg", "./a.jpg", "a\\..\\b.jpg", "C:\\a.jpg"])
    func pathThatLeadsElsewhere_isRefusedWithItsLine(_ path: String) throws {
        let error = try #require(throws: LabelsFile.Invalid.self) {
            _ = try LabelsFile(text: "image,labels\nx.jpg,a\n\(path),a\n", path: "l.csv")
        }
        #expect(error.problems.count == 1 && error.problems[0].hasPrefix("line 3: \(path) "))
    }

    @Test(arguments: ["", "picture,labels\na,b\n", "image;labels\na;b\n"])
    func otherHeader_isRefused(_ text: String) {
        #expect(throws: LabelsFile.Invalid.self) { _ = try LabelsFile(text: text, path: "l.csv") }
    }

    @Test func missingFile_isRefusedByPath() {
        #expect(throws: LabelsFile.Invalid.self) { _ = try LabelsFile(contentsOf: "/nonexistent/labels.csv") }
    }
}
