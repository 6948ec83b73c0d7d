import Crypto
import Foundation
import Text

/// A training run between two steps: a safetensors file with the parameters, the momentum and the average of the weights,
/// each one block of float32, and what they belong to. A run that goes on from it ends with the same weights as one that
/// was never stopped.
public struct Checkpoint: Sendable {
    public let recipe: Recipe
    public let step: Int
    public let threads: Int
    /// Of the examples' names and labels.
    let data: String
    /// SHA-256 of the backbone file.
    let backbone: String
    let values: [Float]
    let velocity: [Float]
    let average: [Float]
    /// In a round of self-training the weights that made its soft targets.
    let teacher: [Float]?

    private static let maximumTextBytes = 64 << 10

    public init(contentsOf path: String) throws(ModelError) {
        func fail(_ reason: String) -> ModelError { ModelError(file: path, tensor: nil, reason: reason) }
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw fail("can't be read: \(error.localizedDescription)")
        }
        let file = try Safetensors(bytes, file: path)
        guard let text = file.metadata["recipe"], let step = file.metadata["step"].flatMap(Int.init), step >= 0,
            let threads = file.metadata["threads"].flatMap(Int.init), let data = file.metadata["data"],
            let backbone = file.metadata["backbone"],
            // What is written is; anything else would be compared for long.
            [text, data, backbone].allSatisfy({ $0.isASCII && $0.utf8.count <= Checkpoint.maximumTextBytes })
        else { throw fail("is no checkpoint of `pseudolabel train`") }
        do {
            let json = Data(text.utf8)
            if let fault = json.withUnsafeBytes(SafetensorsHeader.fault) { throw fault }
            recipe = try JSONDecoder().decode(Recipe.self, from: json)
        } catch {
            throw fail("its recipe can't be read: written by another version?")
        }
        (self.step, self.threads, self.data, self.backbone) = (step, threads, data, backbone)
        values = try file.floats("values")
        velocity = try file.floats("velocity")
        average = try file.floats("average")
        teacher = file.entries["teacher"] == nil ? nil : try file.floats("teacher")
        guard velocity.count == values.count, average.count == values.count,
            (teacher ?? values).count == values.count
        else {
            throw fail("its blocks differ in size")
        }
    }

    /// The file of a run as it is now.
    static func encoded(
        recipe: Recipe, step: Int, threads: Int, data: String, backbone: String, parameters: ParameterSet,
        state: OptimizerState
    ) throws -> Data {
        var writer = SafetensorsWriter()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        writer.metadata = [
            "recipe": String(decoding: try encoder.encode(recipe), as: UTF8.self), "step": String(step),
            "threads": String(threads), "data": data, "backbone": backbone,
        ]
        for (name, block) in [
            ("values", parameters.values), ("velocity", state.velocity), ("average", state.average),
            ("teacher", state.teacher),
        ] {
            guard let block else { continue }
            writer.append(name, shape: [block.count], values: block.values(block.count), as: .float32)
        }
        return try writer.encoded()
    }

    /// SHA-256 of what a training set says, not of the pictures' bytes.
    static func digest(_ set: TrainingSet) -> String {
        var hash = SHA256()
        for name in set.classes { hash.update(data: Data((name + "\n").utf8)) }
        for example in set.examples { hash.update(data: Data("\(example.name) \(example.labels)\n".utf8)) }
        return hash.finalize().hexDigits
    }
}
