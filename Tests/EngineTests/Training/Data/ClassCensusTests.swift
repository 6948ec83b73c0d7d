import Testing

@testable import Engine

struct ClassCensusTests {
    /// One image a row of labels, which are positions in `classes`.
    private func census(_ classes: [String], _ labels: [[Int]]) throws -> ClassCensus {
        let folder = try DataSetFolder()
        var lines = ["image,labels"]
        for (number, row) in labels.enumerated() {
            try folder.writePicture("p\(number).png")
            lines.append("p\(number),\"" + row.map { classes[$0] }.joined(separator: ";") + "\"")
        }
        return ClassCensus(
            try TrainingSet(
                images: folder.path, labels: LabelsFile(text: lines.joined(separator: "\n"), path: "l.csv"),
                classes: classes, threads: 2))
    }

    @Test func oddClasses_areNamedInFewSentences() throws {
        let labels = [[0, 1, 2], [0, 1], [0, 1], [0, 1], [0, 1]]
        let census = try census(["every", "all", "once", "never"], labels)
        #expect(census.counts == [5, 5, 1, 0] && census.images == 5 && census.negatives == 0)
        #expect(
            census.warnings == [
                "every image has the class, so there is nothing to tell it from: \"every\", \"all\"",
                "no image has the class: \"never\"", "fewer than 5 images have the class: \"once\" (1)",
            ])
    }

    @Test func imagesWithoutAnyClass_areCounted() throws {
        let census = try census(["cat", "dog"], [[], [0], [1], []] + [[Int]](repeating: [0], count: 5))
        #expect(census.negatives == 2)
        #expect(census.warnings.first == "2 images have no class: negatives, or a slip in the labels file")
    }

    @Test func manyOddClasses_areCutShort() throws {
        let census = try census((0..<100).map { "class \($0)" }, [[0]])
        let warning = try #require(census.warnings.first { $0.hasPrefix("no image") })
        #expect(warning.hasSuffix("\"class 10\" and 89 more"))
        #expect(census.warnings.count == 3)
    }
}
