import Crypto
import Foundation
import Text

/// A public checkpoint's weights as one safetensors file that training starts from: float32, the names of the public
/// checkpoints, every tensor that the architecture needs and the classifier, if there is one.
public struct BackboneImport: Sendable {
    /// The file. Its metadata are `architecture`, `normalisation` (JSON), `source` (the checkpoint's file name) and
    /// `source_sha256`.
    public let file: Data
    /// Tensors written.
    public let tensorCount: Int
    /// Names of the checkpoint's tensors that are no part of the architecture, in order, without counters of batches.
    public let leftOut: [String]
    /// SHA-256 of the checkpoint, 64 hex digits.
    public let sourceDigest: String

    /// Over this, a checkpoint is refused before it is read.
    public static let maximumFileBytes = Model.maximumFileBytes

    /// - Parameters:
    ///   - checkpoint: a PyTorch checkpoint (zip archive or stream) or a safetensors file. Names may start with
    ///     `module.`, as a data-parallel model's do; the classifier may be called `_fc` or `fc`.
    ///   - name: the checkpoint's file name, for messages and metadata.
    /// - Throws: `ModelError` naming the tensor that is missing, of another shape or of unusable values.
    public init(_ checkpoint: Data, name: String, architecture: EfficientNetLite) throws {
        let source = try tensorSource(checkpoint, file: name)
        let shapes = source.shapes
        var sourceNames = try BackboneImport.plainNames(shapes.keys, file: name)
        var writer = SafetensorsWriter()
        var count = 0

        func add(_ tensor: String, _ shape: [Int]) throws(ModelError) {
            guard let sourceName = sourceNames.removeValue(forKey: tensor) else {
                let examples = shapes.keys.sorted().prefix(3).map(\.shown).joined(separator: ", ")
                throw ModelError(
                    file: name, tensor: tensor,
                    reason: "missing, and \(architecture.name) needs it; the file has names such as \(examples)")
            }
            guard let found = shapes[sourceName], found == shape else {
                throw ModelError(
                    file: name, tensor: tensor,
                    reason: "has shape \(shapes[sourceName] ?? []), \(architecture.name) needs \(shape)")
            }
            let values = try source.floats(sourceName)
            if tensor.hasSuffix(".running_var"), values.contains(where: { $0 < 0 }) {
                throw ModelError(file: name, tensor: tensor, reason: "holds a negative variance")
            }
            writer.append(tensor, shape: shape, values: values, as: .float32)
            count += 1
        }
        for tensor in architecture.backboneTensors { try add(tensor.name, tensor.shape) }
        if let weight = sourceNames["_fc.weight"].flatMap({ shapes[$0] }) {
            let classes = weight.first ?? 0
            let head = [classes, EfficientNetLite.headChannels]
            try add("_fc.weight", weight.count == 4 ? head + [1, 1] : head)
            if sourceNames["_fc.bias"] != nil { try add("_fc.bias", [classes]) }
        }

        sourceDigest = SHA256.hash(data: checkpoint).hexDigits
        writer.metadata = try BackboneImport.metadata(architecture, source: name, digest: sourceDigest)
        file = try writer.encoded()
        tensorCount = count
        leftOut = sourceNames.values.filter { !$0.hasSuffix(".num_batches_tracked") }.map(\.shown).sorted()
    }

    /// Names without `module.`, the classifier as `_fc`, to the names in the file.
    private static func plainNames(_ names: some Sequence<String>, file: String) throws(ModelError) -> [String: String]
    {
        var plain: [String: String] = [:]
        for name in names {
            var short = name.hasPrefix("module.") ? String(name.dropFirst(7)) : name
            if short.hasPrefix("fc.") { short = "_" + short }
            guard plain.updateValue(name, forKey: short) == nil else {
                throw ModelError(file: file, tensor: short.shown, reason: "is there twice, with and without a prefix")
            }
        }
        return plain
    }

    private static func metadata(
        _ architecture: EfficientNetLite, source: String, digest: String
    ) throws -> [String: String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let normalisation = try encoder.encode(EfficientNetLite.imageNetNormalisation)
        return [
            "architecture": architecture.name, "normalisation": String(decoding: normalisation, as: UTF8.self),
            "source": source, "source_sha256": digest,
        ]
    }
}
