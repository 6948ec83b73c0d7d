import Foundation
import Testing

@testable import Server

private func check(_ text: String, _ maximum: Int = 32) throws { try JSONText.check(Data(text.utf8), maximumDepth: maximum) }

@Test func jsonUpToTheDepth_passes() throws {
    try check("[[[]]]", 3)
    try check("[[],[],{\"a\":[]}]", 3)
    try check("1", 0)
    try check("", 0)
    // Brackets and escaped quotes in strings do not count.
    try check(#"["[[[{{{", "\"[[[", "\\", [1]]"#, 2)
}

@Test(arguments: ["[[[[]]]]", "{\"a\":{\"a\":{\"a\":{}}}}", #"["\\", [[[1]]]]"#, "]][[[[[["])
func jsonBeyondTheDepth_isRefused(_ text: String) throws {
    #expect(throws: Problem.self) { try check(text, 3) }
}

@Test func jsonOfEndlessBrackets_isRefusedAtTheLimit() throws {
    let text = String(repeating: "[", count: 1 << 20)
    #expect { try check(text, 32) } throws: { ($0 as? Problem)?.detail?.contains("32 levels") == true }
}

@Test(arguments: [
    (#"{"name": 1, "name": 2}"#, "name is given twice"), (#"{"a": [{"b": 1, "c": {"b": 1}, "b": 2}]}"#, "b is given twice"),
    (#"{"\u006eame": 1}"#, "begins a name that is no member here"), ("{\"na\u{301}me\": 1}", "no member here"),
    ("{\"\(String(repeating: "n", count: 65))\": 1}", "at most 64 bytes"),
])
func memberThatADecoderMustNotSee_isRefusedByName(_ text: String, _ reason: String) throws {
    #expect {
        try check(text)
    } throws: { error in
        guard let problem = error as? Problem, let detail = problem.detail else { return false }
        return problem.status == .unprocessableContent && detail.contains(reason) && detail.utf8.count < 300
            && problem.errors.count == 1
    }
}

@Test func sameMemberInTwoObjects_passes() throws {
    try check(#"[{"a": 1, "b": {"a": 2}}, {"a": "a", "b": ["a", "a"]}]"#)
}

@Test(arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian, .utf16, .utf32])
func jsonOfAnotherEncoding_isRefused(_ encoding: String.Encoding) throws {
    let text = try #require("{\"a\": 1}".data(using: encoding))
    #expect { try JSONText.check(text, maximumDepth: 32) } throws: { ($0 as? Problem)?.status == .badRequest }
}

@Test(arguments: [
    ("[1,]", 2), ("{\"a\": 1, }", 7), ("{\"a\": [\"]\"\n,\t\r\n], \"b\": 2}", 11), ("[,]", 1),
])
func commaBeforeAClosingBracket_isRefusedWithItsPlace(_ text: String, _ offset: Int) throws {
    #expect {
        try JSONText.check(Data(text.utf8), maximumDepth: 32, at: "line 3")
    } throws: { error in
        let problem = error as? Problem
        return problem?.status == .badRequest && problem?.detail?.contains("line 3") == true
            && problem?.detail?.contains("at byte \(offset) ") == true
    }
}

@Test func commaInsideAString_orBetweenMembers_passes() throws {
    try check(#"{"a": ",]", "b": [",", ", }"], "c": "\\,"}"#)
}
