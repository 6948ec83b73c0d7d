import Testing

@testable import CLI

struct ClassKeysTests {
    @Test func ordinaryNames_areTheirOwnKeys() {
        #expect(ClassKeys.keys(["no_2", "newClass", "Käse", "🐈"]) == ["no_2", "newClass", "Käse", "🐈"])
    }

    /// Longer names would make a model file that is refused.
    @Test(arguments: ["x", "é", "\"", "e\u{301}"]) func longNames_areCutAndNumbered(_ unit: String) {
        let keys = ClassKeys.keys(["a", String(repeating: unit, count: 128)])
        #expect(keys[1].hasSuffix("... (class 2)") && keys[1].utf8.count <= 96 + 13, "\(keys)")
    }

    /// Strings that Swift takes for one, and names that differ beyond the cut.
    @Test func noTwoAreOne() {
        let long = String(repeating: "x", count: 100)
        #expect(Set(ClassKeys.keys(["\u{e9}", "e\u{301}", long + "1", long + "2"])).count == 4)
    }
}
