import Foundation
import GRDB
import Testing

@testable import Store

/// What a crash, or a hand in the directory, may leave behind.
@Suite struct RecoveryTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func create(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path.deletingLastPathComponent, withIntermediateDirectories: true)
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
    }

    /// The directory as a power cut would leave it now: the log is not folded in.
    private func copyOfOpenStore(_ count: Int) throws -> TemporaryDirectory {
        let store = try Store.open(directory: directory.path)
        for id in 1...count {
            try store.insert(.make(id: id), imageBytes: noise(100, seed: id))
        }
        let copy = try TemporaryDirectory()
        try FileManager.default.removeItem(atPath: copy.path)
        try FileManager.default.copyItem(atPath: directory.path, toPath: copy.path)
        store.close()
        return copy
    }

    @Test func crashedStore_hasEverythingThatWasInserted() throws {
        let copy = try copyOfOpenStore(10)
        #expect((File.size(copy.layout.databaseLog) ?? 0) > 0)
        let store = try Store.open(directory: copy.path)
        for id in 1...10 {
            #expect(try store.mask(.make(id)) == .make(id: id))
            #expect(try store.image(.make(id)) == noise(100, seed: id))
        }
    }

    @Test func truncatedLog_losesOnlyItsEnd() throws {
        let copy = try copyOfOpenStore(10)
        let log = URL(fileURLWithPath: copy.layout.databaseLog)
        let bytes = try Data(contentsOf: log)
        try bytes.dropLast(100).write(to: log)
        let store = try Store.open(directory: copy.path)
        for id in 1...9 {
            #expect(try store.mask(.make(id)) == .make(id: id))
        }
        #expect(try store.mask(.make(10)) == nil)
        #expect(try store.summary.masks == 9)
        // The last one's file has no row any more.
        #expect(try copy.imageFiles.count == 9)
        try store.insert(.make(id: 10), imageBytes: noise(100, seed: 10))
        #expect(try store.mask(.make(10)) == .make(id: 10))
    }

    @Test func closedStore_leavesNoLog() throws {
        try directory.fill(3)
        #expect(File.size(directory.layout.databaseLog) == nil)
    }

    @Test func straysInImages_areRemovedAtOpening() throws {
        try directory.fill(1)
        let files = ImageFiles(root: directory.layout.images)
        let kept = try files.path(of: .make(1))
        let orphan = try files.path(of: .make(257))
        let temporary = kept + ".temporary"
        let foreign = directory.layout.images + "/01/notes.txt"
        let elsewhere = directory.layout.images + "/README"
        for path in [orphan, try files.path(of: .make(2)), temporary, foreign, elsewhere] { try create(path) }
        try Store.open(directory: directory.path).close()
        #expect(try directory.imageFiles == ["01/\(ContentDigest.make(1))", "01/notes.txt"])
        #expect(File.size(elsewhere) == 3)
    }

    @Test func unfinishedDatabase_isMadeAnew() throws {
        try create(directory.layout.unfinishedDatabase)
        try create(directory.layout.unfinishedDatabase + "-wal")
        #expect(try Store.open(directory: directory.path).summary.masks == 0)
        #expect(File.size(directory.layout.unfinishedDatabase) == nil)
        #expect(File.size(directory.layout.unfinishedDatabase + "-wal") == nil)
    }

    /// A rollback journal beside the database would need a writer to play it, before the file is found to be ours.
    @Test func databaseHasItsName_onlyOnceItIsInWALMode() throws {
        try DatabaseFile.prepare(directory.layout)
        #expect(try Array(directory.databaseBytes[18..<20]) == [2, 2])
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["pseudolabel.sqlite"])
    }

    @Test func missingImageFile_isNilAndComesBackWithTheNextInsert() throws {
        try directory.fill(1)
        try FileManager.default.removeItem(atPath: ImageFiles(root: directory.layout.images).path(of: .make(1)))
        let store = try Store.open(directory: directory.path)
        #expect(try store.mask(.make(1)) == .make(id: 1))
        #expect(try store.image(.make(1)) == nil)
        #expect(try store.insert(.make(id: 2, image: 1), imageBytes: noise(100, seed: 1)) == .inserted)
        #expect(try store.image(.make(1)) == noise(100, seed: 1))
    }

    @Test func missingImageFile_comesBackWhenItsMaskIsInsertedAgain() throws {
        try directory.fill(1)
        try FileManager.default.removeItem(atPath: ImageFiles(root: directory.layout.images).path(of: .make(1)))
        let store = try Store.open(directory: directory.path)
        #expect(try store.insert(.make(id: 1), imageBytes: noise(100, seed: 1)) == .alreadyStored)
        #expect(try store.image(.make(1)) == noise(100, seed: 1))
    }

    @Test func imageFileOfAnotherLength_isDamagedAndComesBackWithTheNextInsert() throws {
        try directory.fill(1)
        let path = try ImageFiles(root: directory.layout.images).path(of: .make(1))
        try Data([1]).write(to: URL(fileURLWithPath: path))
        let store = try Store.open(directory: directory.path)
        #expect(throws: StoreError.damaged(path: path, detail: "1 bytes instead of 100")) {
            try store.image(.make(1))
        }
        try store.insert(.make(id: 2, image: 1), imageBytes: noise(100, seed: 1))
        #expect(try store.image(.make(1)) == noise(100, seed: 1))
    }

    @Test(arguments: [
        "UPDATE mask SET timings = 'no JSON'", "UPDATE maskClass SET boxes = '{}'",
        "PRAGMA ignore_check_constraints = ON; UPDATE mask SET modelDigest = 'x'",
        "PRAGMA ignore_check_constraints = ON; UPDATE mask SET labelSource = 'guessed'",
        "PRAGMA foreign_keys = OFF; DELETE FROM image",
    ])
    func valueThatNoInsertWrites_isDamagedNotACrash(_ sql: String) throws {
        let store = try Store.open(directory: directory.path)
        try store.insert(.make(id: 1), imageBytes: Data([1]))
        try store.connections.write { db in try db.execute(sql: sql) }
        let error = #expect(throws: StoreError.self) { try store.mask(.make(1)) }
        guard case .damaged(directory.layout.database, _) = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test func impossibleImageLength_isDamagedAndAllocatesNothing() throws {
        let store = try Store.open(directory: directory.path)
        try store.insert(.make(id: 1), imageBytes: Data([1]))
        try store.connections.write { db in
            try db.execute(sql: "UPDATE image SET bytes = 9223372036854775807")
        }
        let path = try store.imageFiles.path(of: .make(1))
        #expect(throws: StoreError.damaged(path: path, detail: "1 bytes instead of 9223372036854775807")) {
            try store.image(.make(1))
        }
    }
}
