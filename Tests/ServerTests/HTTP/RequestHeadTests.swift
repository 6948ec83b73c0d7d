import Foundation
import HTTPTypes
import Testing

@testable import Server

/// The head of a request given as text.
func head(_ text: String) throws -> RequestHead {
    var input = InputBuffer()
    Array(text.utf8).withUnsafeBytes { input.append($0) }
    var parser = RequestHeadParser(limits: ServerLimits())
    return try #require(try parser.parse(&input))
}

private func target(_ text: String) throws -> RequestTarget {
    try head("GET \(text) HTTP/1.1\r\nHost: a\r\n\r\n").target
}

@Test func path_isSplitBeforeItIsDecoded_andDecodedOnce() throws {
    #expect(try target("/a%2Fb/%2541/c%20d").segments == ["a/b", "%41", "c d"])
    #expect(try target("/").segments == [""])
    #expect(try target("/a/").segments == ["a", ""])
    #expect(try target("//a").segments == ["", "a"])
    #expect(try target("/a+b").segments == ["a+b"])
}

@Test func dotSegments_areResolved() throws {
    #expect(try target("/a/./b").segments == ["a", "b"])
    #expect(try target("/a/../b").segments == ["b"])
    #expect(try target("/a/..").segments == [""])
    #expect(try target("/a/b/.").segments == ["a", "b", ""])
    #expect(try target("/a/%2e%2e/b").segments == ["b"])
    #expect(try target("/a/...").segments == ["a", "..."])
}

@Test func query_keepsOrderAndDecodesPlusAsSpace() throws {
    let query = try target("/?labels=dog%2Ccat&x&labels=a+b&=v&&y=1=2&z=%C3%A4").query
    #expect(
        query == [
            .init(name: "labels", value: "dog,cat"), .init(name: "x", value: ""), .init(name: "labels", value: "a b"),
            .init(name: "", value: "v"), .init(name: "y", value: "1=2"), .init(name: "z", value: "ä"),
        ])
    #expect(try target("/?labels=1&b=2&labels=3").values("labels") == ["1", "3"])
}

@Test func absoluteForm_overridesHost() throws {
    let parsed = try head("GET http://b.example:81/x?y=z HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(parsed.authority == "b.example:81")
    #expect(parsed.target.segments == ["x"])
    #expect(parsed.target.path == "/x")
    #expect(try head("GET http://b HTTP/1.1\r\nHost: a\r\n\r\n").target.segments == [""])
    #expect(try head("GET / HTTP/1.1\r\nHost: a:80\r\n\r\n").authority == "a:80")
}

@Test func fields_keepOrderAndAreTrimmed() throws {
    let parsed = try head("GET / HTTP/1.1\r\nHost: a\r\nX-A: \t1 2\t\r\nx-a:3\r\n\r\n")
    let name = try #require(HTTPField.Name("X-A"))
    #expect(parsed.fields[values: name] == ["1 2", "3"])
}

@Test(arguments: [
    ("HTTP/1.1", "", true), ("HTTP/1.1", "close", false), ("HTTP/1.1", "x, Close", false),
    ("HTTP/1.0", "", false), ("HTTP/1.0", "keep-alive", true), ("HTTP/1.0", "keep-alive, close", false),
])
func connection_persistsByVersionAndConnectionField(version: String, option: String, expected: Bool) throws {
    let line = option.isEmpty ? "" : "Connection: \(option)\r\n"
    #expect(try head("GET / \(version)\r\nHost: a\r\n\(line)\r\n").keepsAlive == expected)
}

@Test func expectation_isNeverSetForA10Client() throws {
    let fields = "Host: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    #expect(try head("POST / HTTP/1.1\r\n" + fields).expectsContinue)
    #expect(try !head("POST / HTTP/1.0\r\n" + fields).expectsContinue)
}

@Test func date_isIMFFixdate() {
    // The example of RFC 9110 section 5.6.7.
    #expect(HTTPDate.format(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(HTTPDate().text(second: 0) == "Thu, 01 Jan 1970 00:00:00 GMT")
}

@Test func requestID_isTakenOverOnlyWhenSane() {
    #expect(RequestID.isSane("a-b_c.d:1"))
    #expect(!RequestID.isSane(""))
    #expect(!RequestID.isSane("a b"))
    #expect(!RequestID.isSane(String(repeating: "a", count: 129)))
    #expect(RequestID.generate().utf8.count == 32)
    #expect(RequestID.generate() != RequestID.generate())
}
