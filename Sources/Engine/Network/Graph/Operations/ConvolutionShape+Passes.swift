/// Both passes, with every sum in double precision: this is what faster ones are held to. A few pixels of the output at
/// a time, each with a row of all that it reads, [channels of the group, k, k].
extension ConvolutionShape {
    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor {
        let shape = checkedShape(inputs)
        var output = Tensor(zeros: shape)
        let (patches, pixels) = (ConvolutionPatches(self, inputs[0].shape, shape), shape.count / outputChannels)
        let rows = patches.zeros
        inputs[0].values.withUnsafeBufferPointer { source in
            parameters[0].values.withUnsafeBufferPointer { weights in
                output.values.withUnsafeMutableBufferPointer { target in
                    patches.each { group, filters, taps in
                        patches.gather(source, group: group, taps, into: rows)
                        for filter in filters {
                            let row = weights.baseAddress! + filter * patches.depth
                            let bias = hasBias ? Double(parameters[1].values[filter]) : 0
                            for quad in taps.quads {
                                let sums = ConvolutionPatches.products(
                                    row, rows.pointer + quad * patches.depth, depth: patches.depth)
                                for pixel in quad..<min(quad + 4, taps.count) {
                                    target[filter * pixels + taps.first + pixel] = Float(bias + sums[pixel - quad])
                                }
                            }
                        }
                    }
                }
            }
        }
        return output
    }

    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients {
        let patches = ConvolutionPatches(self, inputs[0].shape, output.shape)
        let pixels = output.shape.count / outputChannels
        let (rows, rowSums) = (patches.zeros, patches.zeros)
        let inputSums = DoubleBuffer(count: inputs[0].shape.count)
        let weightSums = DoubleBuffer(count: parameters[0].shape.count)
        inputs[0].values.withUnsafeBufferPointer { source in
            parameters[0].values.withUnsafeBufferPointer { weights in
                gradient.values.withUnsafeBufferPointer { slopes in
                    patches.each { group, filters, taps in
                        patches.gather(source, group: group, taps, into: rows)
                        rowSums.clear()
                        for filter in filters {
                            for quad in taps.quads {
                                var slope = SIMD4<Double>()
                                for pixel in quad..<min(quad + 4, taps.count) {
                                    slope[pixel - quad] = Double(slopes[filter * pixels + taps.first + pixel])
                                }
                                guard slope != SIMD4() else { continue }
                                let (start, place) = (filter * patches.depth, quad * patches.depth)
                                ConvolutionPatches.accumulate(
                                    slope, weights: weights.baseAddress! + start, rows: rows.pointer + place,
                                    weightSums: weightSums.pointer + start, rowSums: rowSums.pointer + place,
                                    depth: patches.depth)
                            }
                        }
                        patches.scatter(rowSums, group: group, taps, into: inputSums)
                    }
                }
            }
        }
        var made = [Tensor(parameters[0].shape, weightSums.floats)]
        if hasBias { made.append(Tensor(parameters[1].shape, gradient.sumsOverPixels().map { Float($0) })) }
        return OperationGradients(inputs: [Tensor(inputs[0].shape, inputSums.floats)], parameters: made)
    }
}
