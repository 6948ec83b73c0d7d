import Foundation
internal import GRDB

// Read a page at a time, so that neither a reader of the database nor memory is held by a large set. What is stored
// between two pages is in or out as a whole: each page is one committed state, and a mask is in one page only.
//
// Of the masks that a tenant owns or, for one who sees all, of all: the condition is left out then, so that each has
// its index.
extension Store {
    /// The groups of masks that have ground truth, ordered by model, options and label source.
    ///
    /// - Parameters:
    ///   - model, options: what the digests begin with; empty for all.
    ///   - after: only groups that come later.
    ///   - tenant: only masks of this one.
    public func groundTruthGroups(
        model: String = "", options: String = "", after: GroundTruthGroup? = nil, limit: Int, for tenant: Tenant
    ) throws(StoreError) -> [GroundTruthGroup] {
        struct Row: Decodable, FetchableRecord {
            let modelDigest: String
            let optionsDigest: String
            let labelSource: String
        }
        let path = directory.database
        return try StoreError.wrap(path: path) {
            try connections.read { db in
                // "g" comes after every hexadecimal digit.
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT DISTINCT modelDigest, optionsDigest, labelSource FROM groundTruth
                        WHERE \(tenant.seesAll ? "TRUE" : "owner = ?7")
                            AND modelDigest >= ?1 AND modelDigest < ?1 || 'g'
                            AND optionsDigest >= ?2 AND optionsDigest < ?2 || 'g'
                            AND (modelDigest, optionsDigest, labelSource) > (?3, ?4, ?5)
                        ORDER BY modelDigest, optionsDigest, labelSource LIMIT ?6
                        """,
                    arguments: [
                        model, options, after?.modelDigest.rawValue ?? "", after?.optionsDigest.rawValue ?? "",
                        after?.labelSource.rawValue ?? "", limit,
                    ] + Self.arguments(tenant))
            }.map { row in
                guard let model = ContentDigest(rawValue: row.modelDigest),
                    let options = ContentDigest(rawValue: row.optionsDigest),
                    let source = LabelSource(rawValue: row.labelSource)
                else { throw StoreError.damaged(path: path, detail: "a ground truth has an impossible value") }
                return GroundTruthGroup(modelDigest: model, optionsDigest: options, labelSource: source)
            }
        }
    }

    /// Hands out scores of a group, one in memory at a time.
    ///
    /// - Parameters:
    ///   - after: where the page before ended; nil starts at the beginning.
    ///   - limit: scores of one page.
    /// - Returns: where this page ended; nil when there was none left.
    public func forEachScore(
        of group: GroundTruthGroup, after: Int64?, limit: Int, for tenant: Tenant, _ body: (Data) throws -> Void
    ) throws(StoreError) -> Int64? {
        struct Row: Decodable, FetchableRecord {
            let mask: Int64
            let score: Data
        }
        return try StoreError.wrap(path: directory.database) {
            try connections.read { db in
                let rows = try Row.fetchCursor(
                    db,
                    sql: """
                        SELECT mask, score FROM groundTruth
                        WHERE \(Self.isIn(tenant)) AND mask > ? ORDER BY mask LIMIT ?
                        """, arguments: Self.arguments(group, tenant) + [after ?? Int64.min, limit])
                var last: Int64?
                while let row = try rows.next() {
                    try body(row.score)
                    last = row.mask
                }
                return last
            }
        }
    }

    /// What one of the group's masks was made with, as its record tells; nil when the group has gone.
    public func maskOptions(of group: GroundTruthGroup, for tenant: Tenant) throws(StoreError) -> String? {
        try StoreError.wrap(path: directory.database) {
            try connections.read { db in
                try String.fetchOne(
                    db,
                    sql: """
                        SELECT options FROM mask WHERE number = (
                            SELECT min(mask) FROM groundTruth WHERE \(Self.isIn(tenant)))
                        """, arguments: Self.arguments(group, tenant))
            }
        }
    }

    /// Names of the classes that were looked for in the group's masks, by class index.
    public func classNames(of group: GroundTruthGroup, for tenant: Tenant) throws(StoreError) -> [Int: String] {
        struct Row: Decodable, FetchableRecord {
            let classIndex: Int
            let name: String
        }
        return try StoreError.wrap(path: directory.database) {
            let rows = try connections.read { db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT DISTINCT classIndex, name FROM groundTruth JOIN maskClass USING (mask)
                        WHERE \(Self.isIn(tenant))
                        """, arguments: Self.arguments(group, tenant))
            }
            return Dictionary(rows.map { ($0.classIndex, $0.name) }) { first, _ in first }
        }
    }

    private static func arguments(_ tenant: Tenant) -> StatementArguments { tenant.seesAll ? [] : [tenant.name] }

    private static func isIn(_ tenant: Tenant) -> String {
        (tenant.seesAll ? "" : "owner = ? AND ") + "modelDigest = ? AND optionsDigest = ? AND labelSource = ?"
    }

    private static func arguments(_ group: GroundTruthGroup, _ tenant: Tenant) -> StatementArguments {
        arguments(tenant) + [group.modelDigest.rawValue, group.optionsDigest.rawValue, group.labelSource.rawValue]
    }
}
