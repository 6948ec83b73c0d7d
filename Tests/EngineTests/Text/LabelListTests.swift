import Testing

@testable import Text

struct LabelListTests {
    @Test(arguments: [
        (["cat"], ["cat"]), (["cat,dog"], ["cat", "dog"]), (["cat;dog"], ["cat", "dog"]),
        ([" cat ;\tdog,\u{a0}person"], ["cat", "dog", "person"]), (["dog", "cat,dog"], ["dog", "cat"]),
        (["[\"cat\", \"dog\"]"], ["cat", "dog"]), ([" [ \"cat;dog\" ] ", "cow"], ["cat", "dog", "cow"]),
        (["[]"], []), ([""], []), ([" \n"], []), (["", " "], []), ([], []), (["[x]"], ["[x]"]),
        (["potted plant"], ["potted plant"]), (["a,\u{301}b"], ["a", "\u{301}b"]),
    ])
    func oneRule_takesListsApart(_ texts: [String], _ names: [String]) throws {
        #expect(try LabelList.names(in: texts) == names)
    }

    @Test(arguments: [["cat,"], [",cat"], ["cat,,dog"], [","], [";"], ["[\"\"]"], ["cat; ,dog"]])
    func nameOfNothing_isAFault(_ texts: [String]) {
        #expect(throws: LabelList.Fault.emptyName) { try LabelList.names(in: texts) }
    }

    @Test(arguments: [["cat", ""], ["", "cat"], [" ", "[\"cat\"]"]])
    func valueOfNothing_besideNames_isAFaultOfItsOwn(_ texts: [String]) {
        #expect(throws: LabelList.Fault.emptyBesideNames) { try LabelList.names(in: texts) }
    }

    @Test(arguments: ["[\"cat\"", "[\"cat\",]", "[\"cat\", 7]", "[\"cat\", [\"dog\"]]", "[\"cat\"] dog"])
    func brokenArray_isAFault(_ text: String) {
        #expect(throws: LabelList.Fault.notAnArray) { try LabelList.names(in: [text]) }
    }

    @Test func elementsOfAnArray_followTheRule_andAnEmptyOneIsAFault() throws {
        #expect(try LabelList.names(inArray: ["cat, dog", "cat"]) == ["cat", "dog"])
        #expect(try LabelList.names(inArray: []) == [])
        #expect(throws: LabelList.Fault.emptyName) { try LabelList.names(inArray: [""]) }
    }

    @Test(arguments: [
        ("salt, pepper", ["salt, pepper"]), (" salt, pepper ", ["salt, pepper"]),
        ("cat;salt, pepper", ["cat", "salt, pepper"]), ("salt, pepper,cat", ["salt, pepper", "cat"]),
        ("salt,pepper", ["salt", "pepper"]), ("salt", ["salt"]), ("a;b;c", ["a;b;c"]), ("a;b;d", ["a;b", "d"]),
        ("a;b;c, salt, pepper", ["a;b;c", "salt, pepper"]), ("[\"salt, pepper\"]", ["salt, pepper"]), ("[]", ["[]"]),
        (" odd", [" odd"]), ("odd", ["odd"]),
    ])
    func nameThatIsAClass_isNeverTakenApart(_ text: String, _ names: [String]) throws {
        let whole = WholeNames(of: ["cat", "salt, pepper", "a;b", "a;b;c", "[]", " odd"])
        #expect(try LabelList.names(in: [text], whole: whole) == names)
    }
}
