import Foundation
import Text

/// The images of one directory, found by name with or without extension.
struct ImageFolder {
    let path: String
    /// Paths relative to the directory, without extension.
    let stems: [String]
    /// What was passed over when the directory was listed.
    let directory: ImageDirectory
    private let missing: MissingImages
    /// All files, whatever they are.
    private let files: Set<ByteKey>
    /// Image files by name without extension, in the order of their names.
    private let byStem: [ByteKey: [String]]
    /// Image files in folders below, by the last part of their names without extension.
    private let byBareName: [ByteKey: [String]]

    /// - Parameters:
    ///   - recursive: whether a bare name may be that of an image in a folder below.
    ///   - names: those that will be looked for: paths among them are found in any case.
    init(_ path: String, recursive: Bool = false, names: [String] = []) throws(InvalidDataSet) {
        let hasPaths = names.contains { RelativePath.normalised($0).utf8.contains(UInt8(ascii: "/")) }
        do throws(ImageDirectory.Unlistable) {
            directory = try ImageDirectory(path, recursive: recursive || hasPaths)
        } catch {
            throw InvalidDataSet(what: path, problems: [error.description])
        }
        self.path = path
        missing = MissingImages(directory)
        let images = directory.files.map(\.name)
        files = Set((images + directory.others).map { ByteKey($0) })
        byStem = Dictionary(grouping: images, by: { ByteKey(ImageName.stem($0)) })
        stems = directory.files.map(\.stem)
        byBareName = recursive ? ImageName.byBareName(images, stem: ImageName.stem) : [:]
    }

    struct Found {
        let path: String
        /// Relative to the directory, without extension.
        let stem: String
    }

    /// The file called `name`, else the one image called `name` but for its extension, else the one in a folder below.
    /// - Throws: `NotFound`, whose description completes a sentence that begins with the image's name.
    func file(_ name: String) throws(NotFound) -> Found {
        let name = RelativePath.normalised(name)
        if let fault = RelativePath.fault(in: name) { throw NotFound(description: fault) }
        if files.contains(ByteKey(name)) { return found(name) }
        let stem = ByteKey(ImageName.stem(name))
        let candidates = byStem[stem] ?? byBareName[stem] ?? []
        guard let first = candidates.first else {
            let reason =
                missing.reason(name)
                ?? "no file of that name (or with an image's extension) in \(path)"
            throw NotFound(description: reason)
        }
        guard candidates.count == 1 else {
            throw NotFound(
                description: "could be \(candidates.joined(separator: " or ")) in \(path); list it by its whole name")
        }
        return found(first)
    }

    private func found(_ name: String) -> Found { Found(path: directory.path(of: name), stem: ImageName.stem(name)) }

    struct NotFound: Error, CustomStringConvertible {
        let description: String
    }
}
