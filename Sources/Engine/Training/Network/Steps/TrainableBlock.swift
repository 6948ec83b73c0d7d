/// An inverted residual block over channel-blocked maps, forward and back. Where the network begins its first convolution
/// stands in the expansion's place.
struct TrainableBlock: Sendable {
    enum Source: Sendable {
        case stem(TrainableStem)
        case expand(TrainableDense)
    }

    let source: Source
    let depthwise: TrainableDepthwise
    let project: TrainableDense
    let hasResidual: Bool

    /// What backward uses of a thread's own, and gives back.
    struct Scratch {
        /// Of the depthwise layer's output, a chunk's.
        let filteredGradient: UnsafeMutablePointer<Float>
        /// Of its input, a chunk's.
        let expandedGradient: UnsafeMutablePointer<Float>
        /// Of the stem.
        let stem: UnsafeMutablePointer<Float>
        /// Zeros, as many as the widest padded row has floats.
        let zeroRow: UnsafePointer<Float>
    }

    private var sourceActivation: Activation {
        switch source {
        case .stem(let stem): stem.activation
        case .expand(let expand): expand.activation
        }
    }

    var hiddenBlocks: Int { depthwise.filter.blocks }

    func pack() {
        switch source {
        case .stem(let stem): stem.pack()
        case .expand(let expand): expand.pack()
        }
        depthwise.pack()
        project.pack()
    }

    // MARK: - Forward

    /// - Parameters:
    ///   - input: the trunk's map, or the picture's planes for the stem.
    ///   - maps: filled for `backward`.
    func forward(_ input: BlockedMap, _ maps: BlockActivations, into output: BlockedMap, scratch: Scratch) {
        let geometry = maps.geometry
        let width = geometry.output.width
        var produced = 0
        for from in stride(from: 0, to: geometry.output.height, by: maps.plan.outputRows) {
            let rows = from..<min(from + maps.plan.outputRows, geometry.output.height)
            let needed = geometry.inputRows(of: rows)
            let missing = max(produced, needed.lowerBound)..<max(produced, needed.upperBound)
            produced = missing.upperBound
            for chunk in maps.plan.chunks(of: hiddenBlocks) {
                for first in stride(from: chunk.lowerBound, to: chunk.upperBound, by: 2) {
                    let pair = first..<min(first + 2, chunk.upperBound)
                    produce(input, rows: missing, blocks: pair, maps, scratch: scratch.stem)
                    for block in pair {
                        depthwise.filter.run(
                            maps.expanded.pointer + block * geometry.block, geometry, zeroRow: scratch.zeroRow,
                            block: block, rows: rows, output: maps.filtered.at(pixel: from * width, block: block))
                    }
                }
                let isFirst = chunk.lowerBound == 0
                project.product.run(
                    maps.filtered.part(pixel: from * width, block: chunk.lowerBound), channels: channels(chunk),
                    start: isFirst ? hasResidual ? .biasAnd(input.part(pixel: from * width)) : .bias : .sum,
                    output: output.at(pixel: from * width), outputBlock: output.block, outputRow: output.row,
                    blocks: 0..<project.product.blocks, rows: rows.count, width: width,
                    isLast: chunk.upperBound == hiddenBlocks)
            }
        }
    }

    private func produce(
        _ input: BlockedMap, rows: Range<Int>, blocks: Range<Int>, _ maps: BlockActivations,
        scratch: UnsafeMutablePointer<Float>
    ) {
        guard !rows.isEmpty else { return }
        let geometry = maps.geometry
        let target = maps.expanded.pointer + blocks.lowerBound * geometry.block
        switch source {
        case .stem(let stem):
            stem.stem.run(input, rows: rows, blocks: blocks, ring: geometry, into: target, scratch: scratch)
        case .expand(let expand):
            expand.product.run(
                input.part(pixel: rows.lowerBound * input.size.width), channels: 0..<expand.product.inputChannels,
                start: .bias, output: target + geometry.offset(ofRow: rows.lowerBound), outputBlock: geometry.block,
                outputRow: geometry.row, blocks: blocks, rows: rows.count, width: input.size.width)
        }
    }

    /// Hidden channels of these blocks.
    private func channels(_ blocks: Range<Int>) -> Range<Int> {
        let lanes = depthwise.filter.lanes
        return blocks.lowerBound * lanes..<min(blocks.upperBound * lanes, depthwise.filter.channels)
    }

    // MARK: - Backward

    /// Of the layers in their order.
    struct Sums {
        let source: GradientSums
        let depthwise: GradientSums
        let project: GradientSums
    }

    /// - Parameters:
    ///   - input: what `forward` read.
    ///   - outputGradient: of the output.
    ///   - inputGradient: another map than `outputGradient`; nil before the stem.
    func backward(
        _ input: BlockedMap, _ maps: BlockActivations, outputGradient: BlockedMap, inputGradient: InputGradient?,
        sums: Sums, scratch: Scratch
    ) {
        let kernels = depthwise.filter.kernels
        if hasResidual, let inputGradient, inputGradient.adds {
            inputGradient.map.add(outputGradient, channels: project.product.outputChannels)
        }
        Activation.identity.gate(
            outputGradient.part(), gradient: outputGradient.pointer, gradientBlock: outputGradient.block,
            gradientRow: outputGradient.row, blocks: 0..<project.product.blocks, rows: outputGradient.size.height,
            width: outputGradient.size.width, sums: sums.project, kernels: kernels)
        maps.gradientGeometry.clearMargins(scratch.filteredGradient, blocks: maps.plan.blocksAtOnce)
        for chunk in maps.plan.chunks(of: hiddenBlocks) {
            var produced = 0
            for from in stride(from: 0, to: maps.geometry.input.height, by: maps.plan.inputRows) {
                let rows = from..<min(from + maps.plan.inputRows, maps.geometry.input.height)
                let needed = maps.geometry.outputRows(reading: rows)
                let missing = max(produced, needed.lowerBound)..<max(produced, needed.upperBound)
                produced = missing.upperBound
                backwardProject(maps, outputGradient, rows: missing, chunk: chunk, sums: sums, scratch: scratch)
                backwardSource(
                    input, maps, outputGradient, inputGradient, rows: rows, chunk: chunk, sums: sums, scratch: scratch)
            }
        }
    }

