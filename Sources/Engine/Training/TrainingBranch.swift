/// One size of a picture on its way through the network and back, on one thread.
///
/// `@unchecked Sendable`: belongs to one `TrainingMember`.
final class TrainingBranch: @unchecked Sendable {
    let activations: Activations
    /// SEAM's pixel correlation, where the objective has it.
    let refinement: RefinementBranch?
    /// [3, size], where the input is made here.
    let shrunkInput: FloatBuffer
    private var dropout: Dropout2D?
    private let classChannel: Int

    /// - Parameters:
    ///   - size: of the input.
    ///   - refines: whether the maps are refined by pixel correlation too.
    init(_ trainable: TrainableNetwork, size: MapSize, refines: Bool) {
        activations = Activations(trainable.network, inputSize: size)
        refinement = refines ? RefinementBranch(trainable, activations: activations) : nil
        shrunkInput = FloatBuffer(count: refines ? 3 * size.count : 0)
        classChannel = trainable.backgroundRows
    }

    var cells: Int { activations.gridSize.count }
    /// [classes, cells], without the background.
    var classLogits: UnsafeMutablePointer<Float> { activations.logits.pointer + classChannel * cells }
    var classGradient: UnsafeMutablePointer<Float> { activations.logitGradient.pointer + classChannel * cells }

    /// To the logits; their gradient starts at zero.
    func forward(_ input: UnsafePointer<Float>, _ trainable: TrainableNetwork, dropout: Dropout2D) {
        self.dropout = dropout
        trainable.network.trunkForward(input, activations)
        trainable.network.classForward(activations, dropout: dropout)
        activations.logitGradient.pointer.update(repeating: 0, count: activations.logitGradient.count)
        refinement?.forward(input, logits: classLogits, trainable.parameters)
    }

    /// From the logits' gradient to the parameters'.
    func backward(_ input: UnsafePointer<Float>, _ trainable: TrainableNetwork, _ gradients: LayerGradients) {
        guard let dropout else { preconditionFailure("backward before forward") }
        trainable.network.classBackward(activations, dropout: dropout, gradients)
        trainable.network.trunkBackward(input, activations, gradients)
    }

    func refinedBranch(_ refinement: RefinementBranch, _ trainable: TrainableNetwork) -> EquivarianceLosses.Branch {
        EquivarianceLosses.Branch(
            size: activations.gridSize, logits: classLogits, refined: refinement.correlation.refined.pointer,
            logitGradient: classGradient, refinedGradient: refinement.refinedGradient.pointer)
    }
}
