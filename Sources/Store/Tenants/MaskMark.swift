import Foundation
internal import GRDB

/// Whose a mask is, the checksums of what its rows hold, and what else is told about it.
struct MaskMark: Decodable, FetchableRecord {
    let owner: String
    /// `Checksum` of the PNG.
    let png: Int64
    /// `Checksum` of the classes and the notes.
    let classes: Int64
    /// `[WarningRecord]` as JSON.
    let warnings: String?
    /// `MaskRecord.ignoredCounts`
    let ignored: String?

    private var notes: [String] { [warnings, ignored].compactMap(\.self) }

    func isIntact(_ classes: [ClassRecord]) -> Bool { Checksum.of(classes, notes: notes) == self.classes }

    static func fetch(_ mask: Int64, in db: Database) throws -> MaskMark? {
        try MaskMark.fetchOne(
            db.cachedStatement(sql: "SELECT owner, png, classes, warnings, ignored FROM maskMark WHERE mask = ?"),
            arguments: [mask])
    }

    /// Together with the mask's image: reading a mask is what is done most.
    static func fetch(_ mask: Int64, image: Int64, in db: Database) throws -> (ImageRow, MaskMark)? {
        struct Both: FetchableRecord {
            let image: ImageRow
            let mark: MaskMark

            init(row: Row) throws {
                var columns = RowReader(row)
                image = ImageRow(
                    number: try columns.take(), sha256: try columns.take(), mediaType: try columns.take(),
                    bytes: try columns.take(), createdAt: try columns.take())
                mark = MaskMark(
                    owner: try columns.take(), png: try columns.take(), classes: try columns.take(),
                    warnings: try columns.takeOptional(), ignored: try columns.takeOptional())
            }
        }
        let both = try Both.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT image.number, sha256, mediaType, bytes, createdAt, maskMark.owner, maskMark.png, classes,
                        warnings, ignored
                    FROM image JOIN maskMark ON maskMark.mask = ?1 WHERE image.number = ?2
                    """), arguments: [mask, image])
        return both.map { ($0.image, $0.mark) }
    }

    static func insert(_ record: MaskRecord, mask: Int64, owner: String, in db: Database) throws {
        let warnings = try record.warnings.column
        let notes = [warnings, record.ignoredCounts].compactMap(\.self)
        try db.cachedStatement(
            sql: """
                INSERT INTO maskMark (mask, owner, png, classes, warnings, ignored) VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            mask, owner, Checksum.of(record.maskPNG), Checksum.of(record.classes, notes: notes), warnings,
            record.ignoredCounts,
        ])
    }

    /// Whether a tenant may see the mask. One that was made before there were tenants can be the result of jobs of
    /// several, and stays the result of each.
    func isVisible(_ mask: Int64, to tenant: Tenant, in db: Database) throws -> Bool {
        if tenant.seesAll || owner == tenant.name { return true }
        return try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT \(Self.isResult("?1", of: "?2"))"), arguments: [mask, tenant.name]) ?? false
    }

    /// SQL: whether a mask, by number, is the result of a job of a tenant, by name.
    private static func isResult(_ mask: String, of tenant: String) -> String {
        """
        EXISTS (SELECT 1 FROM jobItem JOIN job ON job.number = jobItem.job
            WHERE jobItem.result = \(mask) AND job.tenant = \(tenant))
        """
    }

    /// The number of a mask that a tenant may see; nil also where there is none.
    static func number(of id: MaskID, visibleTo tenant: Tenant, in db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT number FROM mask JOIN maskMark ON maskMark.mask = mask.number
                    WHERE id = ?1 AND (?2 OR owner = ?3 OR \(isResult("mask.number", of: "?3")))
                    """), arguments: [id.rawValue, tenant.seesAll, tenant.name])
    }
}

extension Store {
    /// - Throws: `StoreError.maskDamaged` where the PNG is not what was written.
    func requireIntact(png: Data, of id: MaskID, _ mark: MaskMark) throws {
        guard Checksum.of(png) == mark.png else { throw StoreError.maskDamaged(path: directory.database, id: id) }
    }

    /// - Throws: `StoreError.maskDamaged` where the classes are not what was written.
    func requireIntact(classes: [ClassRecord], of id: MaskID, _ mark: MaskMark) throws {
        guard mark.isIntact(classes) else {
            throw StoreError.maskDamaged(path: directory.database, id: id)
        }
    }

    /// Whether all of a mask can be read, and is what was written.
    func isIntact(_ mask: Int64, in db: Database) throws -> Bool {
        guard let mark = try MaskMark.fetch(mask, in: db),
            let png = try Data.fetchOne(
                db.cachedStatement(sql: "SELECT png FROM mask WHERE number = ?"), arguments: [mask])
        else { return false }
        return try Checksum.of(png) == mark.png && mark.isIntact(classes(ofMask: mask, in: db))
    }

    func classes(ofMask mask: Int64, in db: Database) throws -> [ClassRecord] {
        try ClassRow.fetchAll(
            db.cachedStatement(sql: "SELECT \(ClassRow.columns) FROM maskClass WHERE mask = ? ORDER BY position"),
            arguments: [mask]
        ).map(ClassRecord.init)
    }

    /// Puts a mask made anew in the place of a damaged one, whose number, jobs and owner it keeps. Inside the caller's
    /// transaction.
    ///
    /// The same picture, model and options most often give the same bytes. Where they do not, on another machine, the
    /// results that hold the mask are other ones from now on, and its ground truth was compared with another mask.
    func replaceDamaged(_ mask: Int64, with record: MaskRecord, in db: Database) throws {
        let before = try MaskMark.fetch(mask, in: db)
        let oldBytes =
            try Int.fetchOne(
                db, sql: "SELECT length(png) FROM mask WHERE number = ?", arguments: [mask]) ?? 0
        try db.execute(
            sql: "UPDATE mask SET width = ?, height = ?, options = ?, png = ?, bytes = ? WHERE number = ?",
            arguments: [
                record.imageWidth, record.imageHeight, record.options, record.maskPNG, record.storedBytes, mask,
            ])
        try db.execute(sql: "DELETE FROM maskClass WHERE mask = ?", arguments: [mask])
        for (position, entry) in record.classes.enumerated() {
            try ClassRow(entry, mask: mask, position: position).insert(db)
        }
        try db.execute(sql: "DELETE FROM maskMark WHERE mask = ?", arguments: [mask])
        try MaskMark.insert(record, mask: mask, owner: before?.owner ?? "", in: db)
        try db.execute(
            sql: "UPDATE jobItem SET warnings = (SELECT warnings FROM maskMark WHERE mask = ?1) WHERE result = ?1",
            arguments: [mask])
        guard try MaskMark.fetch(mask, in: db)?.png != before?.png else { return }
        try db.execute(sql: "DELETE FROM groundTruth WHERE mask = ?", arguments: [mask])
        try db.execute(sql: "DELETE FROM overlay WHERE mask = ?", arguments: [mask])
        // Of the PNG, whatever the name of its item is.
        let growth = TarEntry.padded(record.maskPNG.count) - TarEntry.padded(oldBytes)
        try db.execute(
            sql: "UPDATE jobItem SET archiveBytes = archiveBytes + ? WHERE result = ?", arguments: [growth, mask])
        try db.execute(
            sql: """
                UPDATE job SET revision = revision + 1 WHERE number IN (SELECT job FROM jobItem WHERE result = ?)
                """, arguments: [mask])
    }
}
