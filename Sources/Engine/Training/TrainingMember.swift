/// One thread of a training step: its buffers, and what it does with one picture.
///
/// `@unchecked Sendable`: used by the thread it belongs to, and by the trainer while that waits.
final class TrainingMember: @unchecked Sendable {
    /// Sums over this thread's pictures, in the parameters' layout.
    let gradient: FloatBuffer
    private(set) var losses = LossValues()
    /// Of its share of the whole gradient, before the update.
    var squaredNorm = 0.0
    /// Of the absolute values of its share of the parameters, after the update.
    var weightSum = 0.0

    private let layers: LayerGradients
    private let full: TrainingBranch
    private let small: TrainingBranch?
    private let shrink: AlignedResize?
    private let pairs: PairWeights
    private let colours: FloatBuffer
    private let outputStride: Int
    /// That the pictures went through.
    private let normalisation: ModelDescription.Normalisation
    /// Of the terms, for this network's classes.
    private let weights: Objective.Weights

    /// - Parameter crop: side of the training pictures, in pixels.
    init(
        _ trainable: TrainableNetwork, objective: Objective, crop: Int,
        normalisation: ModelDescription.Normalisation
    ) {
        gradient = FloatBuffer(count: trainable.parameters.count)
        layers = LayerGradients(trainable.trunk.steps)
        let size = MapSize(height: crop, width: crop)
        full = TrainingBranch(trainable, size: size, refines: objective.isSiamese)
        if objective.isSiamese {
            let side = max(1, Int(Float(crop) * Objective.smallScale))
            let smallSize = MapSize(height: side, width: side)
            small = TrainingBranch(trainable, size: smallSize, refines: true)
            shrink = AlignedResize(from: size, to: smallSize)
        } else {
            (small, shrink) = (nil, nil)
        }
        self.normalisation = normalisation
        pairs = PairWeights(mu: objective.mu, sigma: objective.sigma)
        colours = FloatBuffer(count: 3 * full.activations.gridSize.count)
        outputStride = trainable.outputStride
        weights = objective.multiples(classes: trainable.classCount)
    }

    var bytes: Int {
        full.bytes + (small?.bytes ?? 0) + (gradient.count + layers.floats) * MemoryLayout<Float>.stride
    }

    func begin() {
        gradient.pointer.update(repeating: 0, count: gradient.count)
        layers.clear()
        losses = LossValues()
    }

    /// After the last picture: its sums into `gradient`.
    func finish(_ trainable: TrainableNetwork) {
        if trainable.trainsTrunk { trainable.add(layers, to: gradient) }
    }

    /// Forward and backward of one picture; adds its gradient and losses. It counts for one batch-th in the gradient.
    /// - Parameters:
    ///   - pixels: [3, crop, crop], normalised.
    ///   - labels: 0 or 1, [classes].
    ///   - targets: soft targets, [classes, cells], or nil.
    ///   - step, index: of the picture's random numbers.
    /// - Returns: the mean of every class's logits over the cells, [classes].
    @discardableResult
    func run(
        pixels: UnsafePointer<Float>, labels: [Float], targets: UnsafePointer<Float>?, _ trainable: TrainableNetwork,
        recipe: Recipe, step: Int, index: Int
    ) -> [Float] {
        let (objective, weight) = (recipe.objective, 1 / Float(recipe.batch))
        var random = RandomStream(seed: recipe.seed, .dropout, step, index)
        func dropout() -> Dropout2D {
            Dropout2D(channels: trainable.featureChannels, probability: recipe.dropout, random: &random)
        }
        full.forward(pixels, trainable, dropout: dropout())
        if let small, let shrink {
            shrink.forward(pixels, channels: 3, into: small.shrunkInput.pointer)
            small.forward(small.shrunkInput.pointer, trainable, dropout: dropout())
        }

        var values = LossValues()
        var draws = RandomStream(seed: recipe.seed, .sampling, step, index)
        classify(objective, labels: labels, weight: weight, random: &draws, values: &values)
        if weights.fsl > 0 {
            compareColours(pixels, objective, labels: labels, weight: weight, values: &values)
        }
        if objective.isSiamese {
            compareSizes(trainable, objective, labels: labels, weight: weight, values: &values)
        }
        if let targets, weights.teacher > 0 {
            values.terms.teacher = SoftTargetLoss.loss(
                logits: full.classLogits, targets: targets, cells: full.cells, labels: labels,
                shift: objective.teacherShift, weight: weight * weights.teacher,
                gradient: full.classGradient)
        }
        losses.add(values)

        let classGradient = trainable.classGradient(in: gradient)
        full.backward(pixels, trainable, layers, classGradient: classGradient)
        if let small {
            small.backward(small.shrunkInput.pointer, trainable, layers, classGradient: classGradient)
        }
        return GlobalAveragePooling.forward(full.classLogits, channels: labels.count, cells: full.cells)
    }

