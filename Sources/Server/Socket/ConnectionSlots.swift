import Synchronization

/// Counts open connections against two caps: those served, and those that are only told 503.
///
/// Above the first cap clients get a 503 with Retry-After instead of silence; above both, accepting pauses and clients
/// wait in the kernel's queue, so descriptors never run out through connections.
final class ConnectionSlots: Sendable {
    enum Admission: Equatable {
        case serve
        case refuse
    }

    let served: Int
    let refused: Int
    private let open = Mutex(0)

    /// Caps within the process's descriptors: `reserved` of them, and those for refusals, never serve connections.
    init(limits: ServerLimits, descriptorLimit: Int) {
        refused = limits.refusals
        served = max(1, min(limits.connections, descriptorLimit - limits.reservedDescriptors - limits.refusals))
    }

    var count: Int { open.withLock { $0 } }
    var hasRoom: Bool { open.withLock { $0 < served + refused } }

    func take() -> Admission {
        open.withLock { open in
            open += 1
            return open <= served ? .serve : .refuse
        }
    }

    /// - Returns: connections left, and whether this made room where there was none.
    func release() -> (left: Int, madeRoom: Bool) {
        open.withLock { open in
            open -= 1
            return (open, open == served + refused - 1)
        }
    }
}
