import Foundation
import Synchronization

/// A few threads that do the same until it is done. Blocking calls belong here, not on Dispatch queues.
final class Workers: Sendable {
    private let group = DispatchGroup()

    /// Starts them.
    init(count: Int, _ work: @escaping @Sendable () -> Void) {
        for _ in 0..<count {
            group.enter()
            Thread { [group] in
                work()
                group.leave()
            }.start()
        }
    }

    /// Blocks until all have returned.
    func join() { group.wait() }
}
