/// How the bytes of a text file become its characters.
public enum TextEncoding: String, CaseIterable, Sendable {
    case utf8 = "utf-8"
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"
    /// ISO 8859-1: each byte is the scalar of its value.
    case latin1 = "latin-1"
    /// What spreadsheets on Windows call ANSI in western Europe: Latin-1 with letters and marks in 0x80...0x9F.
    case windows1252 = "windows-1252"

    /// The encoding of a name as people write it: in any case, and by other names that are common.
    public init?(name: String) {
        guard name.utf8.count <= 32 else { return nil }
        switch name.lowercased() {
        case "utf-8", "utf8": self = .utf8
        // Without a byte order mark, which is obeyed first, programs of today mean little-endian.
        case "utf-16", "utf16", "utf-16le", "utf16le": self = .utf16LittleEndian
        case "utf-16be", "utf16be": self = .utf16BigEndian
        case "latin-1", "latin1", "iso-8859-1", "iso8859-1": self = .latin1
        case "windows-1252", "cp1252", "ansi": self = .windows1252
        default: return nil
        }
    }

    /// What the mark at a file's beginning says of it, and how many bytes the mark takes; nil where there is none.
    static func marked(_ bytes: [UInt8]) -> (encoding: TextEncoding, mark: Int)? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        return nil
    }

    /// Scalars of the bytes 0x80...0x9F in Windows-1252; 0 for the five that stand for nothing.
    static let windows1252Marks: [UInt16] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
        0x0178,
    ]
}
