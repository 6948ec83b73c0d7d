/// A part of a network that runs in one go: one layer, or several whose maps between them never reach memory.
///
/// Chosen when the network is loaded, its weights packed for the kernels of this processor.
protocol Step: Sendable {
    var inputs: [NetworkGraph.Value] { get }
    var output: NetworkGraph.Value { get }
    var outputChannels: Int { get }

    /// - Parameters:
    ///   - sizes: of the inputs.
    ///   - members: threads that run it together.
    func plan(_ sizes: [MapSize], members: Int) -> StepPlan
}

/// A step at an input size.
struct StepPlan {
    /// For people: kind, channels, size.
    let name: String
    let output: MapSize
    /// Of the layers as they are defined: what channels are padded with is not counted.
    let multiplyAdds: Int
    /// Floats of each of two buffers that the members share.
    var shared = (0, 0)
    /// Floats of a buffer that each member has of its own.
    var scratch = 0
    /// One member's part. All members call it; when they have all returned the output is complete.
    let run: (StepCall) -> Void
}

/// What a step works on.
struct StepCall {
    /// The image comes as planes: its map's pointer is the first plane, its size the image's.
    let inputs: [BlockedMap]
    let output: BlockedMap
    let shared: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
    let member: LayerMember
    /// Of all members.
    let barrier: SpinBarrier
}
