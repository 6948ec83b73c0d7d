import Foundation

@testable import Server

// A form's Content-Type (the first line) and its body (the rest).

private let maximumParts = 8

private func parse(_ contentType: String, _ body: Data) -> [MultipartPart]? {
    guard let parser = try? MultipartParser(contentType: contentType, maximumParts: maximumParts) else { return nil }
    return try? parser.parse(body)
}

/// Between the empty line that ends its headers and the next boundary, with neither in it.
private func require(_ part: MultipartPart, isPartOf body: Data, boundary: String, after previous: Data.Index) {
    let (start, end) = (part.body.startIndex, part.body.endIndex)
    require(start >= previous && start >= body.startIndex + 2 && end <= body.endIndex, "a part outside the body")
    require(part.body == body[start..<end], "a part with other bytes than the body's")
    require(body[..<start].suffix(2).elementsEqual([0x0D, 0x0A]), "a part that does not follow a line's end")
    let delimiter = Data("\r\n--\(boundary)".utf8)
    require(body[end...].starts(with: delimiter), "a part that does not end before the boundary")
    require(part.body.range(of: delimiter + Data("\r\n".utf8)) == nil, "a part with the boundary in it")
    require(part.body.range(of: delimiter + Data("--".utf8)) == nil, "a part with the last boundary in it")
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMultipart(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let end = bytes.firstIndex(of: ASCII.lineFeed) ?? bytes.endIndex
    let contentType = String(decoding: bytes[..<end], as: UTF8.self)
    let body = Data(bytes[end...].dropFirst())

    let parts = parse(contentType, body)
    // The same as a slice that does not start at zero, as a body out of a larger buffer is.
    let shifted = Data([1, 2, 3] + body).dropFirst(3)
    require(parse(contentType, shifted) == parts, "a slice is read otherwise")
    guard let parts else { return 0 }

    require(parts.count <= maximumParts, "\(parts.count) parts")
    let boundary = MediaType(contentType)?.parameter("boundary") ?? ""
    var previous = body.startIndex
    for part in parts {
        require(part, isPartOf: body, boundary: boundary, after: previous)
        previous = part.body.endIndex
        _ = part.text
    }
    return 0
}
