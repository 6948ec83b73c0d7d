import Testing

@testable import Engine

@Suite struct COCOImageIDsTests {
    private func ids(_ names: String...) -> [COCOResult.ImageID] {
        let ids = COCOImageIDs(names)
        return names.map(ids.id)
    }

    @Test func numbers_areTakenWhereAllAreAndNoTwoTheSame() {
        #expect(ids("000000000139", "7", "0") == [.number(139), .number(7), .number(0)])
        #expect(ids() == [])
    }

    @Test func namesThatAreTheSameNumber_stayNames() {
        #expect(ids("7", "007", "8") == [.name("7"), .name("007"), .name("8")])
    }

    @Test(arguments: ["a", "1a", "-1", "1.5", "", "٣", "9007199254740993", "99999999999999999999"])
    func oneOtherName_makesAllOfThemNames(_ other: String) {
        #expect(ids("139", other) == [.name("139"), .name(other)])
        #expect(ids(other, "139") == [.name(other), .name("139")])
    }
}
