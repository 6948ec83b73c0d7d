import Foundation
import Testing

@testable import Server

@Suite struct FrameTests {
    private struct Header: Codable, Equatable {
        let name: String
    }

    private func bytes(_ frame: Frame) -> Data { frame.parts.reduce(Data(), +) }

    private func prefix(_ headerBytes: UInt32, _ bodyBytes: UInt64) -> Data {
        var data = Data()
        withUnsafeBytes(of: headerBytes.littleEndian) { data.append(contentsOf: $0) }
        withUnsafeBytes(of: bodyBytes.littleEndian) { data.append(contentsOf: $0) }
        return data
    }

    private func append(_ data: Data, to decoder: inout FrameDecoder) {
        data.withUnsafeBytes { decoder.append($0) }
    }

    @Test func wire_isLengthsHeaderBody() throws {
        let frame = try Frame(Header(name: "a"), body: Data([1, 2, 3]))
        #expect(bytes(frame) == prefix(12, 3) + Data(#"{"name":"a"}"#.utf8) + Data([1, 2, 3]))
    }

    @Test(arguments: [1, 2, 7, 12, 13, 1000]) func frames_arriveInPiecesOfAnySize(_ size: Int) throws {
        let frames = [
            try Frame(Header(name: "first"), body: Data(repeating: 7, count: 100)), try Frame(Header(name: "")),
            try Frame(Header(name: "last"), body: Data([0])),
        ]
        let wire = frames.map(bytes).reduce(Data(), +)
        var decoder = FrameDecoder()
        var found: [Frame] = []
        for start in stride(from: 0, to: wire.count, by: size) {
            append(wire[start..<min(start + size, wire.count)], to: &decoder)
            while let frame = try decoder.next() { found.append(frame) }
        }
        #expect(found == frames)
        #expect(try found.map { try $0.header(Header.self).name } == ["first", "", "last"])
    }

    @Test(
        arguments: [
            ((1 << 20) + 1, 0), (1, (1 << 30) + 1), (.max, .max), (0, 1 << 63),
        ] as [(UInt32, UInt64)])
    func lengthsBeyondTheBounds_areRefusedBeforeTheRestArrives(_ lengths: (header: UInt32, body: UInt64)) {
        var decoder = FrameDecoder()
        append(prefix(lengths.header, lengths.body), to: &decoder)
        #expect(throws: Frame.InvalidLength(headerBytes: UInt64(lengths.header), bodyBytes: lengths.body)) {
            try decoder.next()
        }
    }

    @Test func longestLengths_areWaitedFor() throws {
        var decoder = FrameDecoder()
        append(prefix(1 << 20, 1 << 30), to: &decoder)
        #expect(try decoder.next() == nil)
    }

    @Test func headerThatIsTooLong_isNotSent() {
        #expect(throws: Frame.InvalidLength.self) {
            try Frame(Header(name: String(repeating: "a", count: Frame.maximumHeaderBytes)))
        }
    }
}
