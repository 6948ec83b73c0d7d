import Testing

@testable import Engine

struct LabelsFileTests {
    @Test func spaceAroundAnImage_isCut() throws {
        let file = try LabelsFile(text: "image,labels\n a.jpg ,cat\nb\t,dog\nc .jpg,cat\n", path: "l.csv")
        #expect(file.lines.map(\.image) == ["a.jpg", "b", "c .jpg"])
    }

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

    @Test(arguments: ["x.jpg,;", "x.jpg,a;", "x.jpg,;a", "x.jpg", ",a", "x.jpg,,", "x.jpg,\"a,\""])
    func separatorWithoutAName_isAProblem(_ line: String) {
        let text = "image,labels\n\(line)\n"
        #expect(throws: LabelsFile.Invalid.self) { _ = try LabelsFile(text: text, path: "l.csv") }
    }

    private func problems(_ text: String) throws -> LabelsFile.Invalid {
        try #require(throws: LabelsFile.Invalid.self) { _ = try LabelsFile(text: text, path: "l.csv") }
    }

    @Test func everyProblem_isReportedAtOnceWithItsLineAndItsFields() throws {
        let error = try problems(
            "image,labels\na.jpg,dog\nb.jpg,;\n\"c\nc.jpg\",dog;;cat\na.png,cat\nd.jpg,cat,dog\ne.jpg\nf\"g,cat\n,cat\n"
        )
        let expected = [
            (3, "empty label"), (4, "empty label"), (6, "is there already, in line 2"),
            (7, "has 3 fields, and the header has 2; separate classes by semicolons"), (8, "has 1 field,"),
            (9, "quotation mark"), (10, "names no image"),
        ]
        #expect(error.problems.count == expected.count)
        for ((number, part), problem) in zip(expected, error.problems) {
            #expect(problem.hasPrefix("line \(number):") && problem.contains(part), "\(problem)")
        }
        #expect(error.description.contains("l.csv: 7 problems"))
    }

    @Test func problemsOfEveryLine_areToldInPartAndCounted() throws {
        let error = try problems("image,labels\n" + (0..<8000).map { "\($0).jpg,cat,dog\n" }.joined())
        #expect(error.problems.count == 100 && error.count == 8000)
        #expect(error.description.contains("8000 problems") && error.description.hasSuffix("and 7900 more"))
    }

    @Test(arguments: [
        ("", "is empty"), ("picture,labels\na,b\n", "line 1: the header is \"picture,labels\""),
        ("\n\na.jpg,cat\n", "line 3: the header is \"a.jpg,cat\""),
        ("image,labels,Image\na,b,c\n", "names the column image twice"),
        ("i\0m\0a\0", "give --encoding utf-16le"), ("image labels\n", "the header is \"image labels\""),
    ])
    func otherHeader_isRefusedAndQuoted(_ text: String, _ part: String) throws {
        let error = try problems(text)
        #expect(error.description.contains(part), "\(error)")
        #expect(error.description.contains("image,labels") || !part.contains("the header is"))
    }

    @Test(arguments: [
        "image;labels\na.jpg;cat,dog\n", "image\tlabels\na.jpg\tcat;dog\n", "LABELS, Image \ncat;dog,a.jpg\n",
        "id,image,width,labels\n7,a.jpg,640,\"cat, dog\"\n", "image;labels\na.jpg;\"cat;dog\"\n",
        "image,labels,\na.jpg,cat;dog,\n", "image,labels,note\na.jpg,cat;dog\n",
        "image,labels\na.jpg,\"[\"\"cat\"\", \"\"dog\"\"]\"\n", "image,labels\na.jpg,cat;dog;cat\n",
    ])
    func separatorsAndColumns_areThoseOfTheHeader(_ text: String) throws {
        let file = try LabelsFile(text: text, path: "l.csv")
        #expect(file.lines.map(\.image) == ["a.jpg"] && file.labels(of: "a") == ["cat", "dog"])
    }

    @Test func whatIsSentOn_keepsNamesWithACommaWhole() throws {
        let file = try LabelsFile(
            text: "image,labels\na,\"salt, pepper; cat\"\nb,cat;dog\nc,\nd,\"[\"\"x\"\"]\"\n", path: "l.csv")
        #expect(file.lines.map(\.candidates) == [["salt, pepper", "cat"], ["cat", "dog"], [], ["x"]])
        #expect(file.labels(of: "a") == ["salt", "pepper", "cat"])
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

    @Test func missingFile_isRefusedByPath() {
        #expect(throws: LabelsFile.Invalid.self) { _ = try LabelsFile(contentsOf: "/nonexistent/labels.csv") }
    }
}
