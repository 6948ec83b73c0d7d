import Foundation
import Testing

@testable import Store

/// From the database of the third release, in which all tokens shared everything.
@Suite struct TenantMigrationTests {
    private let directory: TemporaryDirectory
    private let anna = Tenant(name: "anna", seesAll: false)
    private let bert = Tenant(name: "bert", seesAll: false)
    private let ended = JobID.random()
    private let going = JobID.random()
    private let cancelled = JobID.random()

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Anna's ended job (1 done, 2 done, 3 failed), Bert's job that goes on (1 done, 4 queued, 5 waiting), Bert's cancelled
    /// one (6 done twice, 7 begun, 8 and 9 never), and mask 10 that no job made.
    private func makeThirdVersion() throws {
        try OldDatabase.make(in: directory, upTo: "3 ground truth") { old in
            let masks = try [1, 2, 6, 10].map { try old.mask($0) }
            for image in [3, 4] { try old.image(image) }
            let first = try old.job(ended, owner: "anna", hasEnded: true)
            try old.item(0, of: first, image: 1, state: .done, result: masks[0])
            try old.item(1, of: first, image: 2, state: .done, result: masks[1])
            try old.item(2, of: first, image: 3, state: .failed)
            let second = try old.job(going, owner: "bert", hasEnded: false)
            try old.item(0, of: second, image: 1, state: .done, result: masks[0])
            try old.item(1, of: second, image: 4, state: .queued)
            try old.item(2, of: second, image: 5, state: .waiting)
            let third = try old.job(cancelled, owner: "bert", phase: "cancelled", hasEnded: true)
            for position in 0...1 { try old.item(position, of: third, image: 6, state: .done, result: masks[2]) }
            try old.item(2, of: third, image: 7, state: .cancelled)
            for position in 3...4 { try old.item(position, of: third, image: 8, state: .cancelled, tries: 0) }
            try old.db.execute(
                sql: """
                    UPDATE job SET classes = 2 * done, emptyClasses = done, posteriorSum = 0.875 * done,
                        areaShareSum = 2.0 / 3 * done;
                    INSERT INTO groundTruth
                        SELECT number, modelDigest, modelDigest, labelSource, modelDigest, 1, 600, x'01' FROM mask;
                    """)
        }
    }

    @Test func everything_isItsJobsOwners_andAddsUp() throws {
        try makeThirdVersion()
        let store = try Store.open(directory: directory.path)
        try store.expectConsistent()
        #expect(try store.jobs(limit: 9, for: anna).map(\.id) == [ended])
        #expect(try store.jobs(limit: 9, for: bert).map(\.id) == [cancelled, going])
        #expect(try store.record(cancelled).counts == .make(done: 2, cancelled: 3))
        #expect(try store.states(cancelled) == [.done, .done, .cancelled])
        // Mask 1 is a result of both.
        for (mask, annas, berts) in [(1, true, true), (2, true, false), (6, false, true), (10, false, false)] {
            #expect(try (store.mask(.make(mask), for: anna) != nil) == annas, "\(mask)")
            #expect(try (store.mask(.make(mask), for: bert) != nil) == berts, "\(mask)")
            #expect(try store.mask(.make(mask), for: .everybody) == .make(id: mask))
        }
        #expect(try store.strings("SELECT owner || image.sha256 FROM imageOwner JOIN image ON number = image").count == 7)
        #expect(try store.groundTruthGroups(limit: 9, for: anna).count == 1)
        #expect(try store.rows("SELECT owner FROM groundTruth ORDER BY mask").map { $0["owner"] } == ["anna", "anna", "bert", ""])
    }

    @Test func results_areAsLongAsTheyAdd() throws {
        try makeThirdVersion()
        let store = try Store.open(directory: directory.path)
        for id in [ended, going, cancelled] {
            let job = try store.record(id)
            let entries = try store.resultEntries(JobResultRange(job, after: -1), after: -1, limit: 9)
            let bytes = entries.reduce(0) { $0 + ResultLayout.mask(named: $1.name, bytes: $1.pngBytes, modified: 9).length }
            #expect(job.result.archiveBytes == bytes && bytes > 0)
            #expect(job.result.nameBytes == entries.reduce(0) { $0 + $1.name.utf8.count + 1 })
        }
    }

    @Test func jobs_goOn_andNoneIsOldYet() throws {
        try makeThirdVersion()
        let store = try Store.open(directory: directory.path)
        #expect(try store.expireJobs(endedFor: 10, tick: 10, limit: 9).isEmpty)
        #expect(try store.addImage(imageBytes(5), as: .make(5), mediaType: "image/png", from: bert, owner: "bert") == .stored)
        try store.completeAll()
        #expect(try store.states(going) == [.done, .done, .done])
        #expect(isDone(try store.retry(ended, for: anna)))
        #expect(try store.states(ended) == [.done, .done, .queued])
        try store.expectConsistent()
        #expect(try Set(store.expireJobs(endedFor: 10, tick: 10, limit: 9)) == [cancelled])
    }
}
