import Foundation
internal import GRDB

/// One done item of a job's result.
public struct JobResultEntry: Hashable, Sendable {
    public let position: Int
    public let name: String
    /// Bytes of its PNG.
    public let pngBytes: Int

    let mask: MaskID
}

/// What a job's result adds up to, before any of it is read.
public struct JobResultTotals: Hashable, Sendable {
    /// Bytes of the names of all done items, each with a line feed.
    public let nameBytes: Int
    /// Bytes of the manifest lines of all done and failed items, each with a line feed.
    public let manifestBytes: Int
    /// Bytes of the masks' entries in the archive (`ResultLayout`).
    public let archiveBytes: Int
}

/// The part of a job that a result is made of: what had ended at a revision, after a position.
public struct JobResultRange: Hashable, Sendable {
    let job: Int64
    let revision: Int
    public let after: Int
    /// Of the whole result; nil for a part of it.
    let totals: JobResultTotals?

    public init(_ job: JobRecord, after: Int) {
        self.job = job.number
        revision = job.revision
        self.after = after
        totals = after < 0 ? job.result : nil
    }
}

// `+finished`: else SQLite may choose that column's index and sort the whole job for every page.
extension Store {
    /// Read with the job itself for the whole of its result; added up for a part.
    public func resultTotals(_ range: JobResultRange) throws(StoreError) -> JobResultTotals {
        struct Row: Decodable, FetchableRecord {
            let names: Int
            let manifest: Int
            let archive: Int
        }
        if let totals = range.totals { return totals }
        return try StoreError.wrap(path: directory.database) {
            let row = try connections.read { db in
                try Row.fetchOne(
                    db,
                    sql: """
                        SELECT coalesce(sum(iif(state = 'done', length(CAST(name AS BLOB)) + 1, 0)), 0) AS names,
                            coalesce(sum(manifestBytes), 0) AS manifest, coalesce(sum(archiveBytes), 0) AS archive
                        FROM jobItem WHERE job = ? AND position > ? AND +finished <= ? AND state IN ('done', 'failed')
                        """, arguments: [range.job, range.after, range.revision])
            }
            return JobResultTotals(
                nameBytes: row?.names ?? 0, manifestBytes: row?.manifest ?? 0, archiveBytes: row?.archive ?? 0)
        }
    }

    /// Done items in the order of their positions.
    public func resultEntries(
        _ range: JobResultRange, after: Int, limit: Int
    ) throws(StoreError) -> [JobResultEntry] {
        struct Row: Decodable, FetchableRecord {
            let position: Int
            let name: String
            let pngBytes: Int
            let mask: String
        }
        let path = directory.database
        return try StoreError.wrap(path: path) {
            try connections.read { db in
                // length() of a blob reads its row's header only.
                try Row.fetchAll(
                    db.cachedStatement(
                        sql: """
                            SELECT position, name, length(mask.png) AS pngBytes, mask.id AS mask
                            FROM jobItem JOIN mask ON mask.number = jobItem.result
                            WHERE job = ? AND position > ? AND +finished <= ? AND state = 'done' ORDER BY position LIMIT ?
                            """),
                    arguments: [range.job, max(after, range.after), range.revision, limit])
            }.map { row in
                guard let mask = MaskID(rawValue: row.mask) else {
                    throw StoreError.damaged(path: path, detail: "mask \(row.mask) has an impossible id")
                }
                return JobResultEntry(position: row.position, name: row.name, pngBytes: row.pngBytes, mask: mask)
            }
        }
    }

    /// nil when the job was purged meanwhile and the mask evicted.
    ///
    /// - Throws: `StoreError.maskDamaged` when it is not what was written.
    public func png(of entry: JobResultEntry) throws(StoreError) -> Data? {
        try StoreError.wrap(path: directory.database) {
            try connections.read { db in
                guard let number = try maskNumber(entry.mask, in: db), let mark = try MaskMark.fetch(number, in: db),
                    let png = try Data.fetchOne(
                        db.cachedStatement(sql: "SELECT png FROM mask WHERE number = ?"), arguments: [number])
                else { return nil }
                try requireIntact(png: png, of: entry.mask, mark)
                return png
            }
        }
    }

    /// Classes of an entry's mask, with the picture's size and `MaskRecord.ignoredCounts`; nil and damaged as `png(of:)`.
    public func classes(
        of entry: JobResultEntry
    ) throws(StoreError) -> (width: Int, height: Int, classes: [ClassRecord], ignoredCounts: String?)? {
        struct Size: Decodable, FetchableRecord {
            let number: Int64
            let width: Int
            let height: Int
        }
        return try StoreError.wrap(path: directory.database) {
            try connections.read { db in
                guard
                    let size = try Size.fetchOne(
                        db.cachedStatement(sql: "SELECT number, width, height FROM mask WHERE id = ?"),
                        arguments: [entry.mask.rawValue]),
                    let mark = try MaskMark.fetch(size.number, in: db)
                else { return nil }
                let classes = try self.classes(ofMask: size.number, in: db)
                try requireIntact(classes: classes, of: entry.mask, mark)
                return (size.width, size.height, classes, mark.ignored)
            }
        }
    }

    /// Names of all items of the range's job, ended or not, until `body` says that it has seen enough.
    public func forEachName(of range: JobResultRange, _ body: (String) -> Bool) throws(StoreError) {
        try StoreError.wrap(path: directory.database) {
            try connections.read { db in
                let names = try String.fetchCursor(
                    db.cachedStatement(sql: "SELECT name FROM jobItem WHERE job = ? ORDER BY position"),
                    arguments: [range.job])
                while let name = try names.next(), body(name) {}
            }
        }
    }

    /// Manifest lines of done and failed items in the order of their positions, each with its item's position.
    public func manifestLines(
        _ range: JobResultRange, after: Int, limit: Int
    ) throws(StoreError) -> [(position: Int, line: String)] {
        struct Row: Decodable, FetchableRecord {
            let position: Int
            let manifest: String
        }
        return try StoreError.wrap(path: directory.database) {
            try connections.read { db in
                try Row.fetchAll(
                    db.cachedStatement(
                        sql: """
                            SELECT position, manifest FROM jobItem
                            WHERE job = ? AND position > ? AND +finished <= ? AND state IN ('done', 'failed')
                            ORDER BY position LIMIT ?
                            """),
                    arguments: [range.job, max(after, range.after), range.revision, limit])
            }.map { ($0.position, $0.manifest) }
        }
    }
}
