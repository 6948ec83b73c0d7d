/// An operation as it is defined, for which there is no faster step: one member runs it over planes.
struct PlainStep: Step {
    let inputs: [NetworkGraph.Value]
    let output: NetworkGraph.Value
    let outputChannels: Int
    private let node: NetworkGraph.Node
    private let ranks: [Int]
    private let inputChannels: [Int]
    private let parameters: [Tensor]
    private let kernels: BlockedKernels

    /// - Parameter ranks: of the inputs.
    init(
        _ node: NetworkGraph.Node, output: NetworkGraph.Value, ranks: [Int], channels: (inputs: [Int], output: Int),
        from source: some ParameterSource, kernels: BlockedKernels
    ) throws(ModelError) {
        (self.node, self.output, self.ranks, inputs) = (node, output, ranks, node.inputs)
        (inputChannels, outputChannels, self.kernels) = (channels.inputs, channels.output, kernels)
        var parameters: [Tensor] = []
        for parameter in node.operation.definition.parameters {
            let name = ParameterTable.name(of: parameter, node: node.name)
            guard let shape = try? Shape(parameter.shape) else { preconditionFailure("the graph was checked") }
            parameters.append(Tensor(shape, try source.floats(ofGraph: name, shape: parameter.shape)))
        }
        self.parameters = parameters
    }

    func plan(_ sizes: [MapSize], members: Int) -> StepPlan {
        let shapes = sizes.indices.map { input in
            shape(Array([inputChannels[input], sizes[input].height, sizes[input].width].prefix(ranks[input])))
        }
        guard let made = try? node.operation.definition.outputShape(shapes) else {
            preconditionFailure("sizes were checked")
        }
        let size = made.mapSize
        return StepPlan(
            name: "\(node.name) \(outputChannels) at \(size.height)x\(size.width), as defined", output: size,
            multiplyAdds: 0
        ) { call in
            guard call.member.index == 0 else { return }
            let alone = LayerMember(index: 0, count: 1, scratch: call.member.scratch)
            let tensors = zip(zip(call.inputs, inputs), shapes).map { source, shape in
                Tensor(source.0, shape, isImage: source.1 == .image, kernels: kernels)
            }
            let output = node.operation.definition.forward(tensors, parameters)
            call.output.fill(from: output.values, channels: outputChannels, member: alone)
        }
    }

    private func shape(_ extents: [Int]) -> Shape {
        guard let shape = try? Shape(extents) else { preconditionFailure("sizes were checked") }
        return shape
    }
}

extension Shape {
    /// Of [channels, rows, columns]; one pixel of [channels].
    var mapSize: MapSize {
        extents.count == 3 ? MapSize(height: extents[1], width: extents[2]) : MapSize(height: 1, width: 1)
    }
}

extension Tensor {
    /// - Parameters:
    ///   - map: in blocks of channels; the image's is planes already.
    ///   - shape: the map's.
    init(_ map: BlockedMap, _ shape: Shape, isImage: Bool = false, kernels: BlockedKernels) {
        self.init(zeros: shape)
        values.withUnsafeMutableBufferPointer { values in
            guard let target = values.baseAddress else { return }
            if isImage {
                target.update(from: map.pointer, count: values.count)
            } else {
                map.copy(pixels: 0..<map.size.count, to: target, channels: shape.extents[0], kernels: kernels)
            }
        }
    }
}
