import Foundation
import HTTPTypes
import Testing

@testable import Server

// What is cheap to send and dear to read is bounded in number.

/// Chunks of one byte until the server has had enough.
@Test func manyTinyChunks_areRefused_andManyOfASensibleSizeAreNot() throws {
    func decode(chunks: Int, of size: Int) throws -> Int {
        var decoder = ChunkedDecoder(limits: ServerLimits(), maximumBytes: 1 << 30)
        var input = InputBuffer()
        let chunk = Data("\(String(size, radix: 16))\r\n".utf8) + Data(count: size) + Data("\r\n".utf8)
        var body = Data()
        for _ in 0..<chunks {
            chunk.withUnsafeBytes { input.append($0) }
            _ = try decoder.decode(&input, into: &body)
        }
        return body.count
    }
    #expect(try decode(chunks: 1024, of: 1) == 1024)
    #expect(throws: Rejection.self) { try decode(chunks: 1060, of: 1) }
    #expect(try decode(chunks: 10_000, of: 64) == 640_000)
}

@Test func manyTags_areNotAllLookedAt() {
    let many = Array(repeating: "\"x\"", count: 10_000).joined(separator: ",")
    #expect(!EntityTag.isKnown("\"a\"", to: [.ifNoneMatch: many + ",\"a\""]))
    #expect(EntityTag.isKnown("\"a\"", to: [.ifNoneMatch: "\"a\"," + many]))
    #expect(HeaderList.split(many, on: UInt8(ascii: ",")).count == 64)
}

/// A body of nothing but beginnings of the boundary: every one is looked at once.
@Test func nearBoundaries_areContent() throws {
    let parser = try MultipartParser(contentType: "multipart/form-data; boundary=b")
    let near = Data(String(repeating: "\r\n--bx\r\n--b \tx\r\n--b-", count: 1000).utf8)
    let body =
        Data("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n".utf8) + near + Data("\r\n--b--".utf8)
    let parts = try parser.parse(body)
    #expect(parts.map(\.body) == [near])
    #expect(parts.first?.name == "a")
}
