/// The layers of a graph up to some of its values, forward and back: of one image on one thread, its weights refilled from
/// the parameters after each step.
struct TrainableTrunk: Sendable {
    let steps: [any TrainableStep]
    let kernels: BlockedKernels
    /// What backward begins with.
    let features: NetworkGraph.Value
    /// Other values that are read.
    let taps: [NetworkGraph.Value]
    /// By value of the graph.
    private let shapes: [Shape]

    /// - Parameters:
    ///   - taps: values that are read beside the features.
    ///   - parameters: of the graph, as far as the features need them.
    /// - Throws: for a graph that can't be trained.
    init(
        _ graph: NetworkGraph, features: NetworkGraph.Value, taps: [NetworkGraph.Value] = [],
        parameters: ParameterSet, kernels: BlockedKernels = .active
    ) throws(GraphFault) {
        let (layers, made) = Fusion.layers(of: graph, for: [features] + taps)
        (self.features, self.taps, self.kernels) = (made[0], Array(made[1...]), kernels)
        shapes = try graph.usualShapes()
        steps = try TrainableSelection(
            layers, outputs: made, shapes: shapes, parameters: parameters, kernels: kernels
        ).steps()
        pack()
    }

    func channels(_ value: NetworkGraph.Value) -> Int { shapes[value.rawValue].extents[0] }

    /// Of all steps in their order.
    var layers: [FoldedLayer] { steps.flatMap { $0.layers.map(\.folded) } }

    /// Takes over the layers' weights as they are now, each member of a team its share.
    func pack(member: Int = 0, of members: Int = 1) {
        for index in stride(from: member, to: steps.count, by: members) { steps[index].pack() }
    }

    /// - Parameter input: planes of `activations.inputSize`, normalised.
    func forward(_ input: UnsafePointer<Float>, _ activations: Activations) {
        let image = activations.image(input, lanes: kernels.lanes)
        for (step, pass) in zip(steps, activations.steps) {
            pass.plan.forward(
                ForwardCall(
                    inputs: step.inputs.map { activations.maps[$0] ?? image }, output: pass.output,
                    scratch: activations.scratch.pointer))
        }
    }

    /// - Parameters:
    ///   - input: what `forward` read.
    ///   - activations: with the gradient of the features, which is used up.
    ///   - sums: added to.
    func backward(_ input: UnsafePointer<Float>, _ activations: Activations, _ sums: LayerGradients) {
        let image = activations.image(input, lanes: kernels.lanes)
        for index in steps.indices.reversed() {
            let (step, pass) = (steps[index], activations.steps[index])
            guard let gradient = pass.gradient else { continue }
            pass.plan.backward(
                BackwardCall(
                    inputs: step.inputs.map { activations.maps[$0] ?? image }, output: pass.output,
                    gradient: gradient, inputGradients: pass.inputGradients, sums: sums.steps[index],
                    scratch: activations.scratch.pointer))
            for position in step.passedOn {
                guard let target = pass.inputGradients[position] else { continue }
                if target.adds {
                    target.map.add(gradient, channels: step.outputChannels)
                } else if target.map.pointer != gradient.pointer {
                    target.map.copy(gradient, channels: step.outputChannels)
                }
            }
        }
    }
}

extension BlockedMap {
    private func floats(channels: Int) -> Int { BlockedMap.floats(channels: channels, size: size, lanes: lanes) }

    /// Adds another map of the same size.
    func add(_ other: BlockedMap, channels: Int) {
        for index in 0..<floats(channels: channels) { pointer[index] += other.pointer[index] }
    }

    /// Takes over another map of the same size.
    func copy(_ other: BlockedMap, channels: Int) {
        pointer.update(from: other.pointer, count: floats(channels: channels))
    }
}

extension FloatBuffer {
    /// A map that begins where the buffer does.
    func map(_ size: MapSize, lanes: Int) -> BlockedMap { BlockedMap(pointer: pointer, size: size, lanes: lanes) }
}
