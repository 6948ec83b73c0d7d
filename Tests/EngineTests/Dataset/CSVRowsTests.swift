import Testing

@testable import Engine

private func fields(_ text: String) throws -> [[String]] { try CSVRows(text).rows.map(\.fields) }

@Test func rowsOfCSV() throws {
    #expect(try fields("a,b\nc,\n") == [["a", "b"], ["c", ""]])
    #expect(try fields("a , b\r\n\r\nc\r") == [["a ", "b"], ["c"]])
    #expect(try fields("\"a, \"\"b\"\"\" ,\"c\nd\"\ne") == [["a, \"b\"", "c\nd"], ["e"]])
    #expect(try fields("\"\",x") == [["", "x"]])
    #expect(try fields("") == [])
    // A comma with a mark on it separates all the same.
    #expect(try fields("a,\u{301}b").map(\.count) == [2])
}

@Test func lineNumbers_countLinesInQuotesToo() throws {
    #expect(try CSVRows("a\n\"b\nc\"\n\nd\r\ne").rows.map(\.line) == [1, 2, 5, 6])
}

@Test(arguments: [("a\nb\"c", 2), ("\"a\" b", 1), ("a\n\"b\nc", 2)])
func quotationMarkOutOfPlace_isRefusedWithItsLine(_ text: String, _ line: Int) {
    #expect { try CSVRows(text) } throws: { ($0 as? CSVRows.Fault)?.line == line }
}
