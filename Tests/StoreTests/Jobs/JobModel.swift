@testable import Store

/// What a store with jobs is meant to do, in memory, without masks, room and files.
struct JobModel {
    struct Item: Equatable {
        let image: Int
        let mask: Int
        var state: JobItemState
        var isFromCache = false
        var tries = 0
        var crashes = 0
        /// Of the claim that holds it.
        var claim: Int?
        /// Cancelled before it was ever begun: only counted any more.
        var isDropped = false
    }

    struct Job: Equatable {
        /// Of the token, and of the tenant.
        let owner: String
        var phase = JobPhase.active
        var items: [Item]
        /// The claim that was served last.
        var served = 0

        var hasEnded: Bool { items.allSatisfy { JobItemState.ended.contains($0.state) } }
    }

    /// In the order of their submission.
    private(set) var order: [JobID] = []
    private(set) var jobs: [JobID: Job] = [:]
    private var claims = 0
    /// The last claim of each token's jobs.
    private var served: [String: Int] = [:]

    func unfinished(of owner: String) -> Int {
        let items = jobs.values.filter { $0.owner == owner }.flatMap(\.items)
        return items.filter { !JobItemState.ended.contains($0.state) }.count
    }

    /// By the jobs that a tenant sees.
    func isAwaited(_ image: Int, by tenant: Tenant) -> Bool {
        jobs.values.contains { job in
            (tenant.seesAll || job.owner == tenant.name)
                && job.items.contains { $0.image == image && $0.state == .waiting }
        }
    }

    mutating func submit(_ id: JobID, owner: String, items: [(image: Int, mask: Int)], images: Set<Int>) {
        order.append(id)
        // Who comes and goes is not always first.
        if served[owner] == nil { served[owner] = served.values.max() ?? 0 }
        jobs[id] = Job(
            owner: owner,
            items: items.map { image, mask in
                Item(image: image, mask: mask, state: images.contains(image) ? .queued : .waiting)
            })
    }

    mutating func imageCame(_ image: Int, from tenant: Tenant) {
        change(of: tenant) { if $0.image == image && $0.state == .waiting { $0.state = .queued } }
    }

    /// - Returns: job, position and number of the claim.
    mutating func claim() -> (job: JobID, position: Int, claim: Int)? {
        while let id = order.filter(isDue).min(by: { turn($0) < turn($1) }),
            let job = jobs[id],
            let position = job.items.indices.filter({ job.items[$0].state == .queued })
                .min(by: { job.items[$0].tries < job.items[$1].tries }) {
            if job.items[position].crashes >= JobItems.maximumCrashes {
                jobs[id]?.items[position].state = .failed
                continue
            }
            claims += 1
            jobs[id]?.served = claims
            served[job.owner] = claims
            jobs[id]?.items[position].state = .running
            jobs[id]?.items[position].tries += 1
            jobs[id]?.items[position].claim = claims
            return (id, position, claims)
        }
        return nil
    }

    /// Tokens take turns, and so do the jobs of each. A token that has no job left is forgotten.
    private func turn(_ id: JobID) -> (Int, String, Int) {
        let owner = jobs[id]?.owner ?? ""
        return (served[owner] ?? 0, owner, jobs[id]?.served ?? 0)
    }

    private func isDue(_ id: JobID) -> Bool {
        guard let job = jobs[id] else { return false }
        return job.phase == .active && job.items.contains { $0.state == .queued }
    }

    func holds(_ id: JobID, _ position: Int, _ claim: Int) -> Bool { jobs[id]?.items[position].claim == claim }

    /// Ends a claim that holds.
    mutating func end(
        _ id: JobID, _ position: Int, as state: JobItemState, isFromCache: Bool = false, countingTry: Bool = true
    ) {
        if !countingTry { jobs[id]?.items[position].tries -= 1 }
        jobs[id]?.items[position].claim = nil
        jobs[id]?.items[position].state = state
        jobs[id]?.items[position].isFromCache = isFromCache
    }

    /// - Returns: the last position finished.
    mutating func finishFromCache(_ id: JobID, masks: Set<Int>, limit: Int) -> Int? {
        guard let job = jobs[id], job.phase == .active else { return nil }
        let hits = job.items.indices.filter { job.items[$0].state == .queued && masks.contains(job.items[$0].mask) }
        for position in hits.prefix(limit) { end(id, position, as: .done, isFromCache: true) }
        return hits.prefix(limit).last
    }

    mutating func setPhase(_ id: JobID, _ phase: JobPhase) {
        if jobs[id]?.hasEnded == false { jobs[id]?.phase = phase }
    }

    mutating func retry(_ id: JobID, images: Set<Int>) {
        guard let job = jobs[id], job.phase != .cancelled else { return }
        // One that ended while it was paused is not paused any more.
        if job.hasEnded, job.items.contains(where: { $0.state == .failed }) { jobs[id]?.phase = .active }
        for position in job.items.indices where job.items[position].state == .failed {
            let (image, mask) = (job.items[position].image, job.items[position].mask)
            jobs[id]?.items[position] = Item(
                image: image, mask: mask, state: images.contains(image) ? .queued : .waiting)
        }
    }

    mutating func cancel(_ id: JobID) {
        guard jobs[id]?.hasEnded == false else { return }
        jobs[id]?.phase = .cancelled
        for position in jobs[id]?.items.indices ?? 0..<0 {
            guard let state = jobs[id]?.items[position].state, !JobItemState.ended.contains(state) else { continue }
            let isBegun = state == .running || jobs[id]?.items[position].tries ?? 0 > 0
            end(id, position, as: .cancelled)
            jobs[id]?.items[position].isDropped = !isBegun
        }
    }

    mutating func purge(_ id: JobID) {
        if let owner = jobs.removeValue(forKey: id)?.owner, !jobs.values.contains(where: { $0.owner == owner }) {
            served[owner] = nil
        }
        order.removeAll { $0 == id }
    }

    mutating func restart() {
        change(of: .everybody) { item in
            guard item.state == .running else { return }
            item.state = .queued
            item.claim = nil
            item.crashes += 1
        }
    }

    private mutating func change(of tenant: Tenant, _ body: (inout Item) -> Void) {
        for id in order where tenant.seesAll || jobs[id]?.owner == tenant.name {
            for position in jobs[id]?.items.indices ?? 0..<0 {
                if var item = jobs[id]?.items[position] {
                    body(&item)
                    jobs[id]?.items[position] = item
                }
            }
        }
    }
}
