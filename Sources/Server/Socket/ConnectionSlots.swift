import Synchronization

/// Counts open connections: those served, with a cap for each address, and the few beyond them that get a health check
/// answered and are told 503 or 429 otherwise.
///
/// With both full, accepting pauses and clients wait in the kernel's queue, so descriptors never run out through
/// connections. One address can take neither all places nor all of the few beyond.
final class ConnectionSlots: Sendable {
    /// A connection's place, to be given back when it is closed.
    struct Place: Sendable, Equatable {
        let isServed: Bool
        /// nil for peers that speak for many clients.
        let client: ClientKey?
    }

    enum Admission: Sendable, Equatable {
        case serve(Place)
        /// Only health checks are answered.
        case limit(Place, BudgetRefusal)
        /// Not even those: to be closed.
        case drop(BudgetRefusal)
    }

    private struct Counts {
        var served = 0
        var limited = 0
        var servedOf: [ClientKey: Int] = [:]
        var limitedOf: [ClientKey: Int] = [:]
    }

    let served: Int
    let refused: Int
    /// Connections of one address.
    let clientServed: Int
    private let clientRefused: Int
    private let open = Mutex(Counts())

    /// Below this the default cap for an address would hurt more than it helps.
    private static let leastClientConnections = 64

    /// Caps within the process's descriptors: `reserved` of them, and those for refusals, never serve connections.
    init(limits: ServerLimits, descriptorLimit: Int) {
        refused = limits.refusals
        served = max(1, min(limits.connections, descriptorLimit - limits.reservedDescriptors - limits.refusals))
        clientServed = limits.clientConnections ?? max(Self.leastClientConnections, served / 4)
        clientRefused = max(1, refused / 2)
    }

    var count: Int { open.withLock { $0.served + $0.limited } }
    var hasRoom: Bool { open.withLock { hasRoom($0) } }

    private func hasRoom(_ counts: Counts) -> Bool { counts.served < served || counts.limited < refused }

    /// - Parameter client: whose connection it is; nil for a peer that speaks for many.
    func take(for client: ClientKey?) -> Admission {
        open.withLock { open in
            let own = (
                served: client.flatMap { open.servedOf[$0] } ?? 0, limited: client.flatMap { open.limitedOf[$0] } ?? 0
            )
            if open.served < served, own.served < clientServed {
                open.served += 1
                if let client { open.servedOf[client] = own.served + 1 }
                return .serve(Place(isServed: true, client: client))
            }
            let refusal: BudgetRefusal = own.served < clientServed ? .full : .share
            guard open.limited < refused, own.limited < clientRefused else { return .drop(refusal) }
            open.limited += 1
            if let client { open.limitedOf[client] = own.limited + 1 }
            return .limit(Place(isServed: false, client: client), refusal)
        }
    }

    /// - Returns: connections left, and whether this made room where there was none.
    func release(_ place: Place) -> (left: Int, madeRoom: Bool) {
        open.withLock { open in
            let hadRoom = hasRoom(open)
            if place.isServed {
                open.served -= 1
                if let client = place.client { Self.decrement(&open.servedOf, client) }
            } else {
                open.limited -= 1
                if let client = place.client { Self.decrement(&open.limitedOf, client) }
            }
            return (open.served + open.limited, !hadRoom)
        }
    }

    private static func decrement(_ counts: inout [ClientKey: Int], _ client: ClientKey) {
        guard let count = counts[client] else { return }
        counts[client] = count > 1 ? count - 1 : nil
    }
}
