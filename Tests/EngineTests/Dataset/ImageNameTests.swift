import Testing

@testable import Engine

@Test(arguments: [
    ("a.jpg", "a"), ("a.JPEG", "a"), ("a.rf.1.png", "a.rf.1"), ("a.rf.1", "a.rf.1"), ("scan.2", "scan.2"),
    ("a.tif", "a.tif"), ("b/a.png", "b/a"), ("b.png/a", "b.png/a"), (".png", ".png"), ("b/.png", "b/.png"), ("", ""),
])
func imagesExtensionAlone_isCut(_ name: String, _ stem: String) { #expect(ImageName.stem(name) == stem) }

@Test func namesFromOtherSystems_areRead() { #expect(ImageName.listed("a\\b.rf.1.png") == "a/b.rf.1") }
