/// One size of a picture on its way through the network and back, on one thread.
///
/// `@unchecked Sendable`: belongs to one `TrainingMember`.
final class TrainingBranch: @unchecked Sendable {
    let activations: Activations
    /// SEAM's pixel correlation, where the objective has it.
    let refinement: RefinementBranch?
    /// [3, size], where the input is made here.
    let shrunkInput: FloatBuffer
    private let classLayer: TrainableClassLayer
    private let classChannel: Int

    /// - Parameters:
    ///   - size: of the input.
    ///   - refines: whether the maps are refined by pixel correlation too.
    init(_ trainable: TrainableNetwork, size: MapSize, refines: Bool) {
        activations = Activations(
            trainable.trunk, classChannels: trainable.classChannels, inputSize: size,
            trainsTrunk: trainable.trainsTrunk)
        classLayer = TrainableClassLayer(
            trainable.classLayer, size: activations.gridSize, kernels: trainable.trunk.kernels)
        refinement = refines ? RefinementBranch(trainable, activations: activations) : nil
        shrunkInput = FloatBuffer(count: refines ? 3 * size.count : 0)
        classChannel = trainable.backgroundRows
    }

    var bytes: Int { activations.bytes + classLayer.floats * MemoryLayout<Float>.stride }
    var cells: Int { activations.gridSize.count }
    /// [classes, cells], without the background.
    var classLogits: UnsafeMutablePointer<Float> { activations.logits.pointer + classChannel * cells }
    var classGradient: UnsafeMutablePointer<Float> { activations.logitGradient.pointer + classChannel * cells }

    /// To the logits; their gradient starts at zero.
    func forward(_ input: UnsafePointer<Float>, _ trainable: TrainableNetwork, dropout: Dropout2D) {
        trainable.trunk.forward(input, activations)
        classLayer.forward(activations.features, dropout: dropout, into: activations.logits.pointer)
        activations.logitGradient.pointer.update(repeating: 0, count: activations.logitGradient.count)
        refinement?.forward(input, logits: classLogits, trainable.parameters)
    }

    /// From the logits' gradient to the layers' sums.
    /// - Parameter classGradient: of the class layer's weights, added to.
    func backward(
        _ input: UnsafePointer<Float>, _ trainable: TrainableNetwork, _ sums: LayerGradients,
        classGradient: UnsafeMutablePointer<Float>
    ) {
        classLayer.backward(
            activations.features, logitGradient: activations.logitGradient.pointer,
            featureGradient: activations.featureGradient, weightGradient: classGradient)
        if trainable.trainsTrunk { trainable.trunk.backward(input, activations, sums) }
    }

    func refinedBranch(_ refinement: RefinementBranch, _ trainable: TrainableNetwork) -> EquivarianceLosses.Branch {
        EquivarianceLosses.Branch(
            size: activations.gridSize, logits: classLogits, refined: refinement.correlation.refined.pointer,
            logitGradient: classGradient, refinedGradient: refinement.refinedGradient.pointer)
    }
}
