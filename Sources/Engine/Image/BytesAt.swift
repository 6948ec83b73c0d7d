import Foundation

// Numbers and parts of foreign bytes. Offsets are checked by the caller.
extension UnsafeRawBufferPointer {
    func bigEndian16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }

    func bigEndian32(at offset: Int) -> UInt32 {
        UInt32(bigEndian16(at: offset)) << 16 | UInt32(bigEndian16(at: offset + 2))
    }

    func littleEndian32(at offset: Int) -> UInt32 { bigEndian32(at: offset).byteSwapped }

    /// Counted from 0 again, unlike a slice.
    subscript(part range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self[range]) }

    /// Where `bytes` stand first; nil where they don't. Takes time in proportion to the whole.
    func firstIndex(of bytes: [UInt8]) -> Int? {
        guard let start = baseAddress, let first = bytes.first else { return nil }
        var position = 0
        while position + bytes.count <= count,
            let found = memchr(start + position, Int32(first), count - bytes.count + 1 - position)
        {
            position = UnsafeRawPointer(found) - start
            if memcmp(found, bytes, bytes.count) == 0 { return position }
            position += 1
        }
        return nil
    }
}
