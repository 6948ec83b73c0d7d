/// The layers of a network up to its features over channel-blocked maps, forward and back: of one picture on one thread.
///
/// Forward gives the bits of `BlockedNetwork`. Backward sums in an order that depends on the maps' sizes alone: the same
/// bits for every processor that has fused multiply-adds.
struct TrainableTrunk: Sendable {
    let blocks: [TrainableBlock]
    let head: TrainableDense
    let stride: Int
    let kernels: BlockedKernels

    /// - Precondition: the first block has no expansion and no residual, and all others expand, as in all of the family.
    init(_ network: Network, kernels: BlockedKernels = .active) {
        self.kernels = kernels
        stride = network.stem.stride
        blocks = network.blocks.enumerated().map { index, block in
            precondition((block.expand == nil) == (index == 0) && (index > 0 || !block.hasResidual))
            return TrainableBlock(
                source: block.expand.map { .expand(TrainableDense($0, kernels: kernels)) }
                    ?? .stem(TrainableStem(network.stem, kernels: kernels)),
                depthwise: TrainableDepthwise(block.depthwise, kernels: kernels),
                project: TrainableDense(block.project, kernels: kernels), hasResidual: block.hasResidual)
        }
        head = TrainableDense(network.head, kernels: kernels)
    }

    /// Takes over the layers' weights as they are now, each member of a team its share.
    func pack(member: Int, of members: Int) {
        for index in Swift.stride(from: member, through: blocks.count, by: members) {
            if index < blocks.count { blocks[index].pack() } else { head.pack() }
        }
    }

    /// In the order of the network's layers.
    var gradientLayouts: [GradientSums.Layout] {
        blocks.flatMap { block in
            let source =
                switch block.source {
                case .stem(let stem): stem.gradientLayout
                case .expand(let expand): expand.gradientLayout
                }
            return [source, block.depthwise.gradientLayout, block.project.gradientLayout]
        } + [head.gradientLayout]
    }

    /// - Parameter input: [3, activations.inputSize], normalised.
    func forward(_ input: UnsafePointer<Float>, _ activations: Activations) {
        var current = picture(input, activations)
        for (block, maps) in zip(blocks, activations.blocks) {
            block.forward(current, maps, scratch: activations.scratch)
            current = maps.output
        }
        head.product.run(current, into: activations.features)
    }

    /// - Parameters:
    ///   - input: what `forward` read.
    ///   - activations: with the gradient of the features, which is used up.
    ///   - sums: added to.
    func backward(_ input: UnsafePointer<Float>, _ activations: Activations, _ sums: LayerGradients) {
        var (gradient, next) = activations.trunkGradient
        backwardHead(activations, sums.head, into: gradient.map(activations.gridSize, lanes: kernels.lanes))
        for index in blocks.indices.reversed() {
            let maps = activations.blocks[index]
            blocks[index].backward(
                index == 0 ? picture(input, activations) : activations.blocks[index - 1].output, maps,
                outputGradient: gradient.map(maps.geometry.output, lanes: kernels.lanes),
                inputGradient: next.map(maps.geometry.input, lanes: kernels.lanes), sums: sums.blocks[index],
                scratch: activations.scratch)
            swap(&gradient, &next)
        }
    }

    private func backwardHead(_ activations: Activations, _ sums: GradientSums, into inputGradient: BlockedMap) {
        let (features, gradient) = (activations.features, activations.featureGradient)
        let input = activations.blocks[activations.blocks.count - 1].output
        let (rows, width) = (features.size.height, features.size.width)
        for from in Swift.stride(from: 0, to: head.product.blocks, by: Self.headBlocks) {
            let chunk = from..<min(from + Self.headBlocks, head.product.blocks)
            let part = gradient.part(block: from)
            head.activation.gate(
                features.part(block: from), gradient: gradient.at(pixel: 0, block: from), gradientBlock: gradient.block,
                gradientRow: gradient.row, blocks: chunk, rows: rows, width: width, sums: sums, kernels: kernels)
            TrainableDense.addGradient(
                input: input.part(), inputs: 0..<BlockedMap.blocks(head.product.inputChannels, lanes: kernels.lanes),
                gradient: part, outputs: chunk, rows: rows, width: width, to: sums, kernels: kernels)
            head.transposed.run(
                part,
                channels: from * kernels.lanes..<min(chunk.upperBound * kernels.lanes, head.product.outputChannels),
                start: from == 0 ? .bias : .sum, output: inputGradient.pointer, outputBlock: inputGradient.block,
                outputRow: inputGradient.row, blocks: 0..<head.transposed.blocks, rows: rows, width: width)
        }
    }

    /// Of the head at a time.
    private static let headBlocks = 12

    private func picture(_ input: UnsafePointer<Float>, _ activations: Activations) -> BlockedMap {
        BlockedMap(
            pointer: UnsafeMutablePointer(mutating: input), size: activations.inputSize, lanes: kernels.lanes)
    }
}

extension FloatBuffer {
    /// A map that begins where the buffer does.
    func map(_ size: MapSize, lanes: Int) -> BlockedMap { BlockedMap(pointer: pointer, size: size, lanes: lanes) }
}
