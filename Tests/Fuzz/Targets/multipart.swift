import Foundation

@testable import Server

// A form's Content-Type (the first line) and its body (the rest).

private let maximumParts = 8

private func parse(_ contentType: String, _ body: Data) -> [MultipartPart]? {
    guard let parser = try? MultipartParser(contentType: contentType, maximumParts: maximumParts) else { return nil }
    return try? parser.parse(body)
}

private func isInside(_ part: Data, _ body: Data) -> Bool {
    part.isEmpty || (part.startIndex >= body.startIndex && part.endIndex <= body.endIndex
        && part == body[part.startIndex..<part.endIndex])
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
    var previous = body.startIndex
    for part in parts {
        require(isInside(part.body, body), "a part outside the body")
        require(part.body.isEmpty || part.body.startIndex >= previous, "a part out of order")
        previous = max(previous, part.body.endIndex)
        _ = part.text
        let boundary = MediaType(contentType)?.parameter("boundary") ?? ""
        require(part.body.range(of: Data("\r\n--\(boundary)\r\n".utf8)) == nil, "a part with the boundary in it")
    }
    require(parts.reduce(0) { $0 + $1.body.count } <= body.count, "parts larger than the body")
    return 0
}
