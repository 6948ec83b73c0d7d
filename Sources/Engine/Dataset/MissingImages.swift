import Foundation
import Text

/// Says why images that somebody names are not among those of a directory.
public struct MissingImages: Sendable {
    private let directory: ImageDirectory
    /// Files that are no images, by their names, and by their names up to the last dot, which stands before an extension
    /// that is no image's.
    private let others: [ByteKey: String]

    public init(_ directory: ImageDirectory) {
        self.directory = directory
        var others: [ByteKey: String] = [:]
        for other in directory.others {
            others[ByteKey(other)] = other
            let last = RelativePath.lastPart(of: other)
            guard let dot = last.utf8.lastIndex(of: UInt8(ascii: ".")), dot > last.startIndex else { continue }
            let name = ByteKey(Substring(other.utf8.dropLast(last.utf8.distance(from: dot, to: last.endIndex))))
            if others[name] == nil { others[name] = other }
        }
        self.others = others
    }

    /// As words that follow on the name; nil for what is not there at all.
    /// - Parameter name: relative path as written, with or without extension.
    public func reason(_ name: String) -> String? {
        let path = RelativePath.normalised(name)
        if let other = others[ByteKey(path)] ?? others[ByteKey(ImageName.stem(path))] {
            return "\(other.shown) is there, but is not read: \(unreadable(other))"
        }
        return !directory.isRecursive && isBelow(path) ? "it is in a subfolder, which --recursive takes" : nil
    }

    private func unreadable(_ name: String) -> String {
        guard let head = ImageDirectory.head(of: directory.path(of: name)) else { return FileFault.words(errno) }
        do throws(ImageError) {
            _ = try ImageFormat.require(head)
            return "its name is that of a hidden file, a copy or an unfinished one; rename it"
        } catch {
            return error.description
        }
    }

    /// Whether a path leads to a file in a subfolder.
    private func isBelow(_ name: String) -> Bool {
        guard RelativePath.fault(in: name) == nil, name.utf8.contains(UInt8(ascii: "/")) else { return false }
        let stem = ImageName.stem(name)
        return ([name] + ImageFormat.fileExtensions.map { "\(stem).\($0)" }).contains {
            FileManager.default.fileExists(atPath: directory.path(of: $0))
        }
    }
}
