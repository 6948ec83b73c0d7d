import Foundation

/// The affinity of the pairs of cells within a radius, exp(-mean over the channels of |f_from - f_to|): features
/// [channels, rows, columns] to [offsets, rows, columns] of `AffinityPairs`.
package struct PairAffinity: GraphOperation {
    /// In cells, above the distance of the farthest pair.
    package let radius: Int

    func check() throws(GraphFault) { try require(radius, "the radius", in: 2...64) }

    func outputShape(_ inputs: [Shape]) throws(GraphFault) -> Shape {
        let pairs = try pairs(inputs[0])
        return try Shape([pairs.offsets.count, pairs.fromRows, pairs.fromColumns])
    }

    private func pairs(_ shape: Shape) throws(GraphFault) -> AffinityPairs {
        let (_, rows, columns) = try shape.map()
        return try AffinityPairs(radius: radius, rows: rows, columns: columns)
    }

    private func checkedPairs(_ shape: Shape) -> AffinityPairs {
        guard let pairs = try? pairs(shape) else { preconditionFailure("shapes were checked") }
        return pairs
    }

    func forward(_ inputs: [Tensor], _ parameters: [Tensor]) -> Tensor {
        let pairs = checkedPairs(inputs[0].shape)
        var output = Tensor(zeros: checkedShape(inputs))
        let (features, channels) = (inputs[0].values, inputs[0].shape.extents[0])
        pairs.each { pair, from, to in
            var sum = 0.0
            for plane in stride(from: 0, to: features.count, by: pairs.rows * pairs.columns) {
                sum += abs(Double(features[plane + from]) - Double(features[plane + to]))
            }
            output.values[pair] = Float(exp(-sum / Double(channels)))
        }
        return output
    }

    /// Where two features are the same the slope is zero, as in PyTorch.
    func backward(_ inputs: [Tensor], _ parameters: [Tensor], output: Tensor, gradient: Tensor) -> OperationGradients {
        let pairs = checkedPairs(inputs[0].shape)
        let (features, channels) = (inputs[0].values, inputs[0].shape.extents[0])
        var slopes = [Double](repeating: 0, count: features.count)
        pairs.each { pair, from, to in
            let slope = Double(gradient.values[pair]) * Double(output.values[pair]) / Double(channels)
            for plane in stride(from: 0, to: features.count, by: pairs.rows * pairs.columns) {
                let (first, second) = (features[plane + from], features[plane + to])
                let share = first > second ? slope : first < second ? -slope : 0
                slopes[plane + from] -= share
                slopes[plane + to] += share
            }
        }
        return OperationGradients(inputs: [Tensor(inputs[0].shape, slopes.map { Float($0) })])
    }
}
