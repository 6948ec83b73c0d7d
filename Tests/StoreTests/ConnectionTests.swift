import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct ConnectionTests {
    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store.open(directory: directory.path)
    }

    @Test func writer_isDurableAndStrict() throws {
        #expect(try pragma("journal_mode") == "wal".databaseValue)
        #expect(try pragma("synchronous") == 2.databaseValue, "FULL")
        #expect(try pragma("auto_vacuum") == 2.databaseValue, "INCREMENTAL")
        #expect(try pragma("foreign_keys") == 1.databaseValue)
        #expect(try pragma("trusted_schema") == 0.databaseValue)
        #expect(try pragma("user_version") == Schema.version.databaseValue)
    }

    private func pragma(_ name: String) throws -> DatabaseValue? {
        try store.connections.write { db in
            try DatabaseValue.fetchOne(db, sql: "PRAGMA \(name)")
        }
    }

    @Test func reader_canNeitherWriteNorCheckpoint() throws {
        try store.insert(.make(), imageBytes: Data([1]))
        let log = try Data(contentsOf: URL(fileURLWithPath: directory.layout.databaseLog))
        let before = try directory.databaseBytes
        let configuration = Connections.configuration(readonly: true)
        let reader = try DatabaseQueue(path: directory.layout.database, configuration: configuration)
        let error = #expect(throws: DatabaseError.self) {
            try reader.writeWithoutTransaction { db in try db.execute(sql: "DELETE FROM mask") }
        }
        #expect(error?.resultCode == .SQLITE_READONLY)
        #expect(throws: DatabaseError.self) {
            try reader.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
        }
        try reader.close()
        #expect(try directory.databaseBytes == before)
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.layout.databaseLog)) == log)
        #expect(try store.mask(.make(1)) == .make())
    }

    @Test func readsGoOn_whileAWriteIsUnderWay() throws {
        try store.insert(.make(id: 1), imageBytes: Data([1]))
        var seen: [MaskRecord?] = []
        try store.connections.write { db in
            try db.inTransaction(.immediate) {
                try db.execute(sql: "DELETE FROM mask")
                seen = try (0..<2 * Connections.readerCount).map { _ in try store.mask(.make(1)) }
                return .commit
            }
        }
        #expect(try seen == Array(repeating: .make(id: 1), count: 2 * Connections.readerCount))
        #expect(try store.mask(.make(1)) == nil)
    }

    @Test func lookUps_useTheirIndexes() throws {
        let plans = [
            "SELECT * FROM mask WHERE id = ?": "USING INDEX sqlite_autoindex_mask_1",
            "SELECT * FROM maskClass WHERE mask = ? ORDER BY position": "USING INDEX sqlite_autoindex_maskClass_1",
            "SELECT bytes FROM image WHERE sha256 = ?": "USING INDEX sqlite_autoindex_image_1",
            "SELECT mask FROM evictable WHERE mask IS NOT ? ORDER BY lastUsed LIMIT 1":
                "USING COVERING INDEX evictableByLastUse",
            """
            SELECT * FROM job WHERE phase = 'active' AND queued > 0 AND modelDigest = ?1 AND owner = 'a'
            ORDER BY lastServed, number LIMIT 1
            """: "USING INDEX jobByTurn",
            """
            SELECT owner FROM holder WHERE EXISTS (
                SELECT 1 FROM job WHERE phase = 'active' AND queued > 0 AND modelDigest = ?1
                    AND job.owner = holder.owner)
            ORDER BY lastServed, owner LIMIT 1
            """: "USING COVERING INDEX holderByTurn",
            "SELECT * FROM jobItem WHERE job = ? AND state = 'queued' ORDER BY tries, position LIMIT 1":
                "USING INDEX jobItemByTurn",
            "UPDATE jobItem SET state = 'queued' WHERE image = ? AND state = 'waiting'":
                "USING COVERING INDEX jobItemByImage",
            "SELECT name FROM jobItem WHERE job = ? AND position > 5 AND +finished < 9 ORDER BY position":
                "USING INDEX sqlite_autoindex_jobItem_1",
            "SELECT * FROM jobItem WHERE job = ? AND finished > 5 AND state IN ('done', 'failed') ORDER BY finished":
                "USING INDEX jobItemByEnd",
            "SELECT 1 FROM jobItem WHERE result = ?": "USING COVERING INDEX jobItemByResult",
            "SELECT 1 FROM mask WHERE mask.image = ?": "USING COVERING INDEX maskByImage",
        ]
        try store.connections.read { db in
            for (sql, index) in plans {
                let rows = try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: [1])
                let plan = rows.compactMap { $0["detail"] as String? }.joined(separator: "; ")
                #expect(plan.contains(index), "\(sql): \(plan)")
                #expect(!plan.contains("TEMP B-TREE"), "\(sql): \(plan)")
            }
        }
    }

    @Test func rowsThatBreakTheRules_areRefusedBySQLite() throws {
        try store.insert(.make(), imageBytes: Data([1]))
        let statements = [
            "UPDATE mask SET id = 'abc'", "UPDATE mask SET id = 'A' || substr(id, 2)", "UPDATE mask SET width = 'wide'",
            "UPDATE mask SET labelSource = 'guessed'", "UPDATE mask SET image = 99", "DELETE FROM image",
            "UPDATE maskClass SET posterior = 1.5", "UPDATE maskClass SET mask = 99",
            "INSERT INTO usage VALUES (2, 0, 0, 0)",
        ]
        for sql in statements {
            let error = #expect(throws: DatabaseError.self, "\(sql)") {
                try store.connections.write { db in try db.execute(sql: sql) }
            }
            #expect(error?.resultCode == .SQLITE_CONSTRAINT, "\(sql)")
        }
    }

    @Test func usage_isTheSumOfTheRows() throws {
        for id in 1...20 {
            try store.insert(.make(id: id, image: id / 3, pngBytes: 10 * id), imageBytes: noise(50, seed: id / 3))
        }
        let sum = try store.connections.write { db in
            try db.execute(sql: "DELETE FROM mask WHERE number % 4 = 0")
            return try Int.fetchOne(
                db, sql: "SELECT (SELECT sum(bytes) FROM mask) + (SELECT sum(bytes) FROM image)")
        }
        let summary = try store.summary
        #expect(summary.bytes == sum)
        #expect((summary.masks, summary.images) == (15, 7))
    }
}
