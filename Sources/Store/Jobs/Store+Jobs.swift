import Foundation
internal import GRDB

/// Which items of a job are asked for, and in which order they come.
public enum JobItemSelection: Hashable, Sendable {
    /// In the order of their positions.
    case all
    /// In the order of their positions; of the states that are left again.
    case inState(JobItemState)
    /// In the order in which they ended: those that end later come later.
    case ended(Set<JobItemState>)
}

extension Store {
    /// nil when there is no such job, or it is another tenant's.
    public func job(_ id: JobID, for tenant: Tenant) throws(StoreError) -> JobRecord? {
        try StoreError.wrap(path: directory.database) {
            try connections.read { db in try jobRecord(id, for: tenant, in: db) }
        }
    }

    /// Newest first.
    ///
    /// - Parameter before: only jobs older than this one; an unknown one gives none.
    public func jobs(before: JobID? = nil, limit: Int, for tenant: Tenant) throws(StoreError) -> [JobRecord] {
        let path = directory.database
        // Left out where all are seen, so that each has its index.
        let isSeen = tenant.seesAll ? "?3 = ?3" : "tenant = ?3"
        return try StoreError.wrap(path: path) {
            try connections.read { db in
                try JobRow.fetchAll(
                    db,
                    sql: """
                        SELECT * FROM job
                        WHERE \(isSeen)
                            AND (?1 IS NULL OR number < (SELECT number FROM job WHERE id = ?1 AND \(isSeen)))
                        ORDER BY number DESC LIMIT ?2
                        """, arguments: [before?.rawValue, limit, tenant.name]
                ).map { try JobRecord($0, path: path) }
            }
        }
    }

    /// Items after a place in their order.
    ///
    /// - Parameters:
    ///   - warning: only items whose masks have such a warning; nil takes all.
    ///   - after: a position, or for `ended` a `finished`; -1 starts at the beginning.
    /// - Returns: nil when there is no such job, or it is another tenant's.
    public func jobItems(
        of id: JobID, _ selection: JobItemSelection, warning: WarningFilter? = nil, after: Int = -1, limit: Int,
        for tenant: Tenant
    ) throws(StoreError) -> [JobItemRecord]? {
        let path = directory.database
        return try StoreError.wrap(path: path) {
            try connections.read { db in
                guard let job = try jobRecord(id, for: tenant, in: db) else { return nil }
                let (condition, order) =
                    switch selection {
                    case .all: ("TRUE", "position")
                    case .inState(let state): ("state = '\(state.rawValue)'", "position")
                    case .ended(let states):
                        ("state IN (\(states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")))", "finished")
                    }
                let (warned, code): (String, StatementArguments) =
                    switch warning {
                    case nil: ("TRUE", [])
                    case .any: ("warnings IS NOT NULL", [])
                    case .code(let code):
                        (
                            """
                            warnings IS NOT NULL AND EXISTS (
                                SELECT 1 FROM json_each(warnings) WHERE json_extract(value, '$.code') = ?)
                            """, [code]
                        )
                    }
                let place: StatementArguments = [job.number, after]
                return try JobItemRow.fetchAll(
                    db,
                    sql: """
                        SELECT \(JobItemRow.columns) FROM jobItem
                        WHERE job = ? AND \(order) > ? AND \(condition) AND \(warned) ORDER BY \(order) LIMIT ?
                        """, arguments: place + code + [limit]
                ).map { try JobItemRecord($0, path: path) }
            }
        }
    }

    /// The images that a job waits for, each once, in the order of the items; nil as `jobItems`.
    public func missingImages(of id: JobID, for tenant: Tenant) throws(StoreError) -> [ContentDigest]? {
        try StoreError.wrap(path: directory.database) {
            try connections.read { db in
                guard let job = try jobRecord(id, for: tenant, in: db) else { return nil }
                return try String.fetchAll(
                    db,
                    sql: """
                        SELECT image FROM jobItem WHERE job = ? AND state = 'waiting'
                        GROUP BY image ORDER BY min(position)
                        """, arguments: [job.number]
                ).compactMap(ContentDigest.init(rawValue:))
            }
        }
    }

    func jobRecord(_ id: JobID, for tenant: Tenant, in db: Database) throws -> JobRecord? {
        guard let job = try jobRecord(id, in: db), tenant.seesAll || job.tenant == tenant.name else { return nil }
        return job
    }

    func jobRecord(_ id: JobID, in db: Database) throws -> JobRecord? {
        try JobRow.fetchOne(
            db.cachedStatement(sql: "SELECT * FROM job WHERE id = ?"), arguments: [id.rawValue]
        ).map { try JobRecord($0, path: directory.database) }
    }
}
