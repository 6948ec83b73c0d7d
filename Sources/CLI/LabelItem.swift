import Engine
import Foundation
import Text

/// One image of a `label` run: where it is, what its outputs are called, which classes it has.
struct LabelItem: Sendable {
    let path: String
    /// Path relative to its directory, without extension: the outputs' name.
    let name: String
    /// nil lets the classifier decide; a failure is reported when the image's turn comes, and the rest go on.
    let labels: Result<[Int]?, Failure>

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    enum LabelSource {
        /// Lists of names, as they were given.
        case same([String])
        case file(LabelsFile)
        case predicted
    }

    struct InvalidList: Error, CustomStringConvertible {
        let description: String
    }

    /// An image on its way to an item.
    private struct Found {
        let path: String
        let name: String
        /// Why it can't be read; nil where nothing speaks against it.
        let fault: String?
        /// As it may stand in a labels file beside `name`.
        var givenPath: String?
    }

    /// All images named, directories replaced by the images in them, in the order of their names; and what is worth
    /// saying of the directories.
    /// - Parameters:
    ///   - recursive: whether to take the images of folders below too.
    ///   - output: the directory of the results.
    ///   - extensions: of the files that are written for each image.
    /// - Throws: `InvalidList` for a path that does not exist, a directory without images, and two images whose outputs
    ///   would have one name, or labels that are meant for every image and can't be used.
    static func list(
        _ paths: [String], recursive: Bool, output: String, extensions: [String], labels: LabelSource, model: Model
    ) throws -> (items: [LabelItem], notes: [String]) {
        var found: [Found] = []
        var directories: [ImageDirectory] = []
        for path in paths {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw InvalidList(description: "\(path): there is no such file or directory")
            }
            if isDirectory.boolValue {
                let directory: ImageDirectory
                do {
                    directory = try ImageDirectory(path, recursive: recursive, excluding: output)
                } catch {
                    throw InvalidList(description: "\(path): \(error)")
                }
                guard !directory.files.isEmpty else {
                    throw InvalidList(description: "\(path): \(directory.emptiness)")
                }
                directories.append(directory)
                found += directory.files.map {
                    Found(path: directory.path(of: $0.name), name: $0.stem, fault: $0.fault)
                }
            } else {
                let name = ImageName.stem(RelativePath.lastPart(of: path))
                found.append(Found(path: path, name: name, fault: nil, givenPath: ImageName.stem(path)))
            }
        }
        let byName = Dictionary(grouping: found, by: { ByteKey($0.name) })
        if let clash = byName.filter({ $0.value.count > 1 }).min(by: { $0.key < $1.key }) {
            let paths = clash.value.map(\.path).joined(separator: " and ")
            if Set(clash.value.map { FileIdentity($0.path) }).count == 1 {
                throw InvalidList(description: "\(paths) are one image; give it once")
            }
            throw InvalidList(description: "\(paths) would both be written as \(clash.key).png; label them in two runs")
        }
        if let clash = ResultClash.all(in: found.map(\.name), extensions: extensions).first {
            let paths = [clash.image, clash.below].map { byName[ByteKey($0)]?.first?.path ?? $0 }
            throw InvalidList(description: "\(clash.text(paths[0], paths[1])); label them in two runs")
        }
        let notes = directories.compactMap { directory in
            directory.leftOut.text.map { "\(directory.path): \($0)" }
        }
        let same = try sameLabels(labels, model: model)
        guard case .file(let file) = labels else {
            return (found.map { LabelItem($0, .success(same)) }, notes)
        }
        let match = LabelMatch(file, images: found.map(\.name))
        let items = found.map { image in
            LabelItem(image, itemLabels(image, file, match, model: model))
        }
        // Of several directories none is where a line's image should be.
        return (items, notes + (directories.count == 1 && paths.count == 1 ? match.notes(directories[0]) : []))
    }

    private init(_ found: Found, _ labels: Result<[Int]?, Failure>) {
        (path, name) = (found.path, found.name)
        let fault = found.fault ?? ImageName.fault(of: found.name)
        self.labels = fault.map { .failure(Failure(description: $0)) } ?? labels
    }

    /// nil where images have labels of their own.
    private static func sameLabels(_ source: LabelSource, model: Model) throws -> [Int]? {
        guard case .same(let texts) = source else { return nil }
        do {
            return try model.classIndices(ofTexts: texts)
        } catch {
            throw InvalidList(description: "--labels: \(error)")
        }
    }

    private static func itemLabels(
        _ image: Found, _ file: LabelsFile, _ match: LabelMatch, model: Model
    ) -> Result<[Int]?, Failure> {
        // An image that is given by itself may stand in the file as it was given.
        guard let line = image.givenPath.flatMap({ file.line(of: $0) }) ?? match.line(of: image.name) else {
            return .failure(Failure(description: match.fault(of: image.name)))
        }
        do {
            return .success(try model.classIndices(ofTexts: [line.text]))
        } catch {
            return .failure(Failure(description: "\(error) (line \(line.number) of the labels file)"))
        }
    }
}
