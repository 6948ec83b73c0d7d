import ArgumentParser
import Engine
import Foundation
import Text

struct PackModel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack-model",
        abstract: "Make a model file of a checkpoint's weights and a description.",
        discussion: """
            The description is JSON with the members architecture, output_stride, classes, normalisation, \
            background_score and provenance; Models/default.json is one. Weights keep the tensor names of the public \
            PyTorch checkpoints and are stored in half precision.
            """)

    @Argument(help: "Weights: a safetensors file.") var weights: String
    @Option(help: "Description: a JSON file.") var description: String
    @Option(help: "Model file to write.") var out: String

    func run() throws {
        let text = try Data(contentsOf: URL(fileURLWithPath: description))
        let described: ModelDescription
        do {
            if let fault = text.withUnsafeBytes(ModelDescription.fault(inJSON:)) { throw fault }
            described = try JSONDecoder().decode(ModelDescription.self, from: text)
        } catch {
            throw ValidationError("\(description) is no description of a model: \(FileFault.text(of: error))")
        }
        for (index, name) in described.classes.enumerated() {
            guard let fault = ClassName.faultOfNew(name) else { continue }
            throw ValidationError("\(description): class \(index + 1), \(fault)")
        }
        let data = try Data(contentsOf: URL(fileURLWithPath: weights))
        let packed = try Model.pack(weights: data, file: weights, description: described)
        try packed.write(to: URL(fileURLWithPath: out), options: .atomic)
        Terminal.note("\(out): \(packed.count) bytes")
    }
}
