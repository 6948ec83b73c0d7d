import Foundation
import GRDB
import Testing

@testable import Store

/// Every write fails at every row it touches, as on a full disk: nothing of it is kept, and it works afterwards.
@Suite struct TransactionTests {
    enum Operation: String, CaseIterable, Sendable {
        case submit, addImage, claim, complete, fail, release, finishFromCache, pause, retry, cancel, purge, insert
        case expire, recordCallback, setGroundTruth, replaceGroundTruth, removeGroundTruth
    }

    let directory: TemporaryDirectory
    let store: Store
    /// Items: done, failed, running (`held`), queued with its mask there, queued, waiting.
    let job: JobID
    /// An ended one.
    let other: JobID
    let held: JobClaim

    init() throws {
        directory = try TemporaryDirectory()
        // Room for little more than what follows, so that the writes have to evict.
        store = try Store.open(directory: directory.path, limitBytes: 30_048)
        for id in 20...22 { try store.insert(.make(id: id), imageBytes: imageBytes(id)) }
        other = try store.submitted(.make(images: [20], callbackURL: "https://a")).id
        try store.completed(#require(try store.claimed()), isFromCache: true)
        job = try store.submitted(.make(images: [21, 2, 3, 22, 5, 6], callbackURL: "https://b")).id
        for image in [2, 3, 5] { try store.add(image: image) }
        try store.completed(#require(try store.claimed()), isFromCache: true)
        try store.failed(#require(try store.claimed()))
        held = try #require(try store.claimed())
        for id in 30...35 { try store.insert(.make(id: id), imageBytes: imageBytes(id)) }
        try store.insert(.make(id: 22), imageBytes: imageBytes(22))
        // The one that is evicted next, and two that stay.
        for id in [30, 34, 20] { #expect(try store.setGroundTruth(.make(id), of: .make(id)) == .stored) }
    }

    private func run(_ operation: Operation) throws {
        switch operation {
        case .submit: _ = try store.submit(.make(images: [5, 40, 41]), key: .make())
        case .addImage: try store.add(image: 6)
        case .claim: _ = try store.claimed()
        case .complete: try store.completed(held, pngBytes: 4000)
        case .fail: try store.failed(held)
        case .release: try store.release(held, countingDeath: true, countingTry: true)
        case .finishFromCache: _ = try store.finishFromCache(job, after: -1, limit: 9) { item, _ in manifestLine(item) }
        case .pause: _ = try store.pause(job)
        case .retry: _ = try store.retry(job)
        case .cancel: _ = try store.cancel(job)
        case .purge: _ = try store.purge(job)
        case .expire: _ = try store.expireJobs(endedFor: 0, tick: 1, limit: 1)
        case .insert: try store.insert(.make(id: 50, pngBytes: 4000), imageBytes: imageBytes(50))
        case .recordCallback:
            try store.recordCallback(other, revision: store.record(other).revision, as: .delivered)
        case .setGroundTruth: _ = try store.setGroundTruth(.make(35, scoreBytes: 4000), of: .make(35))
        case .replaceGroundTruth: _ = try store.setGroundTruth(.make(99, scoreBytes: 4000), of: .make(34))
        case .removeGroundTruth: _ = try store.removeGroundTruth(of: .make(20))
        }
    }

    private static let tables = [
        "job", "jobItem", "submission", "mask", "maskClass", "image", "evictable", "groundTruth", "usage", "maskMark",
        "imageOwner", "holder", "uptime",
    ]

    private func everything() throws -> [[Row]] {
        try Self.tables.map { try store.rows("SELECT * FROM \($0) ORDER BY 1, 2") }
    }

    /// Has the row change of this number fail, over all tables.
    private func failAtChange(_ number: Int, by conflict: String) throws {
        try store.connections.write { db in
            try db.execute(sql: "CREATE TEMP TABLE change (count INTEGER); INSERT INTO change VALUES (0)")
            for table in Self.tables {
                for event in ["INSERT", "UPDATE", "DELETE"] {
                    try db.execute(sql: """
                        CREATE TEMP TRIGGER "\(table) \(event)" BEFORE \(event) ON main.\(table) BEGIN
                            UPDATE change SET count = count + 1;
                            SELECT RAISE(\(conflict), 'injected') FROM change WHERE count = \(number);
                        END
                        """)
                }
            }
        }
    }

    private func failNoMore() throws {
        try store.connections.write { db in
            for table in Self.tables {
                for event in ["INSERT", "UPDATE", "DELETE"] {
                    try db.execute(sql: "DROP TRIGGER temp.\"\(table) \(event)\"")
                }
            }
            try db.execute(sql: "DROP TABLE temp.change")
        }
    }

    /// SQLite itself rolls back on some errors (ROLLBACK), on others the caller has to (ABORT).
    @Test(arguments: Operation.allCases, ["ABORT", "ROLLBACK"])
    func failedWrite_changesNothing(_ operation: Operation, _ conflict: String) throws {
        let before = try everything()
        let files = imageFileNames(in: directory.layout.images)
        for change in 1...1000 {
            try failAtChange(change, by: conflict)
            var failure: (any Error)?
            do { try run(operation) } catch { failure = error }
            try failNoMore()
            guard let failure else {
                // The change before was its last one.
                #expect(change > 1)
                #expect(try everything() != before)
                return try store.expectConsistent()
            }
            let comment: Comment = "change \(change): \(failure)"
            #expect("\(failure)".contains("injected"), comment)
            #expect(try everything() == before, comment)
            #expect(imageFileNames(in: directory.layout.images) == files, comment)
        }
        Issue.record("never succeeded")
    }

    /// SQLite's own "disk is full".
    @Test func fullDisk_leavesAllAsItWas() throws {
        let before = try everything()
        let files = imageFileNames(in: directory.layout.images)
        let full = StoreError.diskFull(path: directory.layout.database)
        let large = try NewJob.make(images: [])
        try setMaximumPages(1)
        #expect(throws: full) { try store.completed(held, pngBytes: 2_000_000) }
        #expect(throws: full) {
            try store.fail(held, reason: "x", manifest: String(repeating: "x", count: 2_000_000))
        }
        #expect(throws: full) {
            _ = try store.submit(NewJob(
                name: String(repeating: "x", count: 2_000_000), owner: "", tenant: .everybody,
                modelDigest: large.modelDigest, options: "{}", callbackURL: nil, items: []))
        }
        #expect(try everything() == before)
        #expect(imageFileNames(in: directory.layout.images) == files)
        #expect(try store.holds(held))
        try setMaximumPages(1_000_000)
        #expect(try store.completed(held, pngBytes: 2_000_000))
        try store.expectConsistent()
    }

    private func setMaximumPages(_ count: Int) throws {
        try store.connections.write { db in _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(count)") }
    }

    @Test func imageThatCannotBeWritten_leavesItsItemsWaiting() throws {
        // A file where the image's folder should be.
        let folder = directory.layout.images + "/06"
        try Data([1]).write(to: URL(fileURLWithPath: folder))
        #expect(throws: StoreError.self) { try store.add(image: 6) }
        #expect(try store.uploadIsNeeded(.make(6)) == nil)
        try FileManager.default.removeItem(atPath: folder)
        #expect(try store.add(image: 6) == .stored)
        try store.expectConsistent()
    }
}
