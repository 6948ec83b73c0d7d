/// A CAM network for labelling: the layers of `Network` with their weights packed for the kernels of this processor.
/// Immutable; any number of threads may run it, each call with a workspace of its own.
final class BlockedNetwork: Sendable {
    let classCount: Int
    let stride: Int
    let kernels: BlockedKernels
    let blocks: [BlockedResidual]
    let head: BlockedDense
    let classifier: BlockedDense

    /// - Precondition: the first block has no expansion, as in all of the family.
    init(_ network: Network, kernels: BlockedKernels = .active) {
        self.kernels = kernels
        classCount = network.classCount
        stride = network.stem.stride
        blocks = network.blocks.enumerated().map { index, block in
            precondition((block.expand == nil) == (index == 0))
            return BlockedResidual(
                source: block.expand.map { .expand(BlockedDense($0, kernels: kernels)) }
                    ?? .stem(BlockedStem(network.stem, kernels: kernels)),
                depthwise: BlockedDepthwise(block.depthwise, kernels: kernels),
                project: BlockedDense(block.project, kernels: kernels), hasResidual: block.hasResidual && index > 0)
        }
        head = BlockedDense(network.head, kernels: kernels)
        classifier = BlockedDense(network.classifier, kernels: kernels)
    }

    /// Runs the network.
    /// - Parameters:
    ///   - input: [3, size.height, size.width], normalised as the model says.
    ///   - workspace: buffers; planned for the size if they are not yet.
    ///   - team: threads that share the work of each layer.
    /// - Returns: the logits' size, and [classes, height, width] of them.
    func forward(
        _ input: UnsafePointer<Float>, size: MapSize, workspace: BlockedWorkspace, team: ThreadTeam
    ) -> (size: MapSize, logits: [Float]) {
        workspace.prepare(self, input: size, members: team.size)
        let source = SharedPointer(input)
        team.run { [self] index in
            let member = LayerMember(index: index, count: team.size, scratch: workspace.scratch(of: index))
            run(source.pointer, size: size, workspace: workspace, member: member)
        }
        return (workspace.outputSize, workspace.logits.values(classCount * workspace.outputSize.count))
    }

    func makePass() -> ForwardPass {
        let workspace = BlockedWorkspace()
        return { [self] input, size, team in forward(input, size: size, workspace: workspace, team: team) }
    }

    /// One member's part.
    private func run(
        _ input: UnsafePointer<Float>, size: MapSize, workspace: BlockedWorkspace, member: LayerMember
    ) {
        for step in 0..<steps {
            run(step: step, input, size: size, workspace: workspace, member: member)
            workspace.barrier.wait()
        }
    }

    /// The blocks, and one for head and class layer.
    var steps: Int { blocks.count + 1 }

    /// One member's part of one step. Two trunk buffers alternate between a step's input and output.
    func run(
        step: Int, _ input: UnsafePointer<Float>, size: MapSize, workspace: BlockedWorkspace, member: LayerMember
    ) {
        let plans = workspace.plans
        let (even, odd) = (workspace.trunk.0.pointer, workspace.trunk.1.pointer)
        let source = BlockedMap(
            pointer: step == 0 ? UnsafeMutablePointer(mutating: input) : step % 2 == 0 ? odd : even,
            size: step == 0 ? size : plans[step - 1].output, lanes: kernels.lanes)
        let target = BlockedMap(
            pointer: step % 2 == 0 ? even : odd, size: step < plans.count ? plans[step].output : source.size,
            lanes: kernels.lanes)
        let shared = (workspace.shared.0.pointer, workspace.shared.1.pointer)
        if step < blocks.count {
            blocks[step].run(
                source, into: target, plan: plans[step], shared: shared, member: member, barrier: workspace.barrier)
        } else {
            classify(source, into: target, shared: shared, workspace: workspace, member: member)
        }
    }

    private func classify(
        _ input: BlockedMap, into scores: BlockedMap,
        shared: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>), workspace: BlockedWorkspace,
        member: LayerMember
    ) {
        BlockedChunks(
            blocks: head.blocks, atOnce: workspace.headBlocks, member: member, barrier: workspace.barrier
        ).run(shared: shared, into: scores, residual: nil, classifier) { blocks, target in
            head.run(
                input.part(), channels: 0..<head.inputChannels, start: .bias, output: target, outputBlock: input.block,
                outputRow: input.row, blocks: blocks, rows: input.size.height, width: input.size.width)
        }
        // A member turns the pixels that it summed itself.
        scores.copy(
            pixels: member.share(of: scores.size.count), to: workspace.logits.pointer, channels: classCount,
            kernels: kernels)
    }
}

/// Runs a network with buffers of its own, for one caller at a time.
/// - Parameters: the input, [3, height, width], normalised as the model says; its size; threads that share the work.
/// - Returns: the logits' size, and [classes, height, width] of them, before any pooling.
typealias ForwardPass = (UnsafePointer<Float>, MapSize, ThreadTeam) -> (size: MapSize, logits: [Float])

/// A pointer that the members of a team read through while its owner waits for them.
///
/// `@unchecked Sendable`: nobody writes to the memory during the run.
private struct SharedPointer: @unchecked Sendable {
    let pointer: UnsafePointer<Float>
    init(_ pointer: UnsafePointer<Float>) { self.pointer = pointer }
}
