import Testing

@testable import Engine

struct ClassNameTests {
    @Test(arguments: [
        ("a,b", "a comma"), ("a;b", "a semicolon"), ("a:b", "a colon"), ("a\nb", "a line feed"), ("", "is empty"),
        (" ", "is empty"), ("background", "index 0"), ("Background", "index 0"), (" cat", "white space"),
        (String(repeating: "x", count: 257), "257 bytes"),
    ])
    func nameThatAFormatCannotHold_isNoNewClass(_ name: String, _ reason: String) throws {
        let fault = try #require(ClassName.faultOfNew(name))
        #expect(fault.contains(reason), "\(fault)")
    }

    @Test(arguments: ["cat", "potted plant", "a/b", "Käse", "no 2", "back ground", "it's \"x\""])
    func otherNames_areClasses(_ name: String) { #expect(ClassName.faultOfNew(name) == nil) }

    @Test(arguments: ["a,b", "a:b", "background", " cat"])
    func olderModels_mayHaveThem(_ name: String) { #expect(ClassName.fault(name) == nil) }

    @Test(arguments: [
        ("Cat", ["cat"]), ("potted_plant", ["potted plant"]), ("cat|dog", ["cat", "dog"]), ("cat dog", ["cat", "dog"]),
        ("['cat'", ["cat"]), ("cat / potted plant", ["cat", "potted plant"]), ("catt", []), ("cat|cow", []), ("", []),
    ])
    func unknownLabel_mayBeMeantOtherwise(_ label: String, _ meant: [String]) {
        #expect(LabelHint(classes: ["cat", "dog", "potted plant"]).meant(by: label) == meant)
    }
}
