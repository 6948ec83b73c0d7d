import Foundation
import Testing

@testable import Server

private func parse(_ body: String, boundary: String = "XX", maximumParts: Int = 1000) throws -> [MultipartPart] {
    try MultipartParser(contentType: "multipart/form-data; boundary=\(boundary)", maximumParts: maximumParts)
        .parse(Data(body.utf8))
}

private func part(_ disposition: String, _ content: String = "v") -> String {
    "--XX\r\nContent-Disposition: \(disposition)\r\n\r\n\(content)\r\n"
}

@Test func parts_areTakenApartWithNamesTypesAndBodies() throws {
    let parts = try parse(
        "preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n"
            + "Content-Type: image/png\r\n\r\n\u{1}\r\n--X\r\n\r\n--XX \t\r\ncontent-disposition:form-data;name=labels"
            + "\r\n\r\ndog\r\n--XX--\r\nepilogue --XX")
    #expect(parts.map(\.name) == ["image", "labels"])
    #expect(parts[0].filename == "a.png")
    #expect(parts[0].contentType?.essence == "image/png")
    #expect(parts[0].text == "\u{1}\r\n--X\r\n")
    #expect(parts[1].filename == nil)
    #expect(parts[1].text == "dog")
}

@Test func emptyBodies_areKept() throws {
    let parts = try parse(part("form-data; name=a", "") + part("form-data; name=b", "") + "--XX--")
    #expect(parts.map(\.text) == ["", ""])
    #expect(try parse("--XX--") == [])
}

@Test func boundaryLikeContent_isContent() throws {
    let content = "x\r\n--XXY\r\n--XX-\r\n--X\r\n -- XX\r\r\n"
    #expect(try parse(part("form-data; name=a", content) + "--XX--\r\n").map(\.text) == [content])
}

@Test func quotedNames_areUnescaped() throws {
    let names = [
        ("\"a\\\"b\"", "a\"b"), ("\"a\\\\b\"", "a\\b"), ("\"C:\\dir\\x\"", "C:\\dir\\x"), ("\"a;b\"", "a;b"),
        ("\"a%22b\"", "a%22b"), ("\"ä\"", "ä"), ("\"\"", ""),
    ]
    for (quoted, plain) in names {
        #expect(try parse(part("form-data; name=\(quoted)") + "--XX--").map(\.name) == [plain], "\(quoted)")
    }
}

@Test func quotedBoundary_isAccepted() throws {
    let parser = try MultipartParser(contentType: "multipart/form-data; boundary=\"a b:c\"")
    let body = "--a b:c\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--a b:c--"
    #expect(try parser.parse(Data(body.utf8)).map(\.text) == ["1"])
}

@Test func partBodies_areSlicesOfTheRequest() throws {
    let text = part("form-data; name=a", "value") + "--XX--"
    // A slice that does not start at zero, as bodies are when they come out of a larger buffer.
    let body = Data(("junk" + text).utf8).dropFirst(4)
    let parts = try MultipartParser(contentType: "multipart/form-data; boundary=XX").parse(body)
    #expect(parts.map(\.text) == ["value"])
    #expect(body[parts[0].body.startIndex..<parts[0].body.endIndex] == Data("value".utf8))
}

@Test(arguments: [
    "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
    "multipart/mixed; boundary=a", "image/png", "multipart/form-data; boundary=\"a \"",
    "multipart/form-data; boundary=\"a[b\"",
    "multipart/form-data; boundary=\(String(repeating: "a", count: 71))",
])
func badContentType_isRefused(contentType: String) {
    #expect(throws: MultipartError.self) { try MultipartParser(contentType: contentType) }
}

private let malformedBodies: [(body: String, reason: String)] = [
    ("", "does not occur"), ("no boundary", "does not occur"), ("--XX\r\n", "ends inside part 1"),
    (part("form-data; name=a"), "ends inside part 1"),
    (part("form-data; name=a") + "--XX\r\n", "ends inside part 2"),
    ("--XX\r\n--XX--", "no headers"), ("--XX\r\nContent-Disposition: form-data; name=a\r\n--XX--", "do not end"),
    ("--XX\r\n\r\nv\r\n--XX--", "no Content-Disposition"), (part("form-data") + "--XX--", "no name"),
    (part("attachment; name=a") + "--XX--", "not form-data"),
    ("--XX\r\nContent-Disposition: form-data; name=a\nB: c\r\n\r\nv\r\n--XX--", "line feed"),
    ("--XX\r\nBad Name: x\r\n\r\nv\r\n--XX--", "header name"),
    ("--XX\r\nA: \(String(repeating: "x", count: 9000))\r\n\r\nv\r\n--XX--", "do not end within"),
    ("--XX\r\n\(String(repeating: "A: b\r\n", count: 17))\r\nv\r\n--XX--", "more than 16"),
]

@Test func malformedBody_isRefusedWithItsReason() {
    for (body, reason) in malformedBodies {
        let error = #expect(throws: MultipartError.self) { try parse(body) }
        #expect(error?.detail.contains(reason) == true, "\(reason): \(error?.detail ?? "")")
    }
}

@Test func tooManyParts_areRefused() {
    let body = String(repeating: part("form-data; name=a"), count: 4) + "--XX--"
    #expect(throws: MultipartError.self) { try parse(body, maximumParts: 3) }
}

@Test func everyTruncation_isRefusedNotTrapped() {
    let body = Data((part("form-data; name=\"a\"") + part("form-data; name=\"b\"") + "--XX--").utf8)
    let parser = try? MultipartParser(contentType: "multipart/form-data; boundary=XX")
    for count in 0..<body.count {
        #expect(throws: MultipartError.self) { try parser?.parse(body.prefix(count)) }
    }
}

@Test func bareLineFeeds_areNamedAsTheFault() throws {
    let form = "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nv\r\n--XX--\r\n"
    for body in [
        form.replacing("\r\n", with: "\n"), form.replacing("v\r\n--XX", with: "v\n--XX"),
        "preamble\n" + form.replacing("\r\n", with: "\n"), form.replacing("name=a\r\n", with: "name=a\n"),
    ] {
        let error = #expect(throws: MultipartError.self) { try parse(body) }
        #expect(error?.detail.contains("bare line feed") == true, "\(error?.detail ?? "")")
    }
    // What else is wrong is still called that.
    for body in ["", "x\ny", "--XY--", "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nv\n"] {
        let error = #expect(throws: MultipartError.self) { try parse(body) }
        #expect(error?.detail.contains("bare") == false)
    }
}
