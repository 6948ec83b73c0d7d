/// A node without parameters as it is defined, in plain loops: what no other step of a network in training fits.
struct PlainTraining: TrainableStep {
    let inputs: [NetworkGraph.Value]
    let output: NetworkGraph.Value
    let outputChannels: Int
    let layers: [TrainedLayer] = []
    private let operation: NodeOperation
    private let inputChannels: [Int]
    private let kernels: BlockedKernels

    /// Nil for a node with parameters, and for one that reads or makes no maps.
    init?(_ node: NetworkGraph.Node, output: NetworkGraph.Value, shapes: [Shape], kernels: BlockedKernels) {
        let read = node.inputs.map { shapes[$0.rawValue] }
        guard node.operation.definition.parameters.isEmpty,
            (read + [shapes[output.rawValue]]).allSatisfy({ $0.extents.count == 3 })
        else { return nil }
        (inputs, self.output, operation, self.kernels) = (node.inputs, output, node.operation, kernels)
        (inputChannels, outputChannels) = (read.map { $0.extents[0] }, shapes[output.rawValue].extents[0])
    }

    func pack() {}

    func plan(_ sizes: [MapSize]) -> TrainingPlan {
        let shapes = zip(inputChannels, sizes).map(Self.shape)
        guard let made = try? operation.definition.outputShape(shapes) else {
            preconditionFailure("sizes were checked")
        }
        return TrainingPlan(output: made.mapSize) { call in
            fill(call.output, operation.definition.forward(tensors(call.inputs, shapes), []))
        } backward: { call in
            let slopes = operation.definition.backward(
                tensors(call.inputs, shapes), [], output: Tensor(call.output, made, kernels: kernels),
                gradient: Tensor(call.gradient, made, kernels: kernels))
            for (index, target) in call.inputGradients.enumerated() {
                guard let target else { continue }
                let slope = slopes.inputs[index] ?? Tensor(zeros: shapes[index])
                let before = target.adds ? Tensor(target.map, shapes[index], kernels: kernels) : nil
                fill(target.map, before.map { $0 + slope } ?? slope)
            }
        }
    }

    private static func shape(_ channels: Int, _ size: MapSize) -> Shape {
        guard let shape = try? Shape([channels, size.height, size.width]) else {
            preconditionFailure("sizes were checked")
        }
        return shape
    }

    private func fill(_ map: BlockedMap, _ tensor: Tensor) {
        map.fill(
            from: tensor.values, channels: tensor.shape.extents[0],
            member: LayerMember(index: 0, count: 1, scratch: map.pointer))
    }

    private func tensors(_ maps: [BlockedMap], _ shapes: [Shape]) -> [Tensor] {
        maps.indices.map { Tensor(maps[$0], shapes[$0], isImage: inputs[$0] == .image, kernels: kernels) }
    }
}