    /// From the output's gradient to that of the depthwise layer's sums, and to its weights'.
    private func backwardProject(
        _ maps: BlockActivations, _ outputGradient: BlockedMap, rows: Range<Int>, chunk: Range<Int>,
        sums: Sums, scratch: Scratch
    ) {
        guard !rows.isEmpty else { return }
        let (kernels, geometry, width) = (depthwise.filter.kernels, maps.gradientGeometry, maps.geometry.output.width)
        let pixel = rows.lowerBound * width
        let gradient = scratch.filteredGradient + geometry.offset(ofRow: rows.lowerBound)
        let filtered = maps.filtered.part(pixel: pixel, block: chunk.lowerBound)
        let outputPart = outputGradient.part(pixel: pixel)
        TrainableDense.addGradient(
            input: filtered, inputs: chunk, gradient: outputPart, outputs: 0..<project.product.blocks, rows: rows.count,
            width: width, to: sums.project, kernels: kernels)
        project.transposed.run(
            outputPart, channels: 0..<project.product.outputChannels, start: .bias, output: gradient,
            outputBlock: geometry.block, outputRow: geometry.row, blocks: chunk, rows: rows.count, width: width)
        depthwise.activation.gate(
            filtered, gradient: gradient, gradientBlock: geometry.block, gradientRow: geometry.row, blocks: chunk,
            rows: rows.count, width: width, sums: sums.depthwise, kernels: kernels)
        for block in chunk {
            depthwise.addGradient(
                depthwiseMaps(maps, block: block, chunk: chunk, scratch), block: block, rows: rows, to: sums.depthwise)
        }
    }

    /// From there to the gradient of these input rows, and to the weights of what made them.
    private func backwardSource(
        _ input: BlockedMap, _ maps: BlockActivations, _ outputGradient: BlockedMap, _ inputGradient: InputGradient?,
        rows: Range<Int>, chunk: Range<Int>, sums: Sums, scratch: Scratch
    ) {
        let (kernels, geometry) = (depthwise.filter.kernels, maps.geometry)
        let width = geometry.input.width
        let hidden = BlockedMap(
            pointer: scratch.expandedGradient, size: MapSize(height: rows.count, width: width), lanes: kernels.lanes)
        for block in chunk {
            depthwise.inputGradient(
                depthwiseMaps(maps, block: block, chunk: chunk, scratch), block: block, rows: rows,
                zeroRow: scratch.zeroRow, into: hidden.at(pixel: 0, block: block - chunk.lowerBound))
        }
        let expanded = BlockedDense.Part(
            pointer: maps.expanded.pointer + chunk.lowerBound * geometry.block
                + geometry.offset(ofRow: rows.lowerBound),
            block: geometry.block, row: geometry.row)
        sourceActivation.gate(
            expanded, gradient: hidden.pointer, gradientBlock: hidden.block, gradientRow: hidden.row, blocks: chunk,
            rows: rows.count, width: width, sums: sums.source, kernels: kernels)
        switch source {
        case .stem(let stem):
            stem.addGradient(
                input.pointer, size: input.size, rows: rows, gradient: hidden.part(), outputs: chunk,
                to: sums.source, scratch: scratch.stem)
        case .expand(let expand):
            let pixel = rows.lowerBound * width
            TrainableDense.addGradient(
                input: input.part(pixel: pixel),
                inputs: 0..<BlockedMap.blocks(expand.product.inputChannels, lanes: kernels.lanes),
                gradient: hidden.part(), outputs: chunk, rows: rows.count, width: width, to: sums.source,
                kernels: kernels)
            guard let inputGradient else { return }
            let (target, isFirst) = (inputGradient.map, chunk.lowerBound == 0 && !inputGradient.adds)
            // The residual's gradient is the output's.
            let start: BlockedDense.Start =
                isFirst ? hasResidual ? .biasAnd(outputGradient.part(pixel: pixel)) : .bias : .sum
            expand.transposed.run(
                hidden.part(), channels: channels(chunk), start: start, output: target.at(pixel: pixel),
                outputBlock: target.block, outputRow: target.row, blocks: 0..<expand.transposed.blocks,
                rows: rows.count, width: width)
        }
    }

    private func depthwiseMaps(
        _ maps: BlockActivations, block: Int, chunk: Range<Int>, _ scratch: Scratch
    ) -> TrainableDepthwise.Maps {
        TrainableDepthwise.Maps(
            geometry: maps.geometry, input: maps.expanded.pointer + block * maps.geometry.block,
            gradientGeometry: maps.gradientGeometry,
            gradient: scratch.filteredGradient + (block - chunk.lowerBound) * maps.gradientGeometry.block)
    }
}
