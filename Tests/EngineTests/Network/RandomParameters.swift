import TestSupport
import Testing

@testable import Engine

/// Random parameters of a graph, such that its maps neither vanish nor saturate.
struct RandomParameters: ParameterSource {
    private let entries: [ParameterTable.Entry]
    private var values: [String: [Float]]

    init(_ graph: NetworkGraph, seed: UInt64 = 7) {
        var random = SeededRandom(seed: seed)
        func values(_ count: Int, around middle: Float, _ width: Float) -> [Float] {
            (0..<count).map { _ in middle + width * Float.random(in: -1...1, using: &random) }
        }
        entries = ParameterTable(graph).entries
        var made: [String: [Float]] = [:]
        for entry in entries {
            made[entry.name] =
                switch entry.role {
                case .weight:
                    values(
                        entry.count, around: 0, 1.7 * (1.5 * Float(entry.shape[0]) / Float(entry.count)).squareRoot())
                case .gain: values(entry.count, around: 1, 0.2)
                case .shift, .bias: values(entry.count, around: 0, 0.3)
                case .mean: values(entry.count, around: 0, 0.1)
                case .variance: values(entry.count, around: 1, 0.2)
                }
        }
        self.values = made
    }

    func floats(ofGraph name: String, shape: [Int]) throws(ModelError) -> [Float] {
        guard let found = values[name], found.count == shape.reduce(1, *) else { throw error(name, "missing") }
        return found
    }

    func error(_ name: String?, _ reason: String) -> ModelError {
        ModelError(file: "random", tensor: name, reason: reason)
    }

    func interpreter(_ graph: NetworkGraph) throws(ModelError) -> GraphInterpreter {
        try GraphInterpreter(graph) { entry throws(ModelError) in try floats(ofGraph: entry.name, shape: entry.shape) }
    }

    /// A checkpoint of them.
    func file() throws -> Safetensors {
        var writer = SafetensorsWriter()
        for entry in entries {
            writer.append(entry.name, shape: entry.shape, values: values[entry.name] ?? [], as: .float32)
        }
        return try Safetensors(try writer.encoded(), file: "random")
    }

    /// With one parameter's floats moved.
    func moved(_ name: String, by difference: [Float]) -> RandomParameters {
        var moved = self
        moved.values[name] = values[name].map { zip($0, difference).map { $0 + $1 } }
        return moved
    }

    static func input(_ size: MapSize) -> [Float] {
        var random = SeededRandom(seed: 3)
        return (0..<3 * size.count).map { _ in Float.random(in: -1...1, using: &random) }
    }
}

func relativeDifference(_ values: [Float], _ expected: [Float]) -> Float {
    guard values.count == expected.count else { return .infinity }
    let scale = expected.reduce(0) { max($0, abs($1)) }
    return zip(values, expected).reduce(0) { max($0, ($1.0 - $1.1).magnitude / scale) }
}
