/// All buffers of a pass of `CompiledNetwork`, planned once an input size. Running again at the same size allocates nothing;
/// another size only grows what is too small.
///
/// `@unchecked Sendable`: used by one pass at a time; its members write to parts of their own.
final class PassWorkspace: @unchecked Sendable {
    struct Output {
        let map: BlockedMap
        let channels: Int
        let planes: FloatBuffer
    }

    /// Of each step.
    private(set) var plans: [StepPlan] = []
    private(set) var maps: [BlockedMap] = []
    /// Of each step; nil stands for the image.
    private(set) var inputs: [[BlockedMap?]] = []
    private(set) var outputs: [Output] = []
    /// Where the members of a pass wait for each other.
    private(set) var barrier = SpinBarrier(members: 1)
    private var values: [FloatBuffer] = []
    private var sharedBuffers = (FloatBuffer(count: 0), FloatBuffer(count: 0))
    private var scratch: [FloatBuffer] = []
    private var planes: [FloatBuffer] = []
    private var planned: (input: MapSize, members: Int)?

    var shared: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) {
        (sharedBuffers.0.pointer, sharedBuffers.1.pointer)
    }

    func member(_ index: Int, of members: Int) -> LayerMember {
        LayerMember(index: index, count: members, scratch: scratch[index].pointer)
    }

    /// Bytes held now.
    var bytes: Int {
        ([sharedBuffers.0, sharedBuffers.1] + values + scratch + planes).reduce(0) { $0 + $1.count }
            * MemoryLayout<Float>.stride
    }

    func prepare(_ network: CompiledNetwork, input: MapSize, members: Int) {
        if let planned, planned == (input, members) { return }
        let lanes = network.kernels.lanes
        var sizes = [NetworkGraph.Value.image: input]
        plans = network.steps.map { step in
            let plan = step.plan(step.inputs.map { sizes[$0]! }, members: members)
            sizes[step.output] = plan.output
            return plan
        }
        let buffers = BufferPlan(
            zip(network.steps, plans).map { step, plan in
                let floats = BlockedMap.floats(channels: step.outputChannels, size: plan.output, lanes: lanes)
                return (step.inputs, step.output, floats)
            }, kept: network.outputs)
        PassWorkspace.grow(&values, to: buffers.floats)
        FloatBuffer.grow(&sharedBuffers.0, to: plans.map(\.shared.0).max() ?? 0)
        FloatBuffer.grow(&sharedBuffers.1, to: plans.map(\.shared.1).max() ?? 0)
        PassWorkspace.grow(&scratch, to: [Int](repeating: plans.map(\.scratch).max() ?? 0, count: members))
        maps = zip(plans, buffers.slots).map { BlockedMap(pointer: values[$1].pointer, size: $0.output, lanes: lanes) }
        let made = Dictionary(
            zip(network.steps.map(\.output), maps), uniquingKeysWith: { _, last in last })
        inputs = network.steps.map { step in step.inputs.map { made[$0] } }
        let channels = network.outputs.indices.map(network.channels)
        PassWorkspace.grow(&planes, to: zip(network.outputs, channels).map { made[$0]!.size.count * $1 })
        outputs = zip(network.outputs, zip(channels, planes)).map { value, rest in
            Output(map: made[value]!, channels: rest.0, planes: rest.1)
        }
        if planned?.members != members { barrier = SpinBarrier(members: members) }
        planned = (input, members)
    }

    private static func grow(_ buffers: inout [FloatBuffer], to floats: [Int]) {
        while buffers.count < floats.count { buffers.append(FloatBuffer(count: 0)) }
        for (index, count) in floats.enumerated() { FloatBuffer.grow(&buffers[index], to: count) }
    }
}
