import Crypto
import Foundation
import Text

/// A training run between two steps: a safetensors file with the parameters, the momentum and the average of the weights,
/// each one block of float32, and what they belong to. A run that goes on from it ends with the same weights as one that
/// was never stopped.
public struct Checkpoint: Sendable {
    public let recipe: Recipe
    public let threads: Int
    /// Of the examples' names and labels.
    let data: String
    /// SHA-256 of the backbone file.
    let backbone: String
    /// Name and shape of each parameter, in the order of the blocks.
    let parameters: [String]
    let state: TrainingState
    /// Where the run would go back to, if that is an earlier step.
    let good: TrainingState?
    let recoveries: [Recovery]
    let best: BestWeights?

    public var step: Int { state.step }

    private static let maximumTextBytes = 64 << 10

    init(
        recipe: Recipe, threads: Int, data: String, backbone: String, parameters: [String], state: TrainingState,
        good: TrainingState?,
        recoveries: [Recovery], best: BestWeights?
    ) {
        (self.recipe, self.threads, self.data, self.backbone) = (recipe, threads, data, backbone)
        self.parameters = parameters
        (self.state, self.good, self.recoveries, self.best) = (state, good, recoveries, best)
    }

    public init(contentsOf path: String) throws(ModelError) {
        func fail(_ reason: String) -> ModelError { ModelError(file: path, tensor: nil, reason: reason) }
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw fail("can't be read: \(FileFault.words(of: error))")
        }
        let file = try Safetensors(bytes, file: path)
        func text(_ key: String) throws(ModelError) -> String {
            // What is written is; anything else would be compared for long.
            guard let text = file.metadata[key], text.isASCII, text.utf8.count <= Checkpoint.maximumTextBytes else {
                throw fail("is no checkpoint of `pseudolabel train`, or one of another version: no \(key)")
            }
            return text
        }
        func decoded<Value: Decodable>(_ type: Value.Type, _ key: String) throws(ModelError) -> Value {
            let json = Data(try text(key).utf8)
            do {
                if let fault = json.withUnsafeBytes(SafetensorsHeader.fault) { throw fault }
                return try JSONDecoder().decode(type, from: json)
            } catch {
                throw fail("its \(key) can't be read: written by another version?")
            }
        }
        guard let threads = Int(try text("threads")) else { throw fail("its threads are no number") }
        self.threads = threads
        (data, backbone) = (try text("data"), try text("backbone"))
        parameters = try decoded([String].self, "parameters")
        recipe = try decoded(Recipe.self, "recipe")
        recoveries = try decoded([Recovery].self, "recoveries")
        let teacher = file.entries["teacher"] == nil ? nil : FloatBuffer(try file.floats("teacher"))
        state = try TrainingState(
            decoded(TrainingState.Place.self, "state"), in: file, prefix: "", teacher: teacher)
        good =
            file.metadata["good"] == nil
            ? nil
            : try TrainingState(
                decoded(TrainingState.Place.self, "good"), in: file, prefix: "good.",
                teacher: file.entries["good.teacher"] == nil ? teacher : FloatBuffer(try file.floats("good.teacher")))
        best =
            file.metadata["best"] == nil
            ? nil
            : BestWeights(try decoded(BestWeights.Score.self, "best"), values: FloatBuffer(try file.floats("best")))
        let count = state.values.count
        guard
            ([teacher, good?.teacher, best?.values].compactMap(\.self) + state.blocks + (good?.blocks ?? []))
                .allSatisfy({
                    $0.count == count
                })
        else { throw fail("its blocks differ in size") }
        guard state.step >= 0, (good?.step ?? 0) >= 0 else { throw fail("its step is below zero") }
        guard recoveries.count <= Recovery.most, recoveries.allSatisfy(\.isPlausible),
            [state, good].compactMap(\.self).allSatisfy(\.monitor.stepGuard.isPlausible),
            best.map({ (0...1_000_000).contains($0.score.epoch) && (0...1_000_000).contains($0.score.misses) }) ?? true
        else { throw fail("it holds what no run can have written") }
    }

    func encoded() throws -> Data {
        var writer = SafetensorsWriter()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        func json(_ value: some Encodable) throws -> String {
            String(decoding: try encoder.encode(value), as: UTF8.self)
        }
        writer.metadata = [
            "recipe": try json(recipe), "threads": String(threads), "data": data, "backbone": backbone,
            "parameters": try json(parameters),
            "state": try json(state.place), "recoveries": try json(recoveries),
        ]
        state.append(to: &writer, prefix: "")
        if let teacher = state.teacher { writer.append("teacher", teacher) }
        if let good {
            writer.metadata["good"] = try json(good.place)
            good.append(to: &writer, prefix: "good.")
            // Of an earlier round than the state's.
            if let teacher = good.teacher, teacher !== state.teacher { writer.append("good.teacher", teacher) }
        }
        if let best {
            writer.metadata["best"] = try json(best.score)
            writer.append("best", best.values)
        }
        return try writer.encoded()
    }

    /// SHA-256 of what a training set says, not of the images' bytes.
    static func digest(_ set: TrainingSet) -> String {
        var hash = SHA256()
        for name in set.classes { hash.update(data: Data((name + "\n").utf8)) }
        for example in set.examples { hash.update(data: Data("\(example.name) \(example.labels)\n".utf8)) }
        return hash.finalize().hexDigits
    }
}

extension TrainingState {
    /// What a checkpoint's metadata says of a state; the blocks are tensors.
    struct Place: Codable {
        let step: Int
        let monitor: Monitor
    }

    fileprivate var place: Place { Place(step: step, monitor: monitor) }
    fileprivate var blocks: [FloatBuffer] { [values, velocity, average] }

    fileprivate init(
        _ place: Place, in file: Safetensors, prefix: String, teacher: FloatBuffer?
    ) throws(ModelError) {
        self.init(
            step: place.step, values: FloatBuffer(try file.floats(prefix + "values")),
            velocity: FloatBuffer(try file.floats(prefix + "velocity")),
            average: FloatBuffer(try file.floats(prefix + "average")), teacher: teacher, monitor: place.monitor)
    }

    fileprivate func append(to writer: inout SafetensorsWriter, prefix: String) {
        for (name, block) in zip(["values", "velocity", "average"], blocks) { writer.append(prefix + name, block) }
    }
}

extension SafetensorsWriter {
    fileprivate mutating func append(_ name: String, _ block: FloatBuffer) {
        append(name, shape: [block.count], values: block.values(block.count), as: .float32)
    }
}
