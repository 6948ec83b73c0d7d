import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct GroundTruthTests {
    let directory: TemporaryDirectory
    let store: Store
    /// What one mask of `make` with its image takes.
    let unit: Int

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store.open(directory: directory.path)
        unit = try MaskRecord.make().storedBytes + 100
    }

    private func insert(_ ids: Int..., into store: Store) throws {
        for id in ids { try store.insert(.make(id: id), imageBytes: imageBytes(id)) }
    }

    @Test func recordReadBack_isEqual_alsoAfterReopening() throws {
        try insert(1, 2, into: store)
        let record = try GroundTruthRecord.make(createdAt: Date(timeIntervalSince1970: 1_700_000_000.1234))
        #expect(try store.setGroundTruth(record, of: .make(1)) == .stored)
        #expect(try store.groundTruth(of: .make(1)) == record)
        #expect(try store.groundTruth(of: .make(2)) == nil)
        let summary = try store.summary
        try store.expectConsistent()
        store.close()
        let again = try Store.open(directory: directory.path)
        #expect(try again.groundTruth(of: .make(1)) == record)
        #expect(try again.summary == summary)
        // The mask is as it was.
        #expect(try again.mask(.make(1)) == .make(id: 1))
    }

    @Test func secondOne_takesTheFirstOnesPlace() throws {
        try insert(1, into: store)
        #expect(try store.setGroundTruth(.make(1, scoreBytes: 900), of: .make(1)) == .stored)
        let large = try store.summary.bytes
        let second = try GroundTruthRecord.make(2, options: 6, scoreBytes: 100)
        #expect(try store.setGroundTruth(second, of: .make(1)) == .replaced)
        #expect(try store.groundTruth(of: .make(1)) == second)
        #expect(try store.summary.bytes == large - 800)
        #expect(try store.groundTruthGroups(limit: 9).map(\.optionsDigest) == [.make(6)])
        try store.expectConsistent()
    }

    @Test func removedOne_isGone_andGivesItsRoomBack() throws {
        try insert(1, into: store)
        let before = try store.summary
        _ = try store.setGroundTruth(.make(), of: .make(1))
        #expect(try store.summary.bytes > before.bytes)
        #expect(try store.removeGroundTruth(of: .make(1)))
        #expect(try store.groundTruth(of: .make(1)) == nil)
        #expect(try store.summary == before)
        #expect(try !store.removeGroundTruth(of: .make(1)))
        try store.expectConsistent()
    }

    @Test func unknownMask_hasNoneAndTakesNone() throws {
        try insert(1, into: store)
        let before = try store.summary
        #expect(try store.setGroundTruth(.make(), of: .make(2)) == .unknownMask)
        #expect(try store.groundTruth(of: .make(2)) == nil)
        #expect(try !store.removeGroundTruth(of: .make(2)))
        #expect(try store.summary == before)
    }

    @Test(arguments: [0, GroundTruthRecord.maximumScoreBytes + 1])
    func scoreOfAnotherLength_isRefusedByName(_ bytes: Int) throws {
        try insert(1, into: store)
        let error = #expect(throws: StoreError.self) {
            try store.setGroundTruth(.make(scoreBytes: bytes), of: .make(1))
        }
        #expect(error?.description.contains("score") == true && error?.description.contains("\(bytes)") == true)
        #expect(try store.groundTruth(of: .make(1)) == nil)
    }

    @Test func longestScore_isKept() throws {
        try insert(1, into: store)
        let record = try GroundTruthRecord.make(scoreBytes: GroundTruthRecord.maximumScoreBytes)
        #expect(try store.setGroundTruth(record, of: .make(1)) == .stored)
        #expect(try store.groundTruth(of: .make(1)) == record)
    }

    // MARK: - Room

    @Test func groundTruth_goesWithItsMask() throws {
        store.close()
        let record = try GroundTruthRecord.make()
        let store = try Store.open(directory: directory.path, limitBytes: 2 * unit + record.storedBytes)
        try insert(1, 2, into: store)
        _ = try store.setGroundTruth(record, of: .make(1))
        try insert(3, into: store)
        #expect(try store.mask(.make(2)) != nil && store.mask(.make(3)) != nil)
        #expect(try store.groundTruth(of: .make(1)) == nil)
        #expect(try store.groundTruthGroups(limit: 9).isEmpty)
        #expect(try store.summary.bytes == 2 * unit)
        try store.expectConsistent()
        // The same mask, made again, has none.
        try insert(1, into: store)
        #expect(try store.groundTruth(of: .make(1)) == nil)
    }

    @Test func groundTruth_evictsOthersForItsRoom_neverItsOwnMask() throws {
        store.close()
        let store = try Store.open(directory: directory.path, limitBytes: 3 * unit)
        try insert(1, 2, 3, into: store)
        _ = try store.setGroundTruth(.make(scoreBytes: unit), of: .make(1))
        #expect(try (1...3).filter { try store.image(.make($0)) != nil } == [1])
        #expect(try store.summary.bytes <= 3 * unit)
        try store.expectConsistent()
    }

    @Test func groundTruthWithoutRoom_isRefused_andLeavesAllAsItWas() throws {
        store.close()
        let store = try Store.open(directory: directory.path, limitBytes: 3 * unit)
        try insert(1, 2, into: store)
        let before = try store.summary
        let record = try GroundTruthRecord.make(scoreBytes: 2 * unit)
        #expect(throws: StoreError.recordTooLarge(bytes: unit + record.storedBytes, limit: 3 * unit)) {
            try store.setGroundTruth(record, of: .make(1))
        }
        #expect(try store.summary == before)
        #expect(try store.image(.make(2)) != nil)
    }

    @Test func groundTruthBesideJobsThatTakeAllRoom_isFull() throws {
        store.close()
        let store = try Store.open(
            directory: directory.path, limitBytes: 2 * unit + 3 * JobSchema.bytesPerItem)
        _ = try store.submittedWithImages([1, 2])
        try store.completeAll()
        let before = try store.summary
        #expect(throws: StoreError.full(limit: store.limitBytes)) {
            try store.setGroundTruth(.make(), of: .make(1))
        }
        #expect(try store.summary == before && store.groundTruth(of: .make(1)) == nil)
        try store.expectConsistent()
    }

    @Test func resultOfAJob_keepsItsGroundTruth_untilItIsEvicted() throws {
        store.close()
        let record = try GroundTruthRecord.make()
        let limit = 2 * unit + record.storedBytes + 2 * JobSchema.bytesPerItem
        let store = try Store.open(directory: directory.path, limitBytes: limit)
        let job = try store.submittedWithImages([1]).id
        try store.completeAll()
        _ = try store.setGroundTruth(record, of: .make(1))
        try insert(2, 3, into: store)
        #expect(try store.groundTruth(of: .make(1)) == record)
        #expect(try store.purge(job))
        #expect(try store.groundTruth(of: .make(1)) == record)
        try insert(4, 5, 6, into: store)
        #expect(try store.groundTruth(of: .make(1)) == nil)
        try store.expectConsistent()
    }

    // MARK: - Failures

    @Test func fullDisk_leavesTheOneBefore() throws {
        try insert(1, into: store)
        _ = try store.setGroundTruth(.make(1), of: .make(1))
        let before = try store.summary
        try store.connections.write { db in _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = 1") }
        #expect(throws: StoreError.diskFull(path: directory.layout.database)) {
            try store.setGroundTruth(.make(2, scoreBytes: 1 << 20), of: .make(1))
        }
        #expect(try store.groundTruth(of: .make(1)) == .make(1))
        #expect(try store.summary == before)
    }

    @Test(arguments: ["sha256", "optionsDigest"])
    func valueThatNoInsertWrites_isDamagedNotACrash(_ column: String) throws {
        try insert(1, into: store)
        _ = try store.setGroundTruth(.make(), of: .make(1))
        try store.connections.write { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON; UPDATE groundTruth SET \(column) = 'x'")
        }
        let error = #expect(throws: StoreError.self) { try store.groundTruth(of: .make(1)) }
        guard case .damaged(directory.layout.database, _) = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test func rowsThatBreakTheRules_areRefusedBySQLite() throws {
        try insert(1, into: store)
        _ = try store.setGroundTruth(.make(), of: .make(1))
        for sql in [
            "UPDATE groundTruth SET sha256 = 'abc'", "UPDATE groundTruth SET modelDigest = upper(modelDigest) || 'A'",
            "UPDATE groundTruth SET labelSource = 'guessed'", "UPDATE groundTruth SET mask = 99",
            "UPDATE groundTruth SET bytes = 0", "UPDATE groundTruth SET score = 'text'",
        ] {
            let error = #expect(throws: DatabaseError.self, "\(sql)") {
                try store.connections.write { db in try db.execute(sql: sql) }
            }
            #expect(error?.resultCode == .SQLITE_CONSTRAINT, "\(sql)")
        }
    }

    @Test func closedStore_refusesAll() throws {
        store.close()
        let closed = StoreError.closed(path: directory.layout.database)
        #expect(throws: closed) { try store.setGroundTruth(.make(), of: .make(1)) }
        #expect(throws: closed) { try store.groundTruth(of: .make(1)) }
        #expect(throws: closed) { try store.removeGroundTruth(of: .make(1)) }
        #expect(throws: closed) { try store.groundTruthGroups(limit: 1) }
    }
}
