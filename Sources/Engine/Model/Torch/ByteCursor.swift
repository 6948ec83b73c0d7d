import Foundation

/// Reads a part of a file from front to back. Nothing is taken that does not lie inside the part: what a file says of
/// lengths is checked here, before any memory is asked for.
struct ByteCursor {
    /// Of the file, for messages.
    let file: String
    private let data: Data
    private(set) var position: Int
    private let end: Int

    /// - Precondition: `data.startIndex` is 0 and `range` lies inside `data`.
    init(_ data: Data, _ range: Range<Int>, file: String) {
        precondition(data.startIndex == 0 && range.lowerBound >= 0 && range.upperBound <= data.count)
        self.data = data
        self.file = file
        position = range.lowerBound
        end = range.upperBound
    }

    var remaining: Int { end - position }

    func fault(_ reason: String) -> ModelError { ModelError(file: file, tensor: nil, reason: reason) }

    /// Where the next `count` bytes lie in the file; they are passed over.
    mutating func take(_ count: some FixedWidthInteger) throws(ModelError) -> Range<Int> {
        guard count >= 0, let bytes = Int(exactly: count), bytes <= remaining else {
            throw fault("truncated: \(count) bytes are announced at byte \(position), \(remaining) are left")
        }
        defer { position += bytes }
        return position..<position + bytes
    }

    /// The next `count` bytes as a part of their own.
    mutating func part(_ count: some FixedWidthInteger) throws(ModelError) -> ByteCursor {
        ByteCursor(data, try take(count), file: file)
    }

    /// The next bytes as a little-endian number.
    mutating func number<T: FixedWidthInteger>(_: T.Type = T.self) throws(ModelError) -> T {
        let range = try take(MemoryLayout<T>.size)
        return data.withUnsafeBytes {
            T(littleEndian: $0.loadUnaligned(fromByteOffset: range.lowerBound, as: T.self))
        }
    }

    mutating func bytes(_ count: some FixedWidthInteger) throws(ModelError) -> Data {
        Data(data[try take(count)])
    }

    mutating func text(_ count: some FixedWidthInteger) throws(ModelError) -> String {
        let start = position
        guard let text = String(validating: data[try take(count)], as: UTF8.self) else {
            throw fault("the text at byte \(start) is not UTF-8")
        }
        return text
    }

    /// The text before the next line feed, which is passed over too.
    mutating func line() throws(ModelError) -> String {
        guard let feed = data[position..<end].firstIndex(of: 0x0a) else {
            throw fault("truncated: the line at byte \(position) does not end")
        }
        let text = try text(feed - position)
        position += 1
        return text
    }
}
