internal import GRDB

/// How many jobs are alike in what their state is made of.
public struct JobTally: Hashable, Sendable {
    public let phase: JobPhase
    public let hasEnded: Bool
    public let hasFailures: Bool
    public let hasStarted: Bool
    public let count: Int
}

extension Store {
    /// All jobs, counted by what their state is made of.
    public func jobTallies() throws(StoreError) -> [JobTally] {
        struct Row: Decodable, FetchableRecord {
            let phase: String
            let hasEnded: Bool
            let hasFailures: Bool
            let hasStarted: Bool
            let count: Int
        }
        let path = directory.database
        return try StoreError.wrap(path: path) {
            try connections.read { db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT phase, finishedAt IS NOT NULL AS hasEnded, failed > 0 AS hasFailures,
                            hasStarted != 0 AS hasStarted, count(*) AS count
                        FROM job GROUP BY 1, 2, 3, 4
                        """)
            }.map { row in
                guard let phase = JobPhase(rawValue: row.phase) else {
                    throw StoreError.damaged(path: path, detail: "a job has an impossible phase")
                }
                return JobTally(
                    phase: phase, hasEnded: row.hasEnded, hasFailures: row.hasFailures, hasStarted: row.hasStarted,
                    count: row.count)
            }
        }
    }

    /// Whether any job of a model has items that are not finished.
    public func hasUnfinishedJobs(model: ContentDigest) throws(StoreError) -> Bool {
        try StoreError.wrap(path: directory.database) {
            try connections.read { db in
                try Bool.fetchOne(
                    db, sql: "SELECT EXISTS (SELECT 1 FROM job WHERE modelDigest = ? AND finishedAt IS NULL)",
                    arguments: [model.rawValue]) ?? false
            }
        }
    }
}
