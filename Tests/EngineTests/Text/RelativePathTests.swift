import Testing
import Text

@Test(arguments: ["a", "a/b", "a.b/c d", "...", ".a/b", "a:", "é/ü"])
func relativePaths_pass(_ path: String) { #expect(RelativePath.fault(in: path) == nil) }

@Test(arguments: [
    ("", "is empty"), ("/a", "absolute"), ("/", "absolute"), ("C:/a", "absolute"), ("a//b", "empty part"),
    ("a/", "empty part"), ("./a", "the part \".\""), (".", "the part \".\""), ("..", "the part \"..\""),
    ("a/../../b", "the part \"..\""), ("a/..", "the part \"..\""),
])
func pathsThatLeadElsewhere_areRefusedWithTheReason(_ path: String, _ reason: String) {
    #expect(RelativePath.fault(in: path)?.contains(reason) == true)
}

@Test func backslashes_areSlashes() {
    #expect(RelativePath.normalised("a\\b/c") == "a/b/c")
    #expect(RelativePath.fault(in: RelativePath.normalised("..\\a")) != nil)
    #expect(RelativePath.fault(in: RelativePath.normalised("C:\\a")) != nil)
    #expect(RelativePath.lastPart(of: "a/b/c.png") == "c.png")
    #expect(RelativePath.lastPart(of: "c.png") == "c.png")
}
