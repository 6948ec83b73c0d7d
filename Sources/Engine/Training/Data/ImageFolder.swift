import Foundation
import Text

/// The image files of one directory, found by name with or without extension.
struct ImageFolder {
    let path: String
    private let files: Set<ByteKey>
    /// Image files by name without extension, in alphabetical order.
    private let byStem: [ByteKey: [String]]

    init(_ path: String) throws(InvalidDataSet) {
        let names: [ByteKey]
        do {
            names = (try FileManager.default.contentsOfDirectory(atPath: path)).map { ByteKey($0) }
        } catch {
            throw InvalidDataSet(what: path, problems: [FileFault.words(of: error, listing: path)])
        }
        self.path = path
        files = Set(names)
        byStem = Dictionary(
            grouping: names.filter { ImageFormat.fileExtension(of: $0.text) != nil }.sorted().map(\.text),
            by: { ByteKey(ImageFolder.stem($0)) })
    }

    /// The name without an image's extension. Other dots belong to the name, as in "scan.2".
    static func stem(_ name: String) -> String {
        ImageFormat.stem(of: name)
    }

    /// The file called `name`, else the one image file called `name` but for its extension.
    /// - Throws: `NotFound`, whose description completes a sentence that begins with the image's name.
    func file(_ name: String) throws(NotFound) -> String {
        if files.contains(ByteKey(name)) { return "\(path)/\(name)" }
        let candidates = byStem[ByteKey(ImageFolder.stem(name)), default: []]
        guard let first = candidates.first else {
            throw NotFound(description: "no file of that name (or with \(ImageFormat.fileExtensionNames)) in \(path)")
        }
        guard candidates.count == 1 else {
            throw NotFound(
                description: "could be \(candidates.joined(separator: " or ")) in \(path); list it with its extension")
        }
        return "\(path)/\(first)"
    }

    struct NotFound: Error, CustomStringConvertible {
        let description: String
    }
}
