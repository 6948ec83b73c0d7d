import Engine
import Foundation
import TestSupport
import Testing

@testable import CLI

/// A folder of pictures and a folder for what `label` makes of them.
struct LabelRunFixture {
    /// Options under which a small picture is labelled in milliseconds.
    static let fast = ["--scales", "1", "--no-flip", "--refinement", "none"]

    let pictures: TemporaryDirectory
    let out: TemporaryDirectory

    init() throws {
        pictures = try TemporaryDirectory()
        out = try TemporaryDirectory()
    }

    /// - Parameter names: `a.jpg`, `b.png`; each JPEG another file.
    @discardableResult
    func add(_ names: String...) throws -> [String] {
        try names.map { name in
            let bytes = name.hasSuffix("png") ? try Picture.png.bytes : try Picture.jpeg(comment: name)
            return try pictures.write(bytes, name)
        }
    }

    /// Runs `label` over the folder, or over `images`.
    func label(_ arguments: String..., images: [String]? = nil) throws -> CommandResult {
        let images = images ?? [pictures.path]
        return try pseudolabel(["label"] + images + ["--out", out.path] + LabelRunFixture.fast + arguments)
    }

    func mask(_ name: String) throws -> IndexMask { try VOCPNG.decode(try out.data("SegmentationClass/\(name).png")) }

    func results() throws -> [COCOResult] {
        try JSONDecoder().decode([COCOResult].self, from: try out.data("coco.json"))
    }

    func manifest() throws -> [ManifestLine] {
        try out.data("manifest.jsonl").split(separator: UInt8(ascii: "\n"))
            .map { try JSONDecoder().decode(ManifestLine.self, from: $0) }
    }

    /// What is written for `names`, but for the manifest and `coco.json`.
    static func pictureFiles(_ names: String...) -> [String] {
        names.flatMap { ["SegmentationClass/\($0).png", "overlays/\($0).png"] }.sorted()
    }
}
