import Foundation
import Testing

@testable import Engine

struct PairAffinityTests {
    /// Affinities, the loss of AffinityNet over them, and its gradient.
    @Test(.enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)))
    func pairsAndGradient_matchReference() throws {
        let golden = try ReferenceTensors("graph/affinity_training")
        let (shape, values) = try golden.tensor("features")
        let features = Tensor(try Shape(Array(shape.dropFirst())), values)
        let operation = PairAffinity(radius: 5)
        let affinity = operation.forward([features], [])
        let error = try largestDifference(affinity.values, golden.tensor("affinity").values)
        #expect(error < 1e-6)

        // Each kind of pair has a mean of its own; alike pairs lose -log a, others -log(1 - a).
        var slope = Tensor(zeros: affinity.shape)
        for (kind, weight, isAlike) in [
            ("background", 0.25, true), ("foreground", 0.25, true), ("negative", 0.5, false),
        ] {
            let members = try golden.tensor(kind).values
            let share = weight / (Double(members.reduce(0, +)) + 1e-5)
            for (pair, member) in members.enumerated() where member > 0 {
                let value = Double(affinity.values[pair])
                slope.values[pair] += Float(isAlike ? -share / (value + 1e-5) : share / (1 + 1e-5 - value))
            }
        }
        let made = operation.backward([features], [], output: affinity, gradient: slope)
        let slopes = try #require(made.inputs[0]).values
        let gradient = try relativeDifference(slopes, golden.tensor("grad_features").values)
        #expect(gradient < 1e-3)
        print("parity affinity_training: affinity \(error), gradient \(gradient)")
    }

    @Test func smallGrids_haveASmallerRadius_andTheSmallestAreRefused() throws {
        #expect(try AffinityPairs(radius: 5, rows: 40, columns: 30).offsets.count == 34)
        #expect(try AffinityPairs(radius: 5, rows: 9, columns: 8).radius == 3)
        #expect(try AffinityPairs(radius: 5, rows: 5, columns: 50).offsets.count == 4)
        #expect(throws: GraphFault("4 x 50 cells, fewer than 5 on a side")) {
            try AffinityPairs(radius: 5, rows: 4, columns: 50)
        }
    }

    @Test func matrix_isSymmetric_withOnesOnTheDiagonal() throws {
        let pairs = try AffinityPairs(radius: 2, rows: 5, columns: 6)
        let count = pairs.offsets.count * pairs.fromRows * pairs.fromColumns
        let matrix = pairs.matrix((0..<count).map { 2 + Float($0) })
        for row in 0..<30 {
            #expect(matrix[row * 30 + row] == 1)
            for column in 0..<row { #expect(matrix[row * 30 + column] == matrix[column * 30 + row]) }
        }
        #expect(matrix.count { $0 > 1 } == 2 * count)
    }
}
