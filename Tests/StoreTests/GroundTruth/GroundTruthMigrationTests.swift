import Foundation
import GRDB
import Testing

@testable import Store

/// From the database of the second release, which had jobs and no ground truth.
@Suite struct GroundTruthMigrationTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Two masks; the first is the result of a job.
    private func makeSecondVersion() throws {
        let store = try Store.open(directory: directory.path)
        _ = try store.submittedWithImages([1])
        try store.completeAll()
        try store.insert(.make(id: 2), imageBytes: imageBytes(2))
        store.close()
        // What later migrations added, taken away again.
        let queue = try DatabaseQueue(path: directory.layout.database)
        try queue.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    DROP TABLE overlayPiece;
                    DROP TABLE overlay;
                    DROP TABLE groundTruth;
                    DELETE FROM grdb_migrations WHERE identifier IN ('3 ground truth', '5 overlays');
                    PRAGMA user_version = 2;
                    """)
            let fresh = try DatabaseQueue()
            try Schema.migrator.migrate(fresh, upTo: "2 jobs")
            let schema = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"
            #expect(try String.fetchAll(db, sql: schema) == fresh.read { try String.fetchAll($0, sql: schema) })
        }
        try queue.close()
    }

    @Test func masksAndJobs_areKept_andTakeGroundTruth() throws {
        try makeSecondVersion()
        let store = try Store.open(directory: directory.path)
        try store.expectConsistent()
        for id in 1...2 {
            #expect(try store.mask(.make(id)) == .make(id: id))
            #expect(try store.groundTruth(of: .make(id)) == nil)
            #expect(try store.setGroundTruth(.make(id), of: .make(id)) == .stored)
        }
        #expect(try store.groundTruthGroups(limit: 9).count == 1)
        try store.expectConsistent()
        #expect(try store.rows("PRAGMA user_version").first?["user_version"] == Schema.version)
        store.close()
        let again = try Store.open(directory: directory.path)
        #expect(try again.groundTruth(of: .make(1)) == .make(1))
        #expect(try again.jobs(limit: 9).map(\.counts.done) == [1])
    }
}
