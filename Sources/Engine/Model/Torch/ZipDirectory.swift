import Foundation
import Text

/// Where the entries of a zip archive lie (APPNOTE.TXT 6.3, sections 4.3 and 4.5.3), as `torch.save` writes them: one
/// disk, no comment, nothing compressed or encrypted, zip64 where numbers need it.
///
/// Checksums are left alone: PyTorch may be told not to compute them.
struct ZipDirectory {
    /// An entry's bytes in the file, by the entry's name.
    let entries: [ByteKey: Range<Int>]

    static let maximumEntries = 100_000
    private static let endBytes = 22
    private static let end64LocatorBytes = 20

    init(_ data: Data, file: String) throws(ModelError) {
        let directory = try ZipDirectory.locate(in: data, file: file)
        var cursor = ByteCursor(data, directory.range, file: file)
        var entries: [ByteKey: Range<Int>] = [:]
        var claimed: [Range<Int>] = []
        for _ in 0..<directory.count {
            let entry = try Entry(&cursor)
            let content = try entry.content(in: data, before: directory.range.lowerBound, file: file)
            guard entries.updateValue(content, forKey: ByteKey(entry.name)) == nil else {
                throw cursor.fault("zip entry \(entry.name.shown) is there twice")
            }
            claimed.append(entry.offset..<content.upperBound)
        }
        guard cursor.remaining == 0 else { throw cursor.fault("the zip directory is longer than its entries") }
        claimed.sort { $0.lowerBound < $1.lowerBound }
        for (one, next) in zip(claimed, claimed.dropFirst()) where one.upperBound > next.lowerBound {
            throw cursor.fault("two zip entries overlap at byte \(next.lowerBound)")
        }
        self.entries = entries
    }

    /// The central directory and how many entries it says to have.
    private static func locate(in data: Data, file: String) throws(ModelError) -> (range: Range<Int>, count: Int) {
        let end = data.count - endBytes
        var cursor = ByteCursor(data, max(0, end)..<data.count, file: file)
        guard end >= 0, try cursor.number(UInt32.self) == 0x0605_4b50 else {
            throw cursor.fault("does not end as a zip archive of torch.save does; truncated file?")
        }
        let disks = (try cursor.number(UInt16.self), try cursor.number(UInt16.self))
        _ = try cursor.number(UInt16.self)
        var count = UInt64(try cursor.number(UInt16.self))
        var size = UInt64(try cursor.number(UInt32.self))
        var offset = UInt64(try cursor.number(UInt32.self))
        guard disks == (0, 0), try cursor.number(UInt16.self) == 0 else {
            throw cursor.fault("the zip archive has several disks or a comment, which torch.save does not write")
        }
        var limit = end
        if count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff {
            limit = try end64(in: data, before: end, file: file)
            var cursor = ByteCursor(data, limit..<end, file: file)
            guard try cursor.number(UInt32.self) == 0x0606_4b50 else {
                throw cursor.fault("the zip64 end record is missing")
            }
            _ = try cursor.take(28)  // size and versions, disks, entries on this disk
            count = try cursor.number()
            size = try cursor.number()
            offset = try cursor.number()
        }
        guard offset <= UInt64(limit), size <= UInt64(limit) - offset else {
            throw cursor.fault("the zip directory lies outside the file")
        }
        guard count <= UInt64(maximumEntries), count <= size / UInt64(Entry.fixedBytes) else {
            throw cursor.fault("a zip directory of \(size) bytes cannot have \(count) entries, or they are too many")
        }
        return (Int(offset)..<Int(offset + size), Int(count))
    }

    /// Offset of the zip64 end record.
    private static func end64(in data: Data, before end: Int, file: String) throws(ModelError) -> Int {
        let start = end - end64LocatorBytes
        var cursor = ByteCursor(data, max(0, start)..<end, file: file)
        guard start >= 0, try cursor.number(UInt32.self) == 0x0706_4b50 else {
            throw cursor.fault("the zip64 locator is missing")
        }
        _ = try cursor.number(UInt32.self)
        let offset = try cursor.number(UInt64.self)
        guard offset <= UInt64(start) else { throw cursor.fault("the zip64 end record lies outside the file") }
        return Int(offset)
    }
}

extension ZipDirectory {
    /// One entry of the central directory.
    private struct Entry {
        static let fixedBytes = 46

        let name: String
        let size: Int
        /// Of its local header.
        let offset: Int

        init(_ cursor: inout ByteCursor) throws(ModelError) {
            guard try cursor.number(UInt32.self) == 0x0201_4b50 else {
                throw cursor.fault("no zip directory entry at byte \(cursor.position - 4)")
            }
            _ = try cursor.take(4)  // versions
            let flags = try cursor.number(UInt16.self)
            let method = try cursor.number(UInt16.self)
            _ = try cursor.take(8)  // time, date, checksum
            var stored = UInt64(try cursor.number(UInt32.self))
            var size = UInt64(try cursor.number(UInt32.self))
            let nameBytes = try cursor.number(UInt16.self)
            let extraBytes = try cursor.number(UInt16.self)
            let commentBytes = try cursor.number(UInt16.self)
            _ = try cursor.take(8)  // disk, attributes
            var offset = UInt64(try cursor.number(UInt32.self))
            let name = try cursor.text(nameBytes)
            var extra = try cursor.part(extraBytes)
            _ = try cursor.take(commentBytes)

            while extra.remaining >= 4 {
                let kind = try extra.number(UInt16.self)
                var field = try extra.part(try extra.number(UInt16.self))
                guard kind == 1 else { continue }
                // zip64: in this order, and only those that do not fit.
                if size == 0xffff_ffff { size = try field.number() }
                if stored == 0xffff_ffff { stored = try field.number() }
                if offset == 0xffff_ffff { offset = try field.number() }
            }
            guard method == 0, flags & 1 == 0 else {
                throw cursor.fault(
                    "zip entry \(name.shown) is compressed or encrypted (method \(method)), which torch.save never "
                        + "does; save the checkpoint again with torch.save")
            }
            guard stored == size, let bytes = Int(exactly: size), let header = Int(exactly: offset) else {
                throw cursor.fault("zip entry \(name.shown) has impossible sizes")
            }
            self.name = name
            self.size = bytes
            self.offset = header
        }

        /// Where the entry's bytes lie: behind its local header, which must be of the same entry.
        func content(in data: Data, before end: Int, file: String) throws(ModelError) -> Range<Int> {
            guard offset <= end else {
                throw ModelError(file: file, tensor: nil, reason: "zip entry \(name.shown) lies outside the file")
            }
            var cursor = ByteCursor(data, offset..<end, file: file)
            guard try cursor.number(UInt32.self) == 0x0403_4b50 else {
                throw cursor.fault("zip entry \(name.shown) has no local header")
            }
            _ = try cursor.take(4)  // version, flags
            let method = try cursor.number(UInt16.self)
            _ = try cursor.take(16)  // time, date, checksum, sizes: zero where a descriptor follows the data
            let nameBytes = try cursor.number(UInt16.self)
            let extraBytes = try cursor.number(UInt16.self)
            guard method == 0, try cursor.text(nameBytes).equalsBytes(of: name) else {
                throw cursor.fault("zip entry \(name.shown) differs from its local header")
            }
            _ = try cursor.take(extraBytes)
            return try cursor.take(size)
        }
    }
}
