/// What a node does, as it is defined: the shape of its output, its parameters, and both passes in plain loops.
///
/// The loops are the oracle that every fused step is held to, and what runs where no step fits. One file a kind; the
/// registry is `NodeOperation`.
protocol GraphOperation: Sendable, Equatable, Codable {
    /// For people: what it does, in a few words.
    var summary: String { get }
    /// Values that it reads.
    var inputCounts: ClosedRange<Int> { get }
    /// In the order in which `forward` takes them.
    var parameters: [ParameterShape] { get }

    /// Refuses numbers that no operation of its kind can have: a graph may be a file's.
    func check() throws(GraphFault)
    /// - Parameter inputs: as many as `inputCounts` allows.
    func outputShape(_ inputs: [Shape]) throws(GraphFault) -> Shape
    /// - Returns: of `outputShape`.
    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor
    /// - Parameters:
    ///   - output: what `forward` made of the inputs.
    ///   - gradient: of the output.
    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients
}

extension GraphOperation {
    var inputCounts: ClosedRange<Int> { 1...1 }
    var parameters: [ParameterShape] { [] }
    func check() throws(GraphFault) {}

    /// Of inputs that `outputShape` was asked for before.
    func checkedShape(_ inputs: [Tensor]) -> Shape {
        guard let shape = try? outputShape(inputs.map(\.shape)) else { preconditionFailure("shapes were checked") }
        return shape
    }
}

/// Gradients of an operation's inputs and parameters, in their order.
struct OperationGradients {
    /// Nil for an input that nothing flows back to.
    let inputs: [Tensor?]
    /// Statistics of a norm are no function of the loss: theirs are zero.
    var parameters: [Tensor] = []
}

/// One parameter of an operation.
struct ParameterShape: Sendable, Equatable {
    /// Behind the node's name and a dot, as PyTorch names it; empty where the node's name is the parameter's.
    let suffix: String
    let shape: [Int]
    let role: ParameterRole
}

/// What the optimizer and the loading of files treat alike.
package enum ParameterRole: String, Sendable, Codable {
    /// Of a convolution or a matrix.
    case weight
    /// Of a convolution, a matrix or a whole channel.
    case bias
    /// Gain of a norm.
    case gain
    /// Shift of a norm.
    case shift
    /// Running mean of a batch norm: never trained.
    case mean
    /// Running variance of a batch norm: never trained, not negative.
    case variance

    package var isTrained: Bool {
        switch self {
        case .weight, .bias, .gain, .shift: true
        case .mean, .variance: false
        }
    }
}
