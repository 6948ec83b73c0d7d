import Testing
import Text

private let composed = "\u{e9}"
private let decomposed = "e\u{301}"

@Test func keysThatLookAlike_areTwo() {
    #expect(composed == decomposed)
    #expect(ByteKey(composed) != ByteKey(decomposed))
    #expect(Set([ByteKey(composed), ByteKey(decomposed), ByteKey(composed)]).count == 2)
    #expect([ByteKey("b"), ByteKey("a\u{301}"), ByteKey("a")].sorted().map(\.text) == ["a", "a\u{301}", "b"])
}

@Test func comparisonsOfBytes_takeNoFormForAnother() {
    #expect(composed.equalsBytes(of: composed) && !composed.equalsBytes(of: decomposed))
    #expect("e\u{301}x".startsWithBytes(of: "e") && !"e\u{301}x".startsWithBytes(of: composed))
    #expect("xe\u{301}".endsWithBytes(of: "\u{301}") && !"a".endsWithBytes(of: "ba"))
    #expect("xe\u{301}y".containsBytes(of: "e\u{301}") && "ab".containsBytes(of: "ab") && !"ab".containsBytes(of: "abc"))
    #expect("true".isOne(of: ["false", "true"]) && !"True".isOne(of: ["false", "true"]))
}

@Test func cut_endsBetweenScalars() {
    #expect("abc".cut(bytes: 5) == "abc")
    #expect("abc".cut(bytes: 2) == "ab")
    #expect("a\u{20ac}".cut(bytes: 3) == "a")
    #expect("a\u{20ac}".cut(bytes: 4) == "a\u{20ac}")
    #expect("\u{1f600}".cut(bytes: 3).isEmpty)
    #expect("e\u{301}\u{323}".cut(bytes: 3).equalsBytes(of: "e\u{301}"))
}

@Test func splitting_goesByBytes() {
    // A separator with a mark on it is no `Character` of its own, and a separator all the same.
    #expect("a,\u{301}b,,c".split(onByte: ",").map(String.init).map(ByteKey.init) == ["a", "\u{301}b", "", "c"])
    #expect("a,,b".split(onByte: ",", omittingEmpty: true) == ["a", "b"])
    #expect("a/b/c".split(onByte: "/", maximumSplits: 1) == ["a", "b/c"])
    let halves = "k=\u{301}v=w".halves(atByte: "=")
    #expect(halves?.before == "k" && halves.map { ByteKey($0.after) } == "\u{301}v=w")
    #expect("k".halves(atByte: "=") == nil)
}

@Test func linesAndWhiteSpace() {
    #expect("a\r\nb\rc\n\nd".lines == ["a", "b", "c", "", "d"])
    #expect("a\n".lines == ["a"] && "".lines.isEmpty && "\n".lines == [""])
    #expect(" \ta b\r\n".withoutASCIISpace == "a b" && " ".withoutASCIISpace.isEmpty && "".withoutASCIISpace.isEmpty)
    #expect("\u{feff}a".withoutByteOrderMark == "a" && "a".withoutByteOrderMark == "a")
}

private enum Word: String, CaseIterable { case one, two }

@Test func caseOfRawBytes() {
    #expect(Word(bytes: "two") == .two && Word(bytes: "Two") == nil && Word(bytes: "two\u{301}") == nil)
}
