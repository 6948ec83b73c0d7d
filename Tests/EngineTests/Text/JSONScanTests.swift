import Foundation
import Testing
import Text

private func fault(_ text: String, depth: Int = 8, keyBytes: Int = 8) -> JSONFault? {
    var text = text
    return text.withUTF8 {
        JSONScan.fault(in: UnsafeRawBufferPointer($0), maximumDepth: depth, maximumKeyBytes: keyBytes)
    }
}

@Test(arguments: [
    #"{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}"#, #"["a", "a"]"#, #"{"a": "a", "b": "a\"b", "c": "\\"}"#, "", "{", "}}]",
    #"{"a": "}{", "b": 1}"#, "{\"a\": \"\u{301}\"}", #"{"a""#,
])
func textWithPlainMembers_passes(_ text: String) { #expect(fault(text) == nil) }

@Test func repeatedMember_isToldAtAnyDepth() {
    #expect(fault(#"{"a": 1, "a": 2}"#) == .repeatedKey("a"))
    #expect(fault(#"[{"b": {"a": [], "c": "x", "a": 2}}]"#) == .repeatedKey("a"))
    // A set of many members is not taken for the next object's.
    let many = (0..<200).map { "\"k\($0)\": 0" }.joined(separator: ",")
    #expect(fault("[{\(many)}, {\(many)}]") == nil)
    #expect(fault("[{\(many)}, {\(many), \"k7\": 1}]") == .repeatedKey("k7"))
}

@Test func strangeMember_isToldByItsBeginning() {
    #expect(fault(#"{"123456789": 1}"#) == .strangeKey("123456789", maximumBytes: 8))
    #expect(fault(#"{"\u0061": 1}"#) == .strangeKey(#"\u0061"#, maximumBytes: 8))
    let marks = String(repeating: "\u{301}\u{323}", count: 1000)
    guard case .strangeKey(let shown, _)? = fault("{\"a\(marks)\": 1}") else {
        Issue.record("no fault")
        return
    }
    #expect(shown.utf8.count <= 64)
}

/// People name figures in their own language, and writers of JSON escape what they like.
@Test func strangeMember_ofAFile_mayBeShort() {
    func fault(_ text: String) -> JSONFault? {
        Data(text.utf8).withUnsafeBytes {
            JSONScan.fault(in: $0, maximumDepth: 8, maximumKeyBytes: 64, maximumStrangeKeyBytes: 16)
        }
    }
    #expect(fault(#"{"mIoU \/ größe": 1}"#) == nil)
    #expect(fault(#"{"größe": 1, "größe": 2}"#) == .repeatedKey("größe"))
    #expect(fault(#"{"größe, gemessen": 1}"#) == .strangeKey("größe, gemessen", maximumBytes: 64))
}

@Test func depthAndEncoding_areBounded() {
    #expect(fault("[[[[[[[[[", depth: 8) == .depth(maximum: 8))
    #expect(fault("{\0\"") == .encoding)
}
