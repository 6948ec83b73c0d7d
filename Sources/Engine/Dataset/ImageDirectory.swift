import Foundation
import Text

/// The images of a directory: the one listing that `label`, `batch`, `train` and `evaluate` read.
///
/// A file is an image when it has the extension of an image that is read, or when it has another one, or none, and its
/// first bytes are such an image's; unless its name is hidden or says that it is a copy or unfinished. Whatever is passed
/// over is counted (`leftOut`).
public struct ImageDirectory: Sendable {
    public struct File: Sendable, Equatable {
        /// Path relative to the directory.
        public let name: String
        /// Why it can't be read, as words that follow on its name; nil where nothing speaks against it.
        public let fault: String?

        /// What it is called in tables, lists and results.
        public var stem: String { ImageName.stem(name) }
    }

    public let path: String
    /// In the order of their names' bytes.
    public let files: [File]
    public let leftOut: LeftOut
    let isRecursive: Bool
    /// Relative paths of the files that are no images.
    let others: [String]

    /// Why it can't be listed, as words that follow on its path and a colon.
    public struct Unlistable: Error, CustomStringConvertible {
        public let description: String
    }

    /// Files in subfolders that are counted where those are not taken.
    private static let countedBelow = 100_000

    /// - Parameters:
    ///   - recursive: whether to take the images of folders below too.
    ///   - output: the directory of the results: masks in it are no images to label.
    public init(_ path: String, recursive: Bool = false, excluding output: String? = nil) throws(Unlistable) {
        let excluded = output.flatMap { FileIdentity($0) }
        if recursive, let excluded, excluded == FileIdentity(path) {
            throw Unlistable(description: "--recursive would take the masks in --out for images; choose another --out")
        }
        var files: [File] = []
        var others: [String] = []
        var leftOut = LeftOut()
        var walk = FolderWalk(path, isRecursive: recursive, excluding: excluded)
        do throws(FolderListing.Unlistable) {
            try walk.run { name, found in
                switch found {
                case .file(let entry):
                    if let file = ImageDirectory.image(entry, name, in: path) {
                        files.append(file)
                    } else {
                        others.append(name)
                        leftOut.add(ImageDirectory.kind(of: entry))
                    }
                case .passed(.hidden): leftOut.add(.hiddenFolder)
                case .passed(.excluded): leftOut.add(.results)
                case .passed(.notUTF8): leftOut.add(.unreadableName)
                case .passed(.visited): leftOut.add(.repeatedFolder)
                case .passed(.link): leftOut.add(.linkedFolder)
                case .passed(.below): ImageDirectory.count("\(path)/\(name)", into: &leftOut)
                case .unlistable(let error):
                    files.append(File(name: name, fault: "can't be listed: \(error.words)"))
                }
                return true
            }
        } catch {
            throw Unlistable(description: error.words)
        }
        self.path = path
        self.files = files.sorted { $0.name.precedesBytes(of: $1.name) }
        self.others = others
        self.leftOut = leftOut
        isRecursive = recursive
    }

    /// Where one of its files is.
    public func path(of name: String) -> String {
        path.utf8.last == UInt8(ascii: "/") ? path + name : "\(path)/\(name)"
    }

    /// Why there is nothing to do, as words that follow on its path and a colon.
    public var emptiness: String {
        "no \(ImageFormat.names) images in it" + (leftOut.text.map { "; \($0)" } ?? "")
    }

    // MARK: - One file

    /// - Returns: nil for what is no image.
    private static func image(_ entry: FolderListing.Entry, _ name: String, in root: String) -> File? {
        let isNamedAsImage = ImageFormat.isImageFile(entry.name)
        switch entry.kind {
        case .file(let bytes):
            let path = "\(root)/\(name)"
            guard isNamedAsImage else {
                return entry.isUTF8 && bytes > 0 && mayBeImage(entry.name) && isImage(path)
                    ? File(name: name, fault: nil) : nil
            }
            guard entry.isUTF8 else { return File(name: name, fault: "its name is not UTF-8; rename it") }
            if bytes == 0 { return File(name: name, fault: "is empty") }
            let fault = access(path, R_OK) == 0 ? nil : "can't be read: \(FileFault.words(errno))"
            return File(name: name, fault: fault)
        case .unreachable(let code):
            guard isNamedAsImage else { return nil }
            let words = entry.isLink && code == ENOENT ? "it is a link to nothing" : FileFault.words(code)
            return File(name: name, fault: "can't be read: \(words)")
        case .special: return isNamedAsImage ? File(name: name, fault: "is not a file") : nil
        case .folder: return nil
        }
    }

    /// Extensions by which programs tell copies and unfinished files from the file itself.
    private static let copies = [
        "bak", "old", "orig", "tmp", "temp", "swp", "part", "partial", "crdownload", "download",
    ]

    private static func mayBeImage(_ name: String) -> Bool {
        guard name.utf8.first != UInt8(ascii: "."), name.utf8.last != UInt8(ascii: "~") else { return false }
        return fileExtension(of: name).map { !copies.contains($0) } ?? true
    }

    /// By its first bytes.
    private static func isImage(_ path: String) -> Bool { head(of: path).flatMap { ImageFormat.sniff($0) } != nil }

    private static let headBytes = 64

    /// nil where it can't be read. Never waits, whatever has taken the file's place.
    static func head(of path: String) -> Data? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: headBytes)
        let count = read(descriptor, &bytes, bytes.count)
        return count >= 0 ? Data(bytes[..<count]) : nil
    }

    // MARK: - What is passed over

    private static let longestExtension = 12

    /// In lower case, without its dot; nil where a name has none that is worth naming.
    private static func fileExtension(of name: String) -> String? {
        guard let dot = name.utf8.suffix(longestExtension + 1).lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex
        else { return nil }
        let letters = name.utf8[name.utf8.index(after: dot)...]
        // Editors put "~" behind the extension of a copy.
        let word = letters.last == UInt8(ascii: "~") ? letters.dropLast() : letters
        let isWord = word.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        return word.isEmpty || !isWord ? nil : String(decoding: letters, as: UTF8.self).lowercased()
    }

    private static func kind(of entry: FolderListing.Entry) -> LeftOut.Kind {
        if entry.isHidden { return .hiddenFile }
        return fileExtension(of: entry.name).map(LeftOut.Kind.fileExtension) ?? .withoutExtension
    }

    /// Files below a folder that is not entered.
    private static func count(_ folder: String, into leftOut: inout LeftOut) {
        var count = 0
        var walk = FolderWalk(folder, isRecursive: true, followsLinks: false)
        var links = 0
        try? walk.run { _, found in
            switch found {
            case .file(let entry): if !entry.isHidden { count += 1 }
            case .passed(.link): links += 1
            case .passed, .unlistable: break
            }
            return count < countedBelow
        }
        leftOut.add(.inSubfolders, count: count)
        leftOut.add(.linkedFolder, count: links)
        if count == countedBelow { leftOut.hasMoreInSubfolders = true }
    }
}
