import Crypto
import Foundation
import Text

/// A model file of a classifier's checkpoint: its class layer becomes the maps.
public struct ModelImport: Sendable {
    /// The model file, read back and found to load.
    public let file: Data
    /// Names of the checkpoint's tensors that are no part of the architecture, in order, without counters of batches.
    public let leftOut: [String]

    /// - Parameters:
    ///   - checkpoint: a PyTorch checkpoint (zip archive or stream) or a safetensors file, with its class layer.
    ///   - name: the checkpoint's file name, for messages and provenance.
    ///   - architecture: one of `Architectures`.
    ///   - outputStride: nil takes `Architecture.usualStride`.
    ///   - classes: in the order of the class layer, without a background.
    /// - Throws: `ModelError` naming the tensor that is missing, of another shape or of unusable values.
    public init(
        _ checkpoint: Data, name: String, architecture: String, outputStride: Int? = nil, classes: [String]
    ) throws {
        let architecture = try Architectures.required(architecture, file: name)
        let tensors = CheckpointTensors(try tensorSource(checkpoint, file: name), architecture: architecture)
        try CheckpointFit(tensors, .whole).require()
        let digest = SHA256.hash(data: checkpoint).hexDigits
        let score = LabelingOptions.customaryBackgroundScore
        let description = ModelDescription(
            architecture: architecture.name, outputStride: outputStride ?? architecture.usualStride, classes: classes,
            normalisation: architecture.preprocessing,
            backgroundScore: ModelDescription.BackgroundScore(binomial: score, none: score), mapMaximum: nil,
            provenance: ModelDescription.Provenance(
                data: "imported from \(name), SHA-256 \(digest)", split: "as the checkpoint's", method: "import-model",
                seed: "", metrics: [:], licence: "as the checkpoint's"))
        (file, leftOut) = try Model.packed(tensors, description: description, matrices: .float32)
    }
}

extension Architecture {
    /// Fine enough for maps, and no slower than need be: 16 where there is a choice.
    var usualStride: Int { outputStrides.contains(16) ? 16 : outputStrides[0] }
}

extension Architectures {
    /// - Throws: for a name that is none's.
    static func required(_ name: String, file: String) throws(ModelError) -> any Architecture {
        guard let architecture = named(name) else {
            throw ModelError(
                file: file, tensor: nil, reason: "no architecture is called \(name.shown); known are \(names)")
        }
        return architecture
    }
}
