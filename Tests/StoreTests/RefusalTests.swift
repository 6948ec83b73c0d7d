import Foundation
import GRDB
import Testing

@testable import Store

/// Databases that must be refused, and be the same bytes afterwards.
@Suite struct RefusalTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @discardableResult
    private func expectRefusal(_ comment: Comment? = nil) throws -> StoreError? {
        let before = try directory.databaseBytes
        let images = try directory.imageFiles
        let error = #expect(throws: StoreError.self, comment) { try Store.open(directory: directory.path) }
        #expect(try directory.databaseBytes == before, comment)
        #expect(try directory.imageFiles == images, comment)
        #expect(error?.description.contains(directory.layout.database) == true, comment)
        return error
    }

    private func expectDamaged(_ comment: Comment? = nil) throws {
        guard case .damaged = try expectRefusal(comment) else {
            Issue.record("not reported as damaged: \(comment ?? "")")
            return
        }
    }

    private func edit(_ sql: String) throws {
        let queue = try DatabaseQueue(path: directory.layout.database)
        try queue.writeWithoutTransaction { db in try db.execute(sql: sql) }
        try queue.close()
    }

    @Test func higherUserVersion_isRefusedAsNewer() throws {
        try directory.fill(2)
        try edit("PRAGMA user_version = 99")
        #expect(try expectRefusal()
            == .databaseIsNewer(path: directory.layout.database, found: 99, known: Schema.version))
    }

    @Test func unknownMigration_isRefusedAsNewer() throws {
        try directory.fill(2)
        try edit("INSERT INTO grdb_migrations VALUES ('2 something to come')")
        #expect(try expectRefusal()
            == .databaseIsNewer(path: directory.layout.database, found: Schema.version, known: Schema.version))
    }

    @Test func databaseOfAnotherProgram_isRefused() throws {
        try edit("CREATE TABLE player (name TEXT)")
        #expect(try expectRefusal() == .foreignDatabase(path: directory.layout.database))
    }

    @Test func garbage_isRefusedAsDamaged() throws {
        try directory.writeDatabase(noise(10_000, seed: 1))
        try expectDamaged()
    }

    @Test func emptyFile_isRefusedAsDamaged() throws {
        try directory.writeDatabase(Data())
        try expectDamaged()
    }

    @Test func truncatedFile_isRefusedAsDamaged() throws {
        try directory.fill(20)
        try directory.writeDatabase(directory.databaseBytes.dropLast(5 * 4096))
        try expectDamaged()
    }

    @Test func everyFlippedByteOfTheMagic_isRefused() throws {
        try directory.fill(1)
        let bytes = try directory.databaseBytes
        for offset in 0..<16 {
            var flipped = bytes
            flipped[offset] ^= 0x10
            try directory.writeDatabase(flipped)
            try expectDamaged("byte \(offset)")
        }
    }

    /// Page by page; those that hold nothing (free ones) may pass.
    @Test func everyOverwrittenPage_isRefused() throws {
        try directory.fill(12, pngBytes: 6000)
        let bytes = try directory.databaseBytes
        #expect(bytes.count % 4096 == 0 && bytes.count > 20 * 4096)
        for page in 0..<bytes.count / 4096 {
            var overwritten = bytes
            overwritten.replaceSubrange(page * 4096..<(page + 1) * 4096, with: noise(4096, seed: page))
            try directory.writeDatabase(overwritten)
            try expectDamaged("page \(page + 1)")
        }
    }

    @Test func missingDatabaseWithItsLogLeft_isRefused() throws {
        let log = URL(fileURLWithPath: directory.layout.databaseLog)
        try noise(5000, seed: 1).write(to: log)
        #expect(throws: StoreError.damaged(
            path: directory.layout.database, detail: "the file is missing, but its -wal is still there")
        ) {
            try Store.open(directory: directory.path)
        }
        #expect(try Data(contentsOf: log) == noise(5000, seed: 1))
        #expect(!FileManager.default.fileExists(atPath: directory.layout.database))
    }

    @Test func fileInPlaceOfTheDirectory_isUnwritable() throws {
        let path = directory.path + "/file"
        try Data([1]).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: StoreError.self) { try Store.open(directory: path) }
        guard case .unwritable(path, _) = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test func directoryUnderAFile_isUnwritable() throws {
        let file = directory.path + "/file"
        try Data([1]).write(to: URL(fileURLWithPath: file))
        let error = #expect(throws: StoreError.self) { try Store.open(directory: file + "/data") }
        guard case .unwritable = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test func directoryInPlaceOfTheDatabase_isUnwritable() throws {
        try FileManager.default.createDirectory(
            atPath: directory.layout.database, withIntermediateDirectories: true)
        let error = #expect(throws: StoreError.self) { try Store.open(directory: directory.path) }
        #expect(error == .unwritable(path: directory.layout.database, reason: "not a regular file"))
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func directoryWithoutWritePermission_isUnwritable() throws {
        try directory.fill(1)
        chmod(directory.path, 0o500)
        defer { chmod(directory.path, 0o700) }
        let error = #expect(throws: StoreError.self) { try Store.open(directory: directory.path) }
        guard case .unwritable = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }
}