    /// Average pooling, max pooling and importance sampling.
    private func classify(
        _ objective: Objective, labels: [Float], weight: Float, random: inout RandomStream, values: inout LossValues
    ) {
        let cells = full.cells
        if weights.gap > 0 {
            let branches = [full] + (small.map { [$0] } ?? [])
            for branch in branches {
                let share = 1 / Float(branches.count)
                values.terms.gap +=
                    share
                    * GlobalAveragePooling.loss(
                        logits: branch.classLogits, cells: branch.cells, labels: labels,
                        weight: weight * weights.gap * share, gradient: branch.classGradient)
            }
        }
        if weights.gmp > 0 {
            values.terms.gmp = GlobalMaxPooling.loss(
                logits: full.classLogits, cells: cells, labels: labels, weight: weight * weights.gmp,
                gradient: full.classGradient)
        }
        guard weights.isl > 0 else { return }
        switch objective.posterior {
        case .binomial:
            values.terms.isl = BinomialImportanceSampling.loss(
                logits: full.classLogits, cells: cells, labels: labels, samples: objective.samples, random: &random,
                weight: weight * weights.isl, gradient: full.classGradient)
        case .multinomial:
            values.terms.isl = MultinomialImportanceSampling.loss(
                logits: full.activations.logits.pointer, cells: cells, labels: labels, samples: objective.samples,
                random: &random, weight: weight * weights.isl, gradient: full.activations.logitGradient.pointer)
        }
    }

    /// Feature similarity.
    private func compareColours(
        _ pixels: UnsafePointer<Float>, _ objective: Objective, labels: [Float], weight: Float,
        values: inout LossValues
    ) {
        CellColours.average(
            pixels, crop: full.activations.inputSize.width, stride: outputStride,
            normalisation: normalisation, into: colours.pointer)
        pairs.update(colours: colours.pointer, size: full.activations.gridSize)
        let share = weight * weights.fsl
        switch objective.posterior {
        case .binomial:
            let maps = LabelledMaps(
                logits: full.classLogits, size: full.activations.gridSize, labels: labels,
                smallestRange: objective.mapRange)
            values.terms.fsl = BinomialPredictions(maps).featureSimilarity(
                pairs: pairs, logits: full.classLogits, weight: share, gradient: full.classGradient)
        case .multinomial:
            values.terms.fsl = MultinomialPredictions(
                logits: full.activations.logits.pointer, channels: 1 + labels.count, cells: full.cells
            ).featureSimilarity(pairs: pairs, weight: share, gradient: full.activations.logitGradient.pointer)
        }
    }

    /// SEAM.
    private func compareSizes(
        _ trainable: TrainableNetwork, _ objective: Objective, labels: [Float], weight: Float,
        values: inout LossValues
    ) {
        guard let small, let fullRefinement = full.refinement, let smallRefinement = small.refinement else { return }
        let losses = EquivarianceLosses(
            full: full.refinedBranch(fullRefinement, trainable), small: small.refinedBranch(smallRefinement, trainable),
            labels: labels, smallestRange: objective.mapRange,
            weights: EquivarianceLosses.Weights(
                regularisation: weight * weights.er, crossRegularisation: weight * weights.ecr,
                adaptiveMinimum: weight * weights.rvmin))
        fullRefinement.backward(gradient: gradient, trainable.parameters)
        smallRefinement.backward(gradient: gradient, trainable.parameters)
        values.terms.er = losses.regularisation
        values.terms.ecr = losses.crossRegularisation
        values.terms.rvmin = losses.adaptiveMinimum
    }
}
