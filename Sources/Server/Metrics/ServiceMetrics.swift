import Engine
import HTTPTypes
import Synchronization

/// What the service has counted since it started. Recording may happen on any queue: it takes a lock for a few additions.
public final class ServiceMetrics: Sendable {
    /// Labels have few values: templates and not paths, known methods and not what clients write.
    struct RequestLabels: Hashable, Comparable {
        let route: String
        let method: String
        let code: Int

        static func < (a: Self, b: Self) -> Bool { (a.route, a.method, a.code) < (b.route, b.method, b.code) }
    }

    struct Counts {
        var requests: [RequestLabels: Int] = [:]
        /// By route.
        var durations: [String: Histogram] = [:]
        /// By stage of the pipeline, in the order of the data.
        var stages: [(name: String, histogram: Histogram)] = []
        var cacheHits = 0
        var cacheMisses = 0
        var itemsDone = 0
        var itemsFailed = 0
        var reloads: [Reloaded: Reloads] = [:]
    }

    /// What can be read again while the service runs.
    public enum Reloaded: String, Sendable, CaseIterable {
        case token
        case model
    }

    struct Reloads {
        var succeeded = 0
        var failed = 0
        var lastFailed = false
    }

    /// Where no route took the request.
    static let noRoute = "none"
    private let counts = Mutex(Counts())
    private let trafficSource = Mutex<(@Sendable () -> TrafficFigures?)?>(nil)

    public init() {}

    var current: Counts { counts.withLock { $0 } }

    /// What the connections take now; nil where no server tells.
    var traffic: TrafficFigures? { trafficSource.withLock { $0 }?() }

    /// Takes what is told of connections from this server.
    public func observe(_ server: HTTPServer) {
        trafficSource.withLock { $0 = { [weak server] in server?.traffic } }
    }

    /// Tokens or the model were read again; what failed stayed as it was.
    public func recordReload(of what: Reloaded, failed: Bool) {
        counts.withLock { counts in
            counts.reloads[what, default: Reloads()].lastFailed = failed
            if failed {
                counts.reloads[what, default: Reloads()].failed += 1
            } else {
                counts.reloads[what, default: Reloads()].succeeded += 1
            }
        }
    }

    public func record(_ exchange: Exchange) {
        let method = exchange.method.map { Router.knownMethods.contains($0) ? $0.rawValue : "other" } ?? "none"
        let labels = RequestLabels(route: exchange.route ?? Self.noRoute, method: method, code: exchange.status.code)
        let seconds = exchange.duration / .seconds(1)
        counts.withLock { counts in
            counts.requests[labels, default: 0] += 1
            counts.durations[labels.route, default: .seconds].add(seconds)
        }
    }

    /// A picture went through the engine.
    func record(_ timings: [Labeling.StageTiming]) {
        counts.withLock { counts in
            for timing in timings {
                if let index = counts.stages.firstIndex(where: { $0.name == timing.stage }) {
                    counts.stages[index].histogram.add(timing.seconds)
                } else {
                    var histogram = Histogram.seconds
                    histogram.add(timing.seconds)
                    counts.stages.append((timing.stage, histogram))
                }
            }
        }
    }

    /// A mask was asked for, by a request or a job's item.
    func recordMask(wasCached: Bool) {
        counts.withLock { if wasCached { $0.cacheHits += 1 } else { $0.cacheMisses += 1 } }
    }

    /// Items of jobs reached their end.
    func recordItems(done: Int = 0, failed: Int = 0) {
        counts.withLock { counts in
            counts.itemsDone += done
            counts.itemsFailed += failed
        }
    }
}
