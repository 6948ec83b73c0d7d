import Crypto
import Engine
import Foundation
import TestSupport

/// The job API's state without its server: what clients may see of it, in memory.
struct FakeJobs {
    struct Item {
        let name: String
        let sha256: String
        let labels: [String]?
        var state = "waiting_for_image"
        var reason: String?
        var finishedAt = 0
    }

    struct Job {
        let id: String
        let head: [String: String]
        var items: [Item]
        var isCancelled = false
        var isPaused = false

        func count(_ state: String) -> Int { items.count { $0.state == state } }
        var hasEnded: Bool {
            isCancelled || items.allSatisfy { ["done", "failed", "cancelled"].contains($0.state) }
        }
        var state: String {
            if isCancelled { return "cancelled" }
            if isPaused { return "paused" }
            guard hasEnded else { return "running" }
            return count("failed") > 0 ? "done_with_failures" : "done"
        }
    }

    private struct Line: Decodable {
        let name: String
        let sha256: String
        let labels: [String]?
    }

    var jobs: [String: Job] = [:]
    var images: Set<String> = []
    /// Names of items that fail, with their reasons.
    var failing: [String: String] = [:]
    /// Names of items that answers call otherwise.
    var renamed: [String: String] = [:]
    var keys: [String: (body: Data, job: String)] = [:]
    /// Uploads accepted, one an image when nothing is sent twice.
    var uploads: [String: Int] = [:]
    private var clock = 0

    static func digest(_ bytes: Data) -> String { SHA256.hash(data: bytes).hexDigits }
    static func mask(of item: Item) -> String { digest(Data(item.name.utf8)) }

    /// - Returns: the job; nil when the key was used for another body.
    mutating func post(_ body: Data, key: String) throws -> Job? {
        if let known = keys[key] { return known.body == body ? jobs[known.job] : nil }
        let lines = body.split(separator: UInt8(ascii: "\n"))
        let head = try JSONSerialization.jsonObject(with: lines[0]) as? [String: Any] ?? [:]
        let items = try lines.dropFirst().map { line in
            let line = try JSONDecoder().decode(Line.self, from: line)
            return Item(
                name: line.name, sha256: line.sha256, labels: line.labels,
                state: images.contains(line.sha256) ? "queued" : "waiting_for_image")
        }
        let job = Job(id: "job-\(jobs.count + 1)", head: head.mapValues { "\($0)" }, items: items)
        jobs[job.id] = job
        keys[key] = (body, job.id)
        return job
    }

    /// - Returns: HTTP status.
    mutating func upload(_ bytes: Data, sha256: String) -> Int {
        guard FakeJobs.digest(bytes) == sha256 else { return 422 }
        guard jobs.values.contains(where: { !$0.hasEnded && $0.items.contains { $0.sha256 == sha256 } }) else {
            return 409
        }
        uploads[sha256, default: 0] += 1
        guard images.insert(sha256).inserted else { return 200 }
        for (id, job) in jobs {
            for index in job.items.indices
            where job.items[index].sha256 == sha256 && job.items[index].state == "waiting_for_image" {
                jobs[id]?.items[index].state = "queued"
            }
        }
        return 201
    }

    /// Labels everything that is queued.
    mutating func work(_ id: String) {
        guard let job = jobs[id], !job.isCancelled, !job.isPaused else { return }
        for (index, item) in job.items.enumerated() where item.state == "queued" {
            clock += 1
            jobs[id]?.items[index].state = failing[item.name] == nil ? "done" : "failed"
            jobs[id]?.items[index].reason = failing[item.name]
            jobs[id]?.items[index].finishedAt = clock
        }
    }

    mutating func cancel(_ id: String) {
        guard let job = jobs[id], !job.hasEnded else { return }
        jobs[id]?.isCancelled = true
        for (index, item) in job.items.enumerated() where ["queued", "waiting_for_image"].contains(item.state) {
            clock += 1
            jobs[id]?.items[index].state = "cancelled"
            jobs[id]?.items[index].finishedAt = clock
        }
    }

    mutating func retry(_ id: String) {
        for (index, item) in (jobs[id]?.items ?? []).enumerated() where item.state == "failed" {
            jobs[id]?.items[index].state = "queued"
            jobs[id]?.items[index].reason = nil
        }
    }

    // MARK: - Documents

    static func document(_ job: Job, missing: [String]? = nil) -> [String: Any] {
        var document: [String: Any] = [
            "id": job.id, "name": job.head["name"] ?? NSNull(), "state": job.state,
            "model": ["digest": "m0", "name": "fake"],
            "options": ["scales": [1], "flip": false, "refinement": "none", "background": 0.3],
            "counts": [
                "total": job.items.count, "waiting_for_image": job.count("waiting_for_image"),
                "queued": job.count("queued"), "running": 0, "done": job.count("done"), "from_cache": 0,
                "failed": job.count("failed"), "cancelled": job.count("cancelled"),
            ],
            "images_per_second": NSNull(), "eta_seconds": NSNull(), "unknown_member": ["of": "the future"],
        ]
        document["missing"] = missing
        return document
    }

    /// A page of at most `limit` items from the cursor, which is a number of items here.
    func page(_ id: String, state: String?, cursor: String?, limit: Int) -> [String: Any]? {
        guard let job = jobs[id] else { return nil }
        var items = Array(job.items.enumerated())
        if state == "finished" {
            let start = Int(cursor ?? "") ?? 0
            items = items.filter { $0.element.finishedAt > start }.filter {
                ["done", "failed", "cancelled"].contains($0.element.state)
            }.sorted { $0.element.finishedAt < $1.element.finishedAt }
        } else {
            let start = Int(cursor ?? "") ?? 0
            items = items.filter { $0.offset >= start && (state == nil || $0.element.state == state) }
        }
        let page = items.prefix(limit)
        let last = page.last.map { state == "finished" ? $0.element.finishedAt : $0.offset + 1 }
        let next = last.map(String.init) ?? cursor ?? "0"
        return [
            "items": page.map { position, item in
                [
                    "position": position, "name": renamed[item.name] ?? item.name, "sha256": item.sha256,
                    "labels": item.labels ?? NSNull(), "state": item.state, "attempts": 1,
                    "reason": item.reason ?? NSNull(),
                    "mask": item.state == "done" ? FakeJobs.mask(of: item) : NSNull(), "from_cache": false,
                ] as [String: Any]
            },
            "cursor": next, "next_cursor": items.count > limit ? next : NSNull(),
        ]
    }
}
