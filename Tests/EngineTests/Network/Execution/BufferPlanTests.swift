import TestSupport
import Testing

@testable import Engine

struct BufferPlanTests {
    /// No value's buffer is written to between the step that makes it and its last reader.
    @Test(arguments: 0..<20) func liveValues_shareNoBuffer(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let steps = (0..<30).map { position in
            let inputs = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                NetworkGraph.Value(rawValue: Int.random(in: max(0, position - 6)...position, using: &random))
            }
            return (
                inputs: inputs, output: NetworkGraph.Value.ofNode(position),
                floats: Int.random(in: 1...99, using: &random)
            )
        }
        let kept = [NetworkGraph.Value.ofNode(29), .ofNode(7)]
        let plan = BufferPlan(steps, kept: kept)
        for (position, step) in steps.enumerated() {
            #expect(plan.floats[plan.slots[position]] >= step.floats)
            let last =
                kept.contains(step.output)
                ? steps.count : steps.lastIndex { $0.inputs.contains(step.output) } ?? position
            for later in position + 1..<max(position + 1, min(steps.count, last + 1)) {
                #expect(
                    plan.slots[later] != plan.slots[position], "step \(later) overwrites what step \(position) made")
            }
        }
    }

    @Test func chain_takesTwoBuffers() {
        let steps = (0..<9).map {
            (inputs: [NetworkGraph.Value(rawValue: $0)], output: NetworkGraph.Value.ofNode($0), floats: 10)
        }
        #expect(BufferPlan(steps, kept: [.ofNode(8)]).floats == [10, 10])
    }
}
