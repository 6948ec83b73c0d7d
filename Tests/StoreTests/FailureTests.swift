import Foundation
import GRDB
import Testing

@testable import Store

/// Writes that fail: an error, and a store that is as it was.
@Suite struct FailureTests {
    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store.open(directory: directory.path)
    }

    /// SQLite's own "disk is full", as it comes from a write that finds no space.
    private func setMaximumPages(_ count: Int) throws {
        try store.connections.write { db in
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(count)")
        }
    }

    private func integrity() throws -> String? {
        try store.connections.read { db in try String.fetchOne(db, sql: "PRAGMA integrity_check") }
    }

    @Test func fullDisk_storesNothingAndLeavesTheRest() throws {
        try store.insert(.make(id: 1), imageBytes: noise(100, seed: 1))
        let before = try store.summary
        try setMaximumPages(1)
        #expect(throws: StoreError.diskFull(path: directory.layout.database)) {
            try store.insert(.make(id: 2, pngBytes: 500_000), imageBytes: noise(100, seed: 2))
        }
        #expect(try store.summary == before)
        #expect(try store.mask(.make(1)) == .make(id: 1))
        #expect(try store.mask(.make(2)) == nil)
        #expect(try directory.imageFiles == ["01/\(ContentDigest.make(1))"])
        #expect(try integrity() == "ok")

        try setMaximumPages(1_000_000)
        try store.insert(.make(id: 2, pngBytes: 500_000), imageBytes: noise(100, seed: 2))
        #expect(try store.mask(.make(2)) == .make(id: 2, pngBytes: 500_000))
    }

    @Test func fullDisk_keepsTheImageThatAnotherMaskNeeds() throws {
        try store.insert(.make(id: 1, image: 1), imageBytes: noise(100, seed: 1))
        try setMaximumPages(1)
        #expect(throws: StoreError.self) {
            try store.insert(.make(id: 2, image: 1, pngBytes: 500_000), imageBytes: noise(100, seed: 1))
        }
        #expect(try store.image(.make(1)) == noise(100, seed: 1))
    }

    @Test func failedInsert_evictsNothing() throws {
        let unit = try MaskRecord.make().storedBytes + 100
        let directory = try TemporaryDirectory()
        let store = try Store.open(directory: directory.path, limitBytes: 2 * unit)
        try store.insert(.make(id: 1), imageBytes: noise(100, seed: 1))
        try store.insert(.make(id: 2), imageBytes: noise(100, seed: 2))
        // The very last statement of the transaction fails.
        try store.connections.write { db in
            try db.execute(sql: """
                CREATE TRIGGER failing AFTER DELETE ON image BEGIN SELECT RAISE(ABORT, 'injected'); END
                """)
        }
        let error = #expect(throws: StoreError.self) {
            try store.insert(.make(id: 3), imageBytes: noise(100, seed: 3))
        }
        #expect(error?.description.contains("injected") == true)
        #expect(try store.mask(.make(1)) == .make(id: 1))
        #expect(try store.image(.make(1)) == noise(100, seed: 1))
        #expect(try store.summary.masks == 2)
        #expect(try directory.imageFiles == ["01/\(ContentDigest.make(1))", "02/\(ContentDigest.make(2))"])
    }

    @Test func imageThatCannotBeWritten_leavesNoRow() throws {
        // A file where the image's folder should be.
        try Data([1]).write(to: URL(fileURLWithPath: directory.layout.images + "/01"))
        let error = #expect(throws: StoreError.self) {
            try store.insert(.make(id: 1), imageBytes: noise(100, seed: 1))
        }
        guard case .unwritable = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(try store.summary.masks == 0)
        #expect(try store.summary.images == 0)
        #expect(try store.mask(.make(1)) == nil)
    }

    @Test func imageThatCannotBeRenamed_leavesNoTemporaryFile() throws {
        // A directory, not empty, under the image's name.
        let path = try store.imageFiles.path(of: .make(1))
        try FileManager.default.createDirectory(atPath: path + "/x", withIntermediateDirectories: true)
        #expect(throws: StoreError.self) { try store.insert(.make(id: 1), imageBytes: noise(100, seed: 1)) }
        #expect(!FileManager.default.fileExists(atPath: path + ".temporary"))
    }

    @Test(arguments: [ENOSPC, EDQUOT])
    func fileErrorOfAFullDisk_isDiskFull(_ code: Int32) {
        #expect(StoreError(cause: FileError(path: "/a", code: code), path: "/db") == .diskFull(path: "/a"))
    }

    @Test(arguments: [EACCES, EPERM, EROFS])
    func fileErrorOfMissingRights_isUnwritable(_ code: Int32) {
        #expect(
            StoreError(cause: FileError(path: "/a", code: code), path: "/db")
                == .unwritable(path: "/a", reason: String(cString: strerror(code))))
    }

    @Test func fileErrorOfTheDevice_isFailedWithItsReason() {
        #expect(
            StoreError(cause: FileError(path: "/a", code: EIO), path: "/db")
                == .failed(path: "/a", reason: "Input/output error"))
    }
}
