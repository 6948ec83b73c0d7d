import Testing

@testable import Engine

private func fields(_ text: String) -> [[String]] { CSVRows(text).rows.map(\.fields) }

@Test func rowsOfCSV() {
    #expect(fields("a,b\nc,\n") == [["a", "b"], ["c", ""]])
    #expect(fields("a , b\r\n\r\nc\r") == [["a ", "b"], ["c"]])
    #expect(fields("\"a, \"\"b\"\"\" ,\"c\nd\"\ne") == [["a, \"b\"", "c\nd"], ["e"]])
    #expect(fields("\"\",x") == [["", "x"]])
    #expect(fields("") == [])
    // A comma with a mark on it separates all the same.
    #expect(fields("a,\u{301}b").map(\.count) == [2])
}

@Test func otherSeparators_areTakenAlike() {
    #expect(CSVRows("a,b;\"c;d\"\n", separator: UInt8(ascii: ";")).rows.map(\.fields) == [["a,b", "c;d"]])
    #expect(CSVRows("a b\t c\t\n", separator: UInt8(ascii: "\t")).rows.map(\.fields) == [["a b", "c", ""]])
}

@Test(arguments: [
    ("a\n\"b\nc\"\n\nd\r\ne", [1, 2, 5, 6]), ("\"a\r\nb\",c\r\nd\r\n", [1, 3]), ("\"a\rb\"\rc\r\"d\"", [1, 3, 4]),
])
func lineNumbers_countLinesInQuotesToo(_ text: String, _ numbers: [Int]) {
    #expect(CSVRows(text).rows.map(\.line) == numbers)
}

@Test func quotationMarkOutOfPlace_isAFaultOfItsRowAlone() {
    let rows = CSVRows("a\nb\"c,d\n\"e\nf\"g,h\ni\n\"j\nk").rows
    #expect(rows.map(\.line) == [1, 2, 3, 5, 6])
    #expect(rows.map(\.fault) == [nil, .misplaced(line: 2), .misplaced(line: 4), nil, .unclosed])
    #expect(rows[3].fields == ["i"])
}
