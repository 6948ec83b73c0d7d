import Crypto
import Foundation

/// A public checkpoint's weights as one safetensors file that training starts from: float32, the names of the
/// architecture's graph, every tensor of the trunk and the classifier, if there is one.
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
    ///   - checkpoint: a PyTorch checkpoint (zip archive or stream) or a safetensors file.
    ///   - name: the checkpoint's file name, for messages and metadata.
    ///   - architecture: one of `Architectures`.
    /// - Throws: `ModelError` naming the tensor that is missing, of another shape or of unusable values.
    public init(_ checkpoint: Data, name: String, architecture: String) throws {
        let architecture = try Architectures.required(architecture, file: name)
        let tensors = CheckpointTensors(try tensorSource(checkpoint, file: name), architecture: architecture)
        try CheckpointFit(tensors, .trunk).require()
        var entries = try architecture.parameters(of: .trunk, in: tensors)
        entries += try architecture.classLayerParameters(of: tensors)
        var writer = SafetensorsWriter()
        for entry in entries {
            writer.append(entry.name, shape: entry.shape, values: try tensors.floats(entry), as: .float32)
        }
        sourceDigest = SHA256.hash(data: checkpoint).hexDigits
        writer.metadata = try BackboneImport.metadata(architecture, source: name, digest: sourceDigest)
        file = try writer.encoded()
        tensorCount = entries.count
        leftOut = tensors.leftOut(by: Set(entries.map(\.name)))
    }

    private static func metadata(
        _ architecture: any Architecture, source: String, digest: String
    ) throws -> [String: String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let normalisation = try encoder.encode(architecture.preprocessing)
        return [
            "architecture": architecture.name, "normalisation": String(decoding: normalisation, as: UTF8.self),
            "source": source, "source_sha256": digest,
        ]
    }
}

extension Architecture {
    /// Of the classifier in a checkpoint, as it is there; none where it has none.
    func classLayerParameters(of tensors: CheckpointTensors) throws(GraphFault) -> [ParameterTable.Entry] {
        guard let rows = tensors.shape("\(classLayer).weight")?.first else { return [] }
        let graph = try graph(
            outputStride: outputStrides[0], classes: rows, bias: tensors.has("\(classLayer).bias"))
        return ParameterTable(graph).entries.filter(isOfClassLayer)
    }
}
