import Testing
import Text

@Test(arguments: ["a", "caf\u{e9}", "cafe\u{301}", "a b", "a.b", "\u{1f469}\u{200d}\u{1f4bb}", "\u{5d0}\u{5d1}", ""])
func ordinaryNames_pass(_ name: String) { #expect(NameRule.fault(in: name) == nil) }

@Test(arguments: [
    ("a\nb", "a line feed (U+000A) at byte 1"), ("\r", "a carriage return (U+000D) at byte 0"),
    ("\u{e9}\u{85}", "a line separator (U+0085) at byte 2"), ("\u{2028}", "a line separator (U+2028) at byte 0"),
    ("\u{2029}", "a line separator"), ("a\\b", "a backslash (U+005C) at byte 1"), ("a/b", "a slash (U+002F) at byte 1"),
    ("\u{0}", "a control character (U+0000)"), ("\u{7f}", "a control character"), ("\u{9f}", "a control character"),
    ("\u{61c}", "a bidirectional control (U+061C)"), ("\u{200e}", "a bidirectional"), ("\u{200f}", "a bidirectional"),
    ("a\u{202e}b", "a bidirectional control (U+202E) at byte 1"), ("\u{2066}", "a bidirectional"),
    ("\u{2069}", "a bidirectional"),
])
func charactersThatNoNameMayHold_areToldByKindAndPlace(_ name: String, _ fault: String) {
    #expect(NameRule.fault(in: name)?.contains(fault) == true, "\(NameRule.fault(in: name) ?? "none")")
}

@Test func classNames_mayHoldSlashes() { #expect(NameRule.fault(in: "tv/monitor", allowingSlashes: true) == nil) }
