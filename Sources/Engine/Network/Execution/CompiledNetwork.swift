/// A network for labelling: a graph's layers as steps, with their weights packed for the kernels of this processor.
/// Immutable; any number of threads may run it, each call with a workspace of its own.
final class CompiledNetwork: Sendable {
    let kernels: BlockedKernels
    let inputChannels: Int
    let steps: [any Step]
    /// The values that a pass returns.
    let outputs: [NetworkGraph.Value]

    /// - Parameters:
    ///   - outputs: names of the graph's outputs that a pass returns, all of them maps.
    ///   - source: of the parameters.
    /// - Throws: for parameters that are missing or unusable, and for a graph that can't run on an image of `usualShapes`.
    /// - Precondition: the graph has these outputs, and none of them is the image.
    init(
        _ graph: NetworkGraph, outputs: [String] = [NetworkGraph.Output.maps], from source: some ParameterSource,
        kernels: BlockedKernels = .active
    ) throws(ModelError) {
        self.kernels = kernels
        inputChannels = graph.inputChannels
        let values = outputs.map { name in
            guard let value = graph.outputs[name] else { preconditionFailure("the graph has no output \(name)") }
            return value
        }
        let (layers, made) = Fusion.layers(of: graph, for: values)
        self.outputs = made
        let shapes: [Shape]
        do throws(GraphFault) {
            shapes = try graph.usualShapes()
        } catch {
            throw source.error(nil, "the graph cannot run: \(error)")
        }
        steps = try StepSelection(layers, shapes: shapes, outputs: made, kernels: kernels).steps(source)
    }

    /// Channels of an output.
    func channels(_ output: Int = 0) -> Int {
        steps.last { $0.output == outputs[output] }?.outputChannels ?? inputChannels
    }

    /// Runs the network.
    /// - Parameters:
    ///   - input: [channels, size.height, size.width], normalised as the model says.
    ///   - workspace: buffers; planned for the size if they are not yet.
    ///   - team: threads that share the work of each step.
    /// - Returns: of each output its size and its planes, [channels, height, width].
    func forward(
        _ input: UnsafePointer<Float>, size: MapSize, workspace: PassWorkspace, team: ThreadTeam
    ) -> [(size: MapSize, planes: [Float])] {
        workspace.prepare(self, input: size, members: team.size)
        let source = SharedPointer(input)
        team.run { [self] index in
            for step in steps.indices {
                run(step: step, source.pointer, size: size, workspace: workspace, index: index, members: team.size)
                workspace.barrier.wait()
            }
            let member = workspace.member(index, of: team.size)
            for output in workspace.outputs {
                output.map.copy(
                    pixels: member.share(of: output.map.size.count), to: output.planes.pointer,
                    channels: output.channels, kernels: kernels)
            }
        }
        return workspace.outputs.map { ($0.map.size, $0.planes.values($0.channels * $0.map.size.count)) }
    }

    /// One member's part of one step.
    func run(
        step: Int, _ input: UnsafePointer<Float>, size: MapSize, workspace: PassWorkspace, index: Int, members: Int
    ) {
        let image = BlockedMap(pointer: UnsafeMutablePointer(mutating: input), size: size, lanes: kernels.lanes)
        workspace.plans[step].run(
            StepCall(
                inputs: workspace.inputs[step].map { $0 ?? image }, output: workspace.maps[step],
                shared: workspace.shared, member: workspace.member(index, of: members), barrier: workspace.barrier))
    }
}

/// A pointer that the members of a team read through while its owner waits for them.
///
/// `@unchecked Sendable`: nobody writes to the memory during the run.
private struct SharedPointer: @unchecked Sendable {
    let pointer: UnsafePointer<Float>
    init(_ pointer: UnsafePointer<Float>) { self.pointer = pointer }
}
