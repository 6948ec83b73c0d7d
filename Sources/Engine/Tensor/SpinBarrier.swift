import CKernels
import Foundation
import Synchronization

/// Lets `members` threads wait for each other between two layers: microseconds, where a condition variable costs tens.
final class SpinBarrier: Sendable {
    private let members: Int
    private let arrived = Atomic<Int>(0)
    private let generation = Atomic<Int>(0)
    /// Spins before the thread offers its core to others, which matters when more threads run than cores.
    private static let patience = 4_000

    init(members: Int) { self.members = members }

    func wait() {
        guard members > 1 else { return }
        let current = generation.load(ordering: .acquiring)
        if arrived.add(1, ordering: .acquiringAndReleasing).newValue == members {
            arrived.store(0, ordering: .relaxed)
            generation.store(current + 1, ordering: .releasing)
            return
        }
        var spins = 0
        while generation.load(ordering: .acquiring) == current {
            spins += 1
            if spins < SpinBarrier.patience { kernels_pause() } else { sched_yield() }
        }
    }
}
