import Foundation

/// The image files of one directory, found by name with or without extension.
struct ImageFolder {
    let path: String
    private let files: Set<String>
    /// Image files by name without extension, in alphabetical order.
    private let byStem: [String: [String]]

    init(_ path: String) throws(InvalidDataSet) {
        do {
            files = Set(try FileManager.default.contentsOfDirectory(atPath: path))
        } catch {
            throw InvalidDataSet(what: path, problems: ["can't be listed: \(error.localizedDescription)"])
        }
        self.path = path
        byStem = Dictionary(grouping: files.filter { ImageFolder.stem($0) != $0 }.sorted(), by: ImageFolder.stem)
    }

    /// The name without an image's extension. Other dots belong to the name, as in "scan.2".
    static func stem(_ name: String) -> String {
        guard let dot = name.lastIndex(of: "."),
            ImageFormat.fileExtensions.contains(name[name.index(after: dot)...].lowercased())
        else { return name }
        return String(name[..<dot])
    }

    /// The file called `name`, else the one image file called `name` but for its extension.
    /// - Throws: `NotFound`, whose description completes a sentence that begins with the image's name.
    func file(_ name: String) throws(NotFound) -> String {
        if files.contains(name) { return "\(path)/\(name)" }
        let candidates = byStem[ImageFolder.stem(name), default: []]
        guard let first = candidates.first else {
            throw NotFound(description: "no file of that name (or with .jpg, .jpeg, .png) in \(path)")
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
