/// Forward and backward of one picture on one thread.
extension Network {
    /// - Parameter input: [3, activations.inputSize], normalised.
    func trunkForward(_ input: UnsafePointer<Float>, _ activations: Activations) {
        let member = LayerMember(index: 0, count: 1, scratch: activations.scratch.pointer)
        stem.forward(input, size: activations.inputSize, into: activations.stem.pointer, member: member)
        var current = activations.stem.pointer
        for (index, block) in blocks.enumerated() {
            let (size, buffers) = (activations.sizes[index], activations.blocks[index])
            var expanded = current
            if let expand = block.expand, let buffer = buffers.expanded {
                expand.forward(
                    current, pixels: size.count, residual: nil, into: buffer.pointer, split: .longerSide,
                    member: member)
                expanded = buffer.pointer
            }
            block.depthwise.forward(expanded, size: size, into: buffers.filtered.pointer, member: member)
            block.project.forward(
                buffers.filtered.pointer, pixels: activations.sizes[index + 1].count,
                residual: block.hasResidual ? UnsafePointer(current) : nil, into: buffers.output.pointer,
                split: .longerSide, member: member)
            current = buffers.output.pointer
        }
        head.forward(
            current, pixels: activations.gridSize.count, residual: nil, into: activations.features.pointer,
            split: .longerSide, member: member)
    }

    /// - Parameters:
    ///   - input: what `trunkForward` read.
    ///   - activations: with the gradient of the features, which is used up.
    ///   - gradients: added to.
    func trunkBackward(_ input: UnsafePointer<Float>, _ activations: Activations, _ gradients: LayerGradients) {
        var (gradient, spare) = (activations.trunkGradient.0.pointer, activations.trunkGradient.1.pointer)
        func trunk(before index: Int) -> UnsafeMutablePointer<Float> {
            index == 0 ? activations.stem.pointer : activations.blocks[index - 1].output.pointer
        }
        head.backward(
            trunk(before: blocks.count), output: activations.features.pointer,
            outputGradient: activations.featureGradient.pointer, pixels: activations.gridSize.count,
            inputGradient: gradient, weightGradient: gradients.head.weights, biasGradient: gradients.head.bias)
        for (index, block) in blocks.enumerated().reversed() {
            let (size, buffers, sums) = (activations.sizes[index], activations.blocks[index], gradients.blocks[index])
            let blockInput = trunk(before: index)
            let filteredGradient = activations.filteredGradient.pointer
            block.project.backward(
                buffers.filtered.pointer, output: buffers.output.pointer, outputGradient: gradient,
                pixels: activations.sizes[index + 1].count, inputGradient: filteredGradient,
                weightGradient: sums.project.weights, biasGradient: sums.project.bias)
            if let expand = block.expand, let expanded = buffers.expanded, let expandSums = sums.expand {
                let expandedGradient = activations.expandedGradient.pointer
                block.depthwise.backward(
                    expanded.pointer, size: size, output: buffers.filtered.pointer, outputGradient: filteredGradient,
                    inputGradient: expandedGradient, weightGradient: sums.depthwise.weights,
                    biasGradient: sums.depthwise.bias, scratch: activations.scratch.pointer)
                // The residual's gradient is the output's, which is there already: the expansion adds to it.
                if !block.hasResidual { swap(&gradient, &spare) }
                expand.backward(
                    blockInput, output: expanded.pointer, outputGradient: expandedGradient, pixels: size.count,
                    inputGradient: gradient, accumulates: block.hasResidual, weightGradient: expandSums.weights,
                    biasGradient: expandSums.bias)
            } else {
                precondition(!block.hasResidual, "no block of the family has a residual and no expansion")
                swap(&gradient, &spare)
                block.depthwise.backward(
                    blockInput, size: size, output: buffers.filtered.pointer, outputGradient: filteredGradient,
                    inputGradient: gradient, weightGradient: sums.depthwise.weights, biasGradient: sums.depthwise.bias,
                    scratch: activations.scratch.pointer)
            }
        }
        stem.backward(
            input, size: activations.inputSize, output: activations.stem.pointer, outputGradient: gradient,
            inputGradient: nil, weightGradient: gradients.stem.weights, biasGradient: gradients.stem.bias,
            scratch: activations.scratch.pointer)
    }

    /// Class logits of the features after dropout: [class channels, cells].
    func classForward(_ activations: Activations, dropout: Dropout2D) {
        let cells = activations.gridSize.count
        dropout.forward(activations.features.pointer, cells: cells, into: activations.droppedFeatures.pointer)
        classifier.forward(
            activations.droppedFeatures.pointer, pixels: cells, residual: nil, into: activations.logits.pointer,
            split: .longerSide, member: LayerMember(index: 0, count: 1, scratch: activations.scratch.pointer))
    }

    /// From the gradient of the logits to that of the features.
    func classBackward(_ activations: Activations, dropout: Dropout2D, _ gradients: LayerGradients) {
        let cells = activations.gridSize.count
        classifier.backward(
            activations.droppedFeatures.pointer, output: activations.logits.pointer,
            outputGradient: activations.logitGradient.pointer, pixels: cells,
            inputGradient: activations.featureGradient.pointer, weightGradient: gradients.classWeights,
            biasGradient: activations.unusedBias.pointer)
        dropout.backward(activations.featureGradient.pointer, cells: cells)
    }
}
