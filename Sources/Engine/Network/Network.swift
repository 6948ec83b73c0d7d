/// A CAM network layer by layer: EfficientNet-Lite trunk, then one 1x1 convolution to class logits, *before* any pooling.
/// What the packed networks that label pictures (`BlockedNetwork`) and are trained (`TrainableTrunk`) are made of and held to.
///
/// Immutable; any number of threads may run it, each call with a workspace of its own.
public struct Network: Sendable {
    public let architecture: EfficientNetLite
    /// Input pixels a cell of the output map: 8, 16 or 32.
    public let outputStride: Int
    public let classCount: Int
    let stem: Convolution
    let blocks: [InvertedResidual]
    let head: PointwiseConvolution
    let classifier: PointwiseConvolution

    /// Runs the network.
    /// - Parameters:
    ///   - input: [3, size.height, size.width], normalised as the model says.
    ///   - workspace: buffers; planned for the size if they are not yet.
    ///   - team: threads that share the work of each layer.
    /// - Returns: a view of the workspace's output buffers.
    func forward(
        _ input: UnsafePointer<Float>, size: MapSize, workspace: NetworkWorkspace, team: ThreadTeam
    ) -> NetworkOutput {
        workspace.prepare(self, input: size, members: team.size)
        let barrier = workspace.barrier
        let source = SharedPointer(input)
        team.run { index in
            let member = LayerMember(index: index, count: team.size, scratch: workspace.scratch(of: index))
            run(source.pointer, size: size, workspace: workspace, member: member, barrier: barrier)
        }
        return workspace.output
    }

    /// One member's part. Two trunk buffers alternate between a block's input and output; a barrier stands wherever
    /// the next layer reads what another member wrote.
    private func run(
        _ input: UnsafePointer<Float>, size: MapSize, workspace: NetworkWorkspace, member: LayerMember,
        barrier: SpinBarrier
    ) {
        var current = workspace.trunk.0.pointer
        var next = workspace.trunk.1.pointer
        var size = size
        stem.forward(input, size: size, into: current, member: member)
        size = stem.outputSize(size)
        barrier.wait()
        for block in blocks {
            var expanded = UnsafePointer(current)
            if let expand = block.expand {
                // No barrier after it: a member filters the channels that it expanded itself.
                expand.forward(
                    current, pixels: size.count, residual: nil, into: workspace.expanded.pointer, split: .channels,
                    member: member)
                expanded = UnsafePointer(workspace.expanded.pointer)
            }
            block.depthwise.forward(expanded, size: size, into: workspace.filtered.pointer, member: member)
            barrier.wait()
            let output = block.outputSize(size)
            block.project.forward(
                workspace.filtered.pointer, pixels: output.count, residual: block.hasResidual ? current : nil,
                into: next, split: .longerSide, member: member)
            barrier.wait()
            size = output
            swap(&current, &next)
        }
        head.forward(
            current, pixels: size.count, residual: nil, into: workspace.features.pointer, split: .longerSide,
            member: member)
        barrier.wait()
        classifier.forward(
            workspace.features.pointer, pixels: size.count, residual: nil, into: workspace.logits.pointer,
            split: .longerSide, member: member)
    }
}

/// Runs a network with buffers of its own, for one caller at a time.
/// - Parameters: the input, [3, height, width], normalised as the model says; its size; threads that share the work.
/// - Returns: the logits' size, and [classes, height, width] of them, before any pooling.
typealias ForwardPass = (UnsafePointer<Float>, MapSize, ThreadTeam) -> (size: MapSize, logits: [Float])

/// What a forward pass left in its workspace; valid until the workspace's next use.
struct NetworkOutput {
    let size: MapSize
    let featureBuffer: FloatBuffer
    let logitBuffer: FloatBuffer
    let classCount: Int

    /// A copy, [1280, size.height, size.width], after ReLU6.
    var features: [Float] { featureBuffer.values(EfficientNetLite.headChannels * size.count) }
    /// A copy, [classes, size.height, size.width].
    var logits: [Float] { logitBuffer.values(classCount * size.count) }
}

/// A pointer that the members of a team read through while its owner waits for them.
///
/// `@unchecked Sendable`: nobody writes to the memory during the run.
struct SharedPointer: @unchecked Sendable {
    let pointer: UnsafePointer<Float>
    init(_ pointer: UnsafePointer<Float>) { self.pointer = pointer }
}
