import Foundation
import Testing

@testable import Server

private func check(_ text: String, _ maximum: Int) throws { try JSONDepth.check(Data(text.utf8), maximum: maximum) }

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
