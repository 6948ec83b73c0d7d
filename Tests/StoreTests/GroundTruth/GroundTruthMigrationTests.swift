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
        try OldDatabase.make(in: directory, upTo: "2 jobs") { old in
            let result = try old.mask(1)
            try old.item(0, of: old.job(.random(), owner: "", hasEnded: true), image: 1, state: .done, result: result)
            try old.mask(2)
            // The sums of the two classes.
            try old.db.execute(
                sql: "UPDATE job SET classes = 2, emptyClasses = 1, posteriorSum = 0.875, areaShareSum = 2.0 / 3")
        }
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
