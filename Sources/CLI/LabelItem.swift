import Engine
import Foundation
import Text

/// One image of a `label` run: where it is, what its outputs are called, which classes it has.
struct LabelItem: Sendable {
    let path: String
    /// File name without extension: the outputs' name.
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

    /// All images named, directories replaced by the images in them, in the order of their names.
    /// - Throws: `InvalidList` for a path that does not exist, a directory without images, and two images whose outputs
    ///   would have one name, or labels that are meant for every image and can't be used.
    static func list(_ paths: [String], labels: LabelSource, model: Model) throws -> [LabelItem] {
        var found: [String] = []
        for path in paths {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw InvalidList(description: "\(path): there is no such file or directory")
            }
            if isDirectory.boolValue {
                let inside = try FileManager.default.contentsOfDirectory(atPath: path)
                    .filter(ImageFormat.isImageFile).map { ByteKey($0) }.sorted().map(\.text)
                guard !inside.isEmpty else {
                    throw InvalidList(description: "\(path): no \(ImageFormat.fileExtensionNames) files in it")
                }
                found += inside.map { URL(fileURLWithPath: path).appendingPathComponent($0).path }
            } else {
                found.append(path)
            }
        }
        let byName = Dictionary(grouping: found, by: { ByteKey(LabelsFile.stem($0)) })
        if let clash = byName.filter({ $0.value.count > 1 }).min(by: { $0.key < $1.key }) {
            let paths = clash.value.joined(separator: " and ")
            throw InvalidList(description: "\(paths) would both be written as \(clash.key).png; label them in two runs")
        }
        let same = try sameLabels(labels, model: model)
        return found.map { path in
            LabelItem(
                path: path, name: LabelsFile.stem(path), labels: itemLabels(path, labels, same: same, model: model))
        }
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
        _ path: String, _ source: LabelSource, same: [Int]?, model: Model
    ) -> Result<[Int]?, Failure> {
        switch source {
        case .same: return .success(same)
        case .predicted: return .success(nil)
        case .file(let file):
            guard let line = file.line(of: path) else {
                return .failure(Failure(description: "the labels file has no line for it"))
            }
            do {
                return .success(try model.classIndices(ofTexts: [line.text]))
            } catch {
                return .failure(Failure(description: "\(error) (line \(line.number) of the labels file)"))
            }
        }
    }
}
