/// Layers of a network in training that run as one, forward and back: of one image on one thread.
///
/// What it adds up, and in which order, depends on the maps' sizes alone: the same bits for every processor that has fused
/// multiply-adds.
protocol TrainableStep: Sendable {
    var inputs: [NetworkGraph.Value] { get }
    var output: NetworkGraph.Value { get }
    var outputChannels: Int { get }
    /// With parameters, in the order of the sums that `backward` takes.
    var layers: [TrainedLayer] { get }
    /// Inputs, by position, whose gradient is what `backward` leaves in the output's: addends. Whoever runs the step hands
    /// it on.
    var passedOn: [Int] { get }

    /// Takes over the layers' weights as they are now.
    func pack()
    /// - Parameter sizes: of the inputs.
    func plan(_ sizes: [MapSize]) -> TrainingPlan
}

extension TrainableStep {
    var passedOn: [Int] { [] }
}

/// A layer's weights as they are computed from parameters, and how its gradients are laid out.
struct TrainedLayer: Sendable {
    let folded: FoldedLayer
    let layout: GradientSums.Layout
}

/// A step at an input size.
struct TrainingPlan {
    let output: MapSize
    /// What forward leaves for backward beside its output.
    var kept: [FloatBuffer] = []
    /// Floats of a thread's own buffer that both passes may write over.
    var scratch = 0
    let forward: (ForwardCall) -> Void
    let backward: (BackwardCall) -> Void
}

struct ForwardCall {
    /// The image comes as planes: its map's pointer is the first plane, its size the image's.
    let inputs: [BlockedMap]
    let output: BlockedMap
    let scratch: UnsafeMutablePointer<Float>
}

struct BackwardCall {
    /// As in the forward pass.
    let inputs: [BlockedMap]
    let output: BlockedMap
    /// Of the output; used up.
    let gradient: BlockedMap
    /// Of each input; nil where none is asked for.
    let inputGradients: [InputGradient?]
    /// Of each of the step's layers.
    let sums: [GradientSums]
    let scratch: UnsafeMutablePointer<Float>
}

/// Where the gradient of a step's input goes.
struct InputGradient {
    let map: BlockedMap
    /// Whether other readers of the value have left theirs there.
    let adds: Bool
}
