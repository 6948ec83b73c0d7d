import Crypto
import Engine
import Foundation
import Synchronization
import Text

/// The directory that a `label` run writes.
///
/// Every file is written whole or not at all: under `.unfinished` first, which a killed run leaves behind and the next
/// one clears away. `manifest.jsonl` gets an image's line after its files, so an image with a line is finished; a line
/// that a kill cut short does not count.
///
/// `@unchecked Sendable`: `manifest` and `finished` are only touched under `lock`.
final class LabelOutput: @unchecked Sendable {
    /// Why the directory can't be written.
    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    private let root: URL
    private let unfinished: URL
    private let format: LabelFormat
    private let model: Model
    private let options: LabelingOptions
    private let lock = NSLock()
    private let manifest: FileHandle
    private var finished: [ByteKey: ManifestLine] = [:]

    init(directory: String, format: LabelFormat, model: Model, options: LabelingOptions) throws {
        root = URL(fileURLWithPath: directory)
        unfinished = root.appendingPathComponent(".unfinished")
        self.format = format
        self.model = model
        self.options = options
        for folder in [""] + LabelOutput.folders(format).map(\.name) {
            try OutputFolder.create(folder.isEmpty ? directory : root.appendingPathComponent(folder).path)
        }
        let path = root.appendingPathComponent("manifest.jsonl")
        if !FileManager.default.fileExists(atPath: path.path) { try Data().write(to: path) }
        manifest = try FileHandle(forUpdating: path)
        // Held until the process ends, however it does.
        guard flock(manifest.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw Unusable(
                description: "\(directory): another run is writing there; wait for it, or choose another --out")
        }
        try? FileManager.default.removeItem(at: unfinished)
        try FileManager.default.createDirectory(at: unfinished, withIntermediateDirectories: false)
        let old = try Data(contentsOf: path)
        let decoder = JSONDecoder()
        for line in old.split(separator: UInt8(ascii: "\n")) {
            // The last line of an image counts: it may have been labelled again with other options.
            if let entry = try? LabelOutput.entry(line, decoder) { finished[ByteKey(entry.name)] = entry }
        }
        try manifest.seekToEnd()
        if let last = old.last, last != UInt8(ascii: "\n") { try manifest.write(contentsOf: Data("\n".utf8)) }
    }

    /// A line of the manifest, which somebody may have changed.
    private static func entry(_ line: Data, _ decoder: JSONDecoder) throws -> ManifestLine {
        try line.withUnsafeBytes { try JSONScan.check($0, maximumDepth: 32) }
        return try decoder.decode(ManifestLine.self, from: line)
    }

    /// What holds a file an image.
    private struct Folder {
        let name: String
        let format: LabelFormat
        let fileExtension: String

        static let masks = Folder(name: "SegmentationClass", format: .voc, fileExtension: "png")
        static let overlays = Folder(name: "overlays", format: .overlay, fileExtension: "png")
        static let maps = Folder(name: "maps", format: .maps, fileExtension: StoredMaps.fileExtension)
    }

    private static func folders(_ format: LabelFormat) -> [Folder] {
        [.masks, .overlays, .maps].filter { format.includes($0.format) }
    }

    /// Of the files that are written for each image, each once.
    static func fileExtensions(_ format: LabelFormat) -> [String] {
        Set(folders(format).map(\.fileExtension)).sorted()
    }

    private func file(_ folder: Folder, _ name: String) -> URL {
        root.appendingPathComponent(folder.name).appendingPathComponent("\(name).\(folder.fileExtension)")
    }

    /// Whether the image was labelled before with the same content, labels, options, model and pipeline, and its files are
    /// there.
    func isFinished(_ item: LabelItem, sha256: String, labels: [Int]?) -> Bool {
        lock.lock()
        let line = finished[ByteKey(item.name)]
        lock.unlock()
        guard let line, line.sha256.equalsBytes(of: sha256), line.model.equalsBytes(of: model.digest),
            line.revision == Pipeline.revision, line.options == options,
            line.labels.map({ $0.map(ByteKey.init) })
                == labels.map({ $0.map { ByteKey(model.description.classes[$0]) } })
        else { return false }
        return LabelOutput.folders(format).allSatisfy {
            FileManager.default.fileExists(atPath: file($0, item.name).path)
        }
    }

    func write(
        _ labeling: Labeling, maps: ClassMaps?, image: @autoclosure () throws -> RGBImage, of item: LabelItem,
        sha256: String, labels: [Int]?
    ) throws {
        if format.includes(.voc) { try write(labeling.maskPNG, to: file(.masks, item.name)) }
        if format.includes(.maps), let maps { try write(StoredMaps.encode(maps), to: file(.maps, item.name)) }
        if format.includes(.overlay) {
            let mask = try VOCPNG.decode(labeling.maskPNG, maximumPixels: labeling.width * labeling.height)
            let overlay = Overlay.render(image: try image(), mask: mask)
            try write(PNGEncoder.rgb(overlay), to: file(.overlays, item.name))
        }
        let line = ManifestLine(
            labeling, name: item.name, sha256: sha256, model: model, labels: labels, options: options)
        let encoded = try json(line) + Data("\n".utf8)
        lock.lock()
        defer { lock.unlock() }
        do { try manifest.write(contentsOf: encoded) } catch { throw unwritten("manifest.jsonl", error) }
        finished[ByteKey(item.name)] = line
    }

    private func unwritten(_ name: String, _ error: any Error) -> Unusable {
        Unusable(
            description: "\(root.appendingPathComponent(name).path) can't be written: \(FileFault.words(of: error))")
    }

    private func json(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    /// Numbers unfinished files: images in two folders may have one name.
    private let written = Atomic(0)

    private func write(_ bytes: Data, to file: URL) throws {
        let temporary = unfinished.appendingPathComponent("\(written.add(1, ordering: .relaxed).oldValue)")
        try bytes.write(to: temporary)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        guard rename(temporary.path, file.path) == 0 else {
            throw Unusable(description: "\(file.path) can't be written: \(FileFault.words(errno))")
        }
    }

    /// Writes what sums up all images.
    func finish() throws {
        defer { try? FileManager.default.removeItem(at: unfinished) }
        guard format.includes(.coco) else { return }
        let ids = COCOImageIDs(finished.values.lazy.map(\.name))
        let entries = finished.values.sorted { $0.name.precedesBytes(of: $1.name) }
            .flatMap { $0.cocoResults(ids.id(of: $0.name)) }
        try write(try json(entries), to: root.appendingPathComponent("coco.json"))
    }
}
