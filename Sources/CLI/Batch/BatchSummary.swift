import Foundation

/// How a run ended.
struct BatchSummary {
    let finished: [String]
    /// Images without a mask: those that could not be sent, then the others in the set's order; images that were cancelled
    /// are among them.
    let failures: [BatchFailure]
    let cancelled: Int
    let fromCache: Int
    /// Masks that this run fetched.
    let fetched: Int
    let seconds: Double

    /// - Parameter unsent: images that are no items, since they could not be sent.
    init(items: [BatchItem], digests: [String], unsent: [BatchFailure], ledger: BatchLedger, seconds: Double) {
        let undeliverable = ledger.undeliverable
        var finished: [String] = []
        var failures = unsent
        var (fromCache, fetched, cancelled) = (0, 0, 0)
        for (index, outcome) in ledger.outcomes.enumerated() {
            let name = items[index].name
            switch outcome {
            case .mask(let isNew, let wasCached):
                finished.append(name)
                fetched += isNew ? 1 : 0
                fromCache += wasCached ? 1 : 0
            case .failed(let reason): failures.append(BatchFailure(name: name, reason: reason))
            case .cancelled:
                cancelled += 1
                failures.append(BatchFailure(name: name, reason: "cancelled: the job was, before its turn"))
            case .due, nil:
                if let reason = undeliverable[digests[index]] {
                    failures.append(BatchFailure(name: name, reason: reason))
                }
            }
        }
        (self.finished, self.failures, self.cancelled) = (finished, failures, cancelled)
        (self.fromCache, self.fetched) = (fromCache, fetched)
        self.seconds = seconds
    }

    /// `1349 masks, 0 failed, 12 from cache, 812.3 s, 1.66 images/s`
    var text: String {
        var parts = ["\(finished.count) masks", "\(failures.count - cancelled) failed"]
        if cancelled > 0 { parts.append("\(cancelled) cancelled") }
        parts.append("\(fromCache) from cache")
        if fetched < finished.count { parts.append("\(finished.count - fetched) were here before") }
        parts.append(String(format: "%.1f s", seconds))
        if fetched > 0 { parts.append(String(format: "%.2f images/s", Double(fetched) / max(seconds, 1e-3))) }
        return parts.joined(separator: ", ")
    }
}
