import Foundation
import Testing

@testable import Engine
@testable import Text

struct TextFileTests {
    private func message(_ bytes: [UInt8]) throws -> String {
        let path = NSTemporaryDirectory() + "text-file-" + UUID().uuidString
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try #require(throws: TextFile.Unreadable.self) { _ = try TextFile.read(path) }.description
    }

    @Test func text_isReadAsItIs() throws {
        let path = NSTemporaryDirectory() + "text-file-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        for text in ["", "a\r\nb", "\u{feff}Käse\u{0}", "🐈\n", String(repeating: "é", count: 70_000)] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            #expect(Array(try TextFile.read(path).utf8) == Array(text.utf8))
        }
    }

    @Test(
        arguments: [
            ([0x61, 0x0A, 0x4B, 0xE4, 0x73, 0x65], "line 2 holds the byte 0xE4, at offset 3"),
            ([0xC3, 0xA4, 0x0D, 0x0A, 0x0D, 0xFF], "line 3 holds the byte 0xFF, at offset 5"),
            ([0x61, 0xE2, 0x82], "line 1 holds the byte 0xE2, at offset 1"),
            ([0xC0, 0x80], "line 1 holds the byte 0xC0, at offset 0"),
            ([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0], "is UTF-32 text"),
            ([0xFF, 0xFE, 0x0A, 0, 0x61, 0, 0x62], "line 2 holds half a character, at offset 6"),
            ([0xFE, 0xFF, 0, 0x61, 0xD8, 0], "line 1 holds half of a surrogate pair, at offset 4"),
        ] as [([UInt8], String)])
    func whatIsNoText_isNamedByItsFirstByte(_ bytes: [UInt8], _ part: String) throws {
        #expect(try message(bytes).contains(part))
    }

    @Test(
        arguments: [
            ([0xFF, 0xFE, 0x4B, 0, 0xE4, 0, 0x3D, 0xD8, 0x08, 0xDC], nil),
            ([0xFE, 0xFF, 0, 0x4B, 0, 0xE4, 0xD8, 0x3D, 0xDC, 8], nil),
            ([0x4B, 0, 0xE4, 0, 0x3D, 0xD8, 0x08, 0xDC], .utf16LittleEndian),
            // The mark knows better.
            ([0xFF, 0xFE, 0x4B, 0, 0xE4, 0, 0x3D, 0xD8, 0x08, 0xDC], .latin1),
            (Array("Kä🐈".utf8), .utf8),
        ] as [([UInt8], TextEncoding?)])
    func otherEncodings_areReadByTheirMarkOrByName(_ bytes: [UInt8], _ encoding: TextEncoding?) throws {
        #expect(try TextFile.text(bytes, encoding: encoding).withoutByteOrderMark.elementsEqual("Kä\u{1F408}"))
    }

    @Test func singleByteEncodings_differInTheirMarks() throws {
        #expect(try TextFile.text([0x4B, 0xE4, 0x80], encoding: .latin1) == "Kä\u{80}")
        #expect(try TextFile.text([0x4B, 0xE4, 0x80], encoding: .windows1252) == "Kä€")
        let error = try #require(throws: TextFile.Unreadable.self) {
            _ = try TextFile.text([0x0A, 0x81], encoding: .windows1252)
        }
        #expect(error.description.contains("line 2 holds the byte 0x81, at offset 1"))
        #expect(TextEncoding(name: "ISO-8859-1") == .latin1 && TextEncoding(name: "ebcdic") == nil)
    }

    @Test(arguments: [
        ("/nonexistent/list", "does not exist"), ("/tmp", "is a directory"),
        ("/dev/null/x", "a part of its path is a file, not a directory"),
        ("/" + String(repeating: "x", count: 300), "its name is too long"),
    ])
    func fileThatCannotBeRead_isToldInWords(_ path: String, _ words: String) throws {
        let error = try #require(throws: TextFile.Unreadable.self) { _ = try TextFile.read(path) }
        #expect(error.description == words)
    }

    @Test func deviceWithoutEnd_isGivenUp() throws {
        let error = try #require(throws: TextFile.Unreadable.self) {
            _ = try TextFile.read("/dev/zero", maximumBytes: 1 << 20)
        }
        #expect(error.description.contains("more than 1048576 bytes"))
    }

    @Test func foundationsErrors_areToldInTheSameWords() throws {
        let missing = try #require(throws: (any Error).self) {
            _ = try Data(contentsOf: URL(fileURLWithPath: "/nonexistent/x"))
        }
        #expect(FileFault.words(of: missing) == "does not exist")
        let folder = try #require(throws: FolderListing.Unlistable.self) { _ = try FolderListing("/dev/null") }
        #expect(folder.words == "is a file, not a directory")
        let full = try #require(throws: (any Error).self) {
            try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full")).write(contentsOf: Data("x".utf8))
        }
        #expect(FileFault.words(of: full) == "no space is left on its disk")
    }
}
