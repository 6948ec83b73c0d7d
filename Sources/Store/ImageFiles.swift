import Foundation

/// Uploaded images as files, one a SHA-256.
///
/// A file is there before its row in the database and gone after it. What a crash leaves between the two is a file
/// without a row; `removeStrays` finds it at the next start.
struct ImageFiles: Sendable {
    private static let temporarySuffix = ".temporary"
    let root: String

    func path(of digest: ContentDigest) -> String {
        "\(root)/\(digest.rawValue.prefix(2))/\(digest.rawValue)"
    }

    /// Whether the image is there in its full length.
    func holds(_ digest: ContentDigest, bytes: Int) -> Bool {
        File.size(path(of: digest)) == bytes
    }

    /// Durable on return: the bytes, the name, and the folder.
    func write(_ bytes: Data, as digest: ContentDigest) throws {
        let path = path(of: digest)
        try File.createDirectory(path.deletingLastPathComponent)
        try File.writeDurably(bytes, to: path, temporary: path + Self.temporarySuffix)
    }

    /// - Parameter bytes: the length that was written.
    /// - Returns: nil when the file is gone.
    /// - Throws: `StoreError.damaged` when its length is another.
    func read(_ digest: ContentDigest, bytes: Int) throws -> Data? {
        let path = path(of: digest)
        guard let size = File.size(path) else { return nil }
        // Compared before anything is allocated.
        guard size == bytes else {
            throw StoreError.damaged(path: path, detail: "\(size) bytes instead of \(bytes)")
        }
        return try File.read(path, count: bytes)
    }

    /// A failure is passed over: the file then counts as a stray at the next start.
    func remove(_ digest: ContentDigest) {
        unlink(path(of: digest))
    }

    /// Removes temporary files and images without a row. Files that this type would not write are left alone.
    ///
    /// - Parameter known: the SHA-256 of all rows that start with these two digits; asked once a folder, so that a
    ///   large store is never listed as a whole.
    func removeStrays(known: (_ prefix: String) throws -> Set<String>) throws {
        for folder in try names(in: root) where folder.utf8.count == 2 {
            let files = try names(in: "\(root)/\(folder)")
            if files.isEmpty { continue }
            let kept = try known(folder)
            for file in files where isOurs(file, folder: folder) && !kept.contains(file) {
                unlink("\(root)/\(folder)/\(file)")
            }
        }
    }

    private func isOurs(_ file: String, folder: String) -> Bool {
        let stem = file.hasSuffix(Self.temporarySuffix) ? String(file.dropLast(Self.temporarySuffix.count)) : file
        return isSHA256Hex(stem) && stem.hasPrefix(folder)
    }

    /// Empty for what is not a directory.
    private func names(in directory: String) throws -> [String] {
        guard let stream = opendir(directory) else {
            if errno == ENOTDIR || errno == ENOENT { return [] }
            throw FileError(path: directory, code: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
                    String(cString: $0)
                }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
