import Foundation
import Text

/// What is in one folder of a disk, read without Foundation, which repairs names that are not UTF-8 and then finds
/// nothing under them.
struct FolderListing {
    struct Entry {
        /// Bytes that are not UTF-8 as `\xE9`.
        let name: String
        let isUTF8: Bool
        let isLink: Bool
        /// Of what a link leads to.
        let kind: Kind

        var isHidden: Bool { name.utf8.first == UInt8(ascii: ".") }
    }

    enum Kind {
        case file(bytes: Int)
        case folder(FileIdentity)
        /// A pipe, socket or device.
        case special
        /// A link to nothing, or what can't be looked at: `errno`.
        case unreachable(Int32)
    }

    struct Unlistable: Error {
        let path: String
        /// `errno`
        let code: Int32

        /// Why, as words that follow on the path and a colon.
        var words: String {
            let isFile = code == ENOTDIR && FileManager.default.fileExists(atPath: path)
            return isFile ? "is a file, not a directory" : FileFault.words(code)
        }
    }

    /// In the order of their names' bytes.
    let entries: [Entry]

    init(_ path: String) throws(Unlistable) {
        guard let folder = opendir(path) else { throw Unlistable(path: path, code: errno) }
        defer { closedir(folder) }
        var entries: [Entry] = []
        while true {
            errno = 0
            guard let record = readdir(folder) else {
                guard errno == 0 else { throw Unlistable(path: path, code: errno) }
                break
            }
            let name = UnsafeRawPointer(record).advanced(by: MemoryLayout<dirent>.offset(of: \.d_name) ?? 0)
                .assumingMemoryBound(to: CChar.self)
            if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { continue }
            entries.append(FolderListing.entry(name, in: dirfd(folder)))
        }
        self.entries = entries.sorted { $0.name.precedesBytes(of: $1.name) }
    }

    private static func entry(_ name: UnsafePointer<CChar>, in folder: Int32) -> Entry {
        let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name))
        let text = String(validating: bytes, as: UTF8.self)
        var status = stat()
        var code = fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno
        let isLink = code == 0 && status.st_mode & S_IFMT == S_IFLNK
        if isLink { code = fstatat(folder, name, &status, 0) == 0 ? 0 : errno }
        let kind: Kind =
            if code != 0 {
                .unreachable(code)
            } else {
                switch status.st_mode & S_IFMT {
                case S_IFREG: .file(bytes: Int(status.st_size))
                case S_IFDIR: .folder(FileIdentity(status))
                default: .special
                }
            }
        return Entry(name: text ?? escaped(bytes), isUTF8: text != nil, isLink: isLink, kind: kind)
    }

    /// Two names that differ stay two: nothing is replaced by one character.
    private static func escaped(_ bytes: UnsafeRawBufferPointer) -> String {
        bytes.map { byte in
            byte < 0x80 ? String(UnicodeScalar(byte)) : "\\x" + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
