/// What one image's forward pass leaves for its backward pass, and the buffers that backward needs: planned for one input
/// size, used by one thread. Maps are channel-blocked; logits are planes, as the losses read them.
///
/// `@unchecked Sendable`: each belongs to one member of the trainer's team.
final class Activations: @unchecked Sendable {
    /// One step's part of both passes.
    struct StepPass {
        let plan: TrainingPlan
        let output: BlockedMap
        /// Of the output; nil where nothing flows back to it.
        let gradient: BlockedMap?
        let inputGradients: [InputGradient?]
    }

    let inputSize: MapSize
    let steps: [StepPass]
    /// What the steps make, by value.
    let maps: [NetworkGraph.Value: BlockedMap]
    let features: BlockedMap
    /// Nil where only the class layer is trained.
    let featureGradient: BlockedMap?
    /// [class channels, cells]
    let logits: FloatBuffer
    let logitGradient: FloatBuffer
    let scratch: FloatBuffer
    private let buffers: [FloatBuffer]

    /// Size of the class maps.
    var gridSize: MapSize { features.size }

    /// - Parameter trainsTrunk: whether there will be backward passes through the trunk.
    init(_ trunk: TrainableTrunk, classChannels: Int, inputSize: MapSize, trainsTrunk: Bool = true) {
        self.inputSize = inputSize
        let lanes = trunk.kernels.lanes
        var sizes = [NetworkGraph.Value.image: inputSize]
        var maps: [NetworkGraph.Value: BlockedMap] = [:]
        var buffers: [FloatBuffer] = []
        let plans = trunk.steps.map { step in
            let plan = step.plan(step.inputs.map { sizes[$0]! })
            sizes[step.output] = plan.output
            let made = BlockedMap.allocated(channels: step.outputChannels, size: plan.output, lanes: lanes)
            maps[step.output] = made.map
            buffers += plan.kept + [made.buffer]
            return plan
        }
        func floats(_ value: NetworkGraph.Value) -> Int {
            BlockedMap.floats(channels: trunk.channels(value), size: sizes[value]!, lanes: lanes)
        }
        let gradients =
            trainsTrunk
            ? GradientPlan(
                trunk.steps.map { ($0.inputs, $0.passedOn, $0.output) }, from: trunk.features, floats: floats) : nil
        let gradientBuffers = (gradients?.floats ?? []).map(FloatBuffer.init(count:))
        func map(_ buffer: Int, _ value: NetworkGraph.Value) -> BlockedMap {
            gradientBuffers[buffer].map(sizes[value]!, lanes: lanes)
        }
        steps = zip(trunk.steps.indices, plans).map { index, plan in
            let (step, gradient) = (trunk.steps[index], gradients?.steps[index])
            return StepPass(
                plan: plan, output: maps[step.output]!, gradient: gradient.map { map($0.output, step.output) },
                inputGradients: zip(step.inputs.indices, step.inputs).map { position, value in
                    gradient?.inputs[position].map { InputGradient(map: map($0.buffer, value), adds: $0.adds) }
                })
        }
        self.maps = maps
        features = maps[trunk.features]!
        featureGradient = gradients.map { map($0.seed, trunk.features) }
        logits = FloatBuffer(count: classChannels * features.size.count)
        logitGradient = FloatBuffer(count: logits.count)
        scratch = FloatBuffer(count: plans.map(\.scratch).max() ?? 0)
        self.buffers = buffers + gradientBuffers
    }

    /// The image's planes as steps take them.
    func image(_ planes: UnsafePointer<Float>, lanes: Int) -> BlockedMap {
        BlockedMap(pointer: UnsafeMutablePointer(mutating: planes), size: inputSize, lanes: lanes)
    }

    /// Bytes held.
    var bytes: Int {
        (buffers + [logits, logitGradient, scratch]).reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride
    }
}
