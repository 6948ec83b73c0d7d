import Foundation
import Testing

@Suite struct JobWalkTests {
    /// `STORE_WALK_STEPS` makes the walks longer, `STORE_WALK_SEED` other ones.
    private static func setting(_ name: String, or value: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? value
    }

    private static let firstSeed = setting("STORE_WALK_SEED", or: 1)

    @Test(arguments: firstSeed..<firstSeed + 3)
    func anyWalk_endsWhereTheModelDoes(seed: Int) throws {
        var walk = try JobWalk(seed: seed)
        for _ in 0..<Self.setting("STORE_WALK_STEPS", or: 600) { try walk.step() }
        for what in ["submitted", "claim", "complete", "cached", "retry", "cancel", "purge", "abandoned", "full"] {
            #expect(walk.counts[what] ?? 0 > 0, "\(what): \(walk.counts)")
        }
        if ProcessInfo.processInfo.environment["STORE_WALK_STEPS"] != nil { print("walk \(seed): \(walk.counts)") }
    }
}
