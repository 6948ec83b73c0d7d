/// One tensor that training changes.
struct Parameter: Sendable, Equatable {
    /// As in the public PyTorch checkpoints.
    let name: String
    let shape: [Int]
    let role: Role
    /// Of its first float in a `ParameterSet`'s block, and in every gradient's.
    let offset: Int

    var count: Int { shape.reduce(1, *) }
    var range: Range<Int> { offset..<offset + count }

    /// What the optimizer treats alike.
    enum Role: Sendable {
        /// A pretrained convolution's weights.
        case weight
        /// Gain of a batch norm.
        case scale
        /// Shift of a batch norm.
        case bias
        /// Weights that start from random numbers.
        case new
    }
}

/// All tensors of a network in training: what changes lies in one block of floats, so that gradients, momentum and
/// averages are blocks of the same layout; the statistics of frozen batch norms lie beside it.
///
/// `@unchecked Sendable`: changed by one optimizer step at a time, while nothing reads.
final class ParameterSet: @unchecked Sendable {
    let parameters: [Parameter]
    let values: FloatBuffer
    /// Running means and variances by tensor name.
    let statistics: [String: [Float]]
    private let indexByName: [String: Int]

    var count: Int { values.count }

    init(
        _ tensors: [(name: String, shape: [Int], role: Parameter.Role, values: [Float])], statistics: [String: [Float]]
    ) {
        var parameters: [Parameter] = []
        var offset = 0
        for tensor in tensors {
            precondition(tensor.values.count == tensor.shape.reduce(1, *))
            parameters.append(Parameter(name: tensor.name, shape: tensor.shape, role: tensor.role, offset: offset))
            // Each starts on a cache line of its own.
            offset += (tensor.values.count + 15) / 16 * 16
        }
        let values = FloatBuffer(count: offset)
        for (parameter, tensor) in zip(parameters, tensors) {
            tensor.values.withUnsafeBufferPointer {
                (values.pointer + parameter.offset).update(from: $0.baseAddress!, count: $0.count)
            }
        }
        self.values = values
        self.parameters = parameters
        self.statistics = statistics
        indexByName = Dictionary(uniqueKeysWithValues: parameters.enumerated().map { ($0.element.name, $0.offset) })
    }

    /// - Precondition: the set has the parameter.
    subscript(_ name: String) -> Parameter { parameters[indexByName[name]!] }

    func pointer(_ name: String) -> UnsafeMutablePointer<Float> { values.pointer + self[name].offset }

    /// A copy of one tensor out of `block`, which has the set's layout.
    func floats(_ parameter: Parameter, in block: FloatBuffer) -> [Float] {
        Array(UnsafeBufferPointer(start: block.pointer + parameter.offset, count: parameter.count))
    }
}
