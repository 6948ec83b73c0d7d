import Testing

@testable import Engine

struct ClassFileTests {
    private static let names = ["cat", "dog", "sofa"]

    @Test(arguments: [
        "cat\ndog\nsofa\n", "background\r\ncat\r\ndog\r\nsofa", "\u{feff}__background__\n\ncat\n dog\nsofa\n",
        Labelmap.text(classes: names), "# label:color_rgb:parts:actions\n" + Labelmap.text(classes: names),
        "background:::\ncat:::\ndog:::\nsofa:::\n", Labelmap.text(classes: names) + "ignored:224,224,192::\n",
    ])
    func listsAndLabelmaps_nameTheClassesAfterTheBackground(_ text: String) throws {
        #expect(try ClassFile.classes(in: text) == Self.names)
    }

    @Test(arguments: [
        ("cat\nbackground\ndog\n", "line 2"), ("cat\ndog\ncat\n", "line 3: line 1 has the same name"),
        ("background\n", "holds no name"), ("", "holds no name"), ("a\u{202e}b\n", "line 1: name"),
        // As CVAT sorts them, another order than the masks'.
        ("cat:128,0,0::\nbackground:0,0,0::\n", "line 1: the colour"),
        ("cat:::\ndog:::\n", "line 1: a labelmap begins"),
        ("background:0,0,0::\ncat:0,128,0::\n", "line 2: the colour of \"cat\""),
        ("background:0,0,0::\ncat\n", "line 2: is not name:r,g,b::"),
    ])
    func whatSpeaksAgainstTheOrder_isRefused(_ text: String, _ part: String) throws {
        let fault = try #require(throws: ClassFile.Fault.self) { _ = try ClassFile.classes(in: text) }
        #expect(fault.description.contains(part), "\(fault)")
    }

    @Test func namesWithSeparators_surviveALabelmap() throws {
        let names = ["a:b", "background", "#c", " d ", "100%", "%41", "salt, pepper; x", "caf\u{e9}"]
        let text = Labelmap.text(classes: names)
        let lines = text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.split(separator: ":", omittingEmptySubsequences: false).count == 4 })
        #expect(lines.filter { $0.hasPrefix("background:") }.count == 1 && lines.allSatisfy { !$0.hasPrefix("#") })
        #expect(lines.contains { $0.hasPrefix("100%:") } && lines.contains { $0.hasPrefix("caf\u{e9}:") })
        #expect(try ClassFile.classes(in: text) == names)
    }
}
