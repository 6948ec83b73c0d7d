import Foundation

/// A small reader of tar archives (IEEE Std 1003.1), which checks what a tolerant one passes over.
struct TarReader {
    struct Entry: Equatable {
        let path: String
        let content: Data
        let modified: Int
    }

    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var entries: [Entry] = []

    init(_ archive: Data) throws {
        let archive = [UInt8](archive)
        var place = 0
        var longPath: String?
        func text(_ range: Range<Int>) -> String {
            String(decoding: archive[range].prefix { $0 != 0 }, as: UTF8.self)
        }
        func number(_ range: Range<Int>) throws -> Int {
            let digits = text(range).trimmingCharacters(in: .whitespaces)
            guard let value = Int(digits, radix: 8) else { throw Malformed(description: "no octal number: \(digits)") }
            return value
        }
        guard archive.count % 512 == 0 else { throw Malformed(description: "\(archive.count) bytes are no blocks") }
        while true {
            guard place + 1024 <= archive.count else { throw Malformed(description: "no end of the archive") }
            let block = archive[place..<place + 512]
            if block.allSatisfy({ $0 == 0 }) {
                guard place + 1024 == archive.count, archive[place...].allSatisfy({ $0 == 0 }) else {
                    throw Malformed(description: "the archive goes on after its end")
                }
                return
            }
            let sum = block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
            guard try number(place + 148..<place + 156) == sum else { throw Malformed(description: "wrong checksum") }
            guard text(place + 257..<place + 263) == "ustar" else { throw Malformed(description: "no ustar header") }
            let name = text(place..<place + 100)
            let size = try number(place + 124..<place + 136)
            let modified = try number(place + 136..<place + 148)
            let kind = archive[place + 156]
            let padded = (size + 511) / 512 * 512
            guard place + 512 + padded <= archive.count else { throw Malformed(description: "\(name) is cut off") }
            let content = Data(archive[place + 512..<place + 512 + size])
            guard archive[place + 512 + size..<place + 512 + padded].allSatisfy({ $0 == 0 }) else {
                throw Malformed(description: "no zeros after \(name)")
            }
            place += 512 + padded
            if kind == UInt8(ascii: "x") {
                longPath = try TarReader.path(in: content)
            } else {
                entries.append(Entry(path: longPath ?? name, content: content, modified: modified))
                longPath = nil
            }
        }
    }

    private static func path(in record: Data) throws -> String {
        let text = String(decoding: record, as: UTF8.self)
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, Int(parts[0]) == record.count, parts[1].hasPrefix("path="), text.hasSuffix("\n") else {
            throw Malformed(description: "the extended header is \(text)")
        }
        return String(parts[1].dropFirst(5).dropLast())
    }

    subscript(path: String) -> Data? { entries.first { $0.path == path }?.content }
}
