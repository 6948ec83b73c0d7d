import Foundation
import Testing

@testable import Store

@Suite(.enabled(if: ProcessInfo.processInfo.environment["STORE_PERFORMANCE"] != nil)) struct JobPerformance {
    func time<T>(_ what: String, _ count: Int = 1, _ body: () throws -> T) rethrows -> T {
        let start = DispatchTime.now().uptimeNanoseconds
        let result = try body()
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        print("PERF \(what): \(String(format: "%.3f", seconds)) s" + (count > 1 ? String(format: ", %.0f/s", Double(count) / seconds) : ""))
        return result
    }

    @Test func numbers() throws {
        let store = try Store.openTemporary(limitBytes: 8 << 30)
        let n = 100_000
        let items = try (0..<n).map { try NewJob.Item.make(mask: $0 + 1, name: "images/picture-\($0).jpg") }
        let job = try time("submit 100k") { try store.submitted(.make(items)) }
        _ = try time("missingImages") { try store.missingImages(of: job.id)?.count }
        try time("uploads", 200) { for i in 1...200 { try store.add(image: i) } }
        var claims: [JobClaim] = []
        try time("claims", 200) { for _ in 0..<200 { claims.append(try store.claimed()!) } }
        try time("completions", 200) { for c in claims { try store.completed(c, pngBytes: 8000) } }
        // The rest without disk syncs.
        try store.connections.write { db in try db.execute(sql: "PRAGMA synchronous = OFF") }
        try time("insert image rows 100k (sql)") {
            try store.connections.write { db in
                try db.inTransaction {
                    let s = try db.cachedStatement(sql: "INSERT OR IGNORE INTO image (sha256, mediaType, bytes, createdAt) VALUES (?, 'image/jpeg', 100, 0)")
                    for i in items { try s.execute(arguments: [i.image.rawValue]) }
                    try db.execute(sql: "UPDATE jobItem SET state = 'queued' WHERE state = 'waiting'")
                    return .commit
                }
            }
        }
        try time("claim+complete, no sync", 5000) {
            for _ in 0..<5000 { try store.completed(store.claimed()!, pngBytes: 8000) }
        }
        try time("rest claim+complete to 100k, no sync", n - 5200) { while let c = try store.claimed() { try store.completed(c, pngBytes: 500) } }
        let record = try store.record(job.id)
        print("PERF", record.counts)
        _ = try time("jobItems all by 1000", n) {
            var after = -1
            while let page = try store.jobItems(of: job.id, .all, after: after, limit: 1000), let last = page.last { after = last.position }
        }
        _ = try time("jobItems inState(failed), none") { try store.jobItems(of: job.id, .inState(.failed), limit: 1000) }
        _ = try time("jobItems ended by 1000", n) {
            var after = -1
            while let page = try store.jobItems(of: job.id, .ended([.done]), after: after, limit: 1000), let last = page.last { after = last.finished! }
        }
        let range = JobResultRange(record, after: -1)
        _ = try time("resultTotals") { try store.resultTotals(range) }
        _ = try time("resultEntries by 500", n) {
            var after = -1
            while let last = try store.resultEntries(range, after: after, limit: 500).last { after = last.position }
        }
        _ = try time("manifestLines by 500", n) {
            var after = -1
            while let last = try store.manifestLines(range, after: after, limit: 500).last { after = last.position }
        }
        let second = try time("submit 100k again, all cached") { try store.submitted(.make(items)) }
        var after = -1
        var longest = 0.0
        _ = try time("finishFromCache by 500", n) {
            while true {
                let t = DispatchTime.now().uptimeNanoseconds
                let next = try store.finishFromCache(second.id, after: after, limit: 500) { i, _ in manifestLine(i) }
                longest = max(longest, Double(DispatchTime.now().uptimeNanoseconds - t) / 1e9)
                guard let next else { break }
                after = next
            }
        }
        print("PERF longest batch", longest)
        _ = try time("purge of done 100k, results shared") { try store.purge(second.id) }
        let third = try store.submitted(.make(items.map { NewJob.Item(name: $0.name, image: $0.image, labels: nil, mask: try .make(number($0.mask) + 1_000_000)) }))
        _ = try time("finishFromCache, nothing cached") { try store.finishFromCache(third.id, after: -1, limit: 500) { i, _ in "" } }
        _ = try time("cancel of 100k queued, images kept") { try store.cancel(third.id) }
        _ = try time("purge of cancelled 100k") { try store.purge(third.id) }
        _ = try time("purge of done 100k, results evictable") { try store.purge(job.id) }
        let fourth = try store.submitted(.make(items.map { NewJob.Item(name: $0.name, image: try .make(number($0.image) + 1_000_000), labels: nil, mask: $0.mask) }))
        try store.connections.write { db in
            try db.inTransaction {
                try db.execute(sql: "INSERT INTO image (sha256, mediaType, bytes, createdAt) SELECT DISTINCT image, 'image/jpeg', 100, 0 FROM jobItem WHERE state = 'waiting'")
                try db.execute(sql: "UPDATE jobItem SET state = 'queued' WHERE state = 'waiting'")
                return .commit
            }
        }
        _ = try time("cancel of 100k queued, images go") { try store.cancel(fourth.id) }
        _ = try time("purge of it") { try store.purge(fourth.id) }
        let fifth = try store.submitted(.make(items.map { NewJob.Item(name: $0.name, image: try .make(number($0.image) + 2_000_000), labels: nil, mask: $0.mask) }))
        _ = try time("purge of 100k waiting") { try store.purge(fifth.id) }
        print("PERF", try store.summary)
    }
}
