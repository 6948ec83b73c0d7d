import Testing

@testable import Server

@Test func namesThatOneFileSystemTakesForOne_areTold() {
    let warnings = SimilarNames.warnings(["a", "B", "A", "caf\u{e9}", "cafe\u{301}", "b", "c"])
    #expect(warnings.count == 3)
    #expect(warnings.first?.contains("names a and A differ only in case") == true)
    #expect(SimilarNames.warnings(["a", "b", "\u{e9}"]).isEmpty)
}

@Test func manySimilarNames_areCounted() {
    let names = (0..<150).flatMap { ["n\($0)", "N\($0)"] }
    let warnings = SimilarNames.warnings(names)
    #expect(warnings.count == 101)
    #expect(warnings.last == "and 50 more such names")
}
