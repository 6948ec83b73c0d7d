import ArgumentParser
import Foundation
import Text

/// What a model file says of where it comes from, beyond what the trainer knows.
struct ProvenanceOptions: ParsableArguments {
    @Option(help: "What the data is, for the model's provenance. Default: the labels file's name.") var dataName:
        String?
    @Option(help: "Licence of the weights, for the model's provenance.") var licence = "not stated"
    @Option(help: "Default background score of binomial refinement. Default: that of the maps without refinement.")
    var binomialScore: Float?

    func validate() throws {
        if let binomialScore, !(0...1).contains(binomialScore) {
            throw ValidationError("--binomial-score must be 0 to 1")
        }
    }

    /// - Parameters:
    ///   - digest: SHA-256 of the backbone file.
    ///   - examples: trained on.
    ///   - heldOut: nil where all images were trained on.
    func text(
        data: TrainingDataOptions, backbone: String, digest: String, examples: Int, heldOut: HeldOutJudge?
    ) -> ModelProvenance {
        // Of a stream the name is a number, or says where it came in.
        func name(_ path: String) -> String {
            let isStream = path.startsWithBytes(of: "/dev/") || path.startsWithBytes(of: "/proc/")
            return isStream ? "a stream" : URL(fileURLWithPath: path).lastPathComponent
        }
        return ModelProvenance(
            data:
                "\(dataName ?? name(data.labels)): \(examples) images, image-level labels only; trunk: \(name(backbone)), "
                + "SHA-256 \(digest)",
            split: (data.list.map(name) ?? "all images of \(name(data.labels))")
                + (heldOut.map { " but \($0.count) held-out images (\($0.source))" } ?? ""), licence: licence,
            binomialScore: binomialScore)
    }
}

/// What of a model's description the command line knows.
struct ModelProvenance {
    let data: String
    let split: String
    let licence: String
    /// The default background score of binomial refinement, where one was chosen.
    let binomialScore: Float?
}
