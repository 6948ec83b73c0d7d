import Foundation
import GRDB

@testable import Store

/// A database as an earlier release left it, row by row.
struct OldDatabase {
    let db: Database
    let files: ImageFiles

    /// - Parameter migration: the newest that the release knew.
    static func make(
        in directory: TemporaryDirectory, upTo migration: String, _ fill: (OldDatabase) throws -> Void
    ) throws {
        let files = ImageFiles(root: directory.layout.images)
        try File.createDirectory(directory.layout.images)
        let queue = try DatabaseQueue(path: directory.layout.database)
        try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
        try Schema.migrator.migrate(queue, upTo: migration)
        try queue.write { db in try fill(OldDatabase(db: db, files: files)) }
        try queue.writeWithoutTransaction { db in try Connections.setJournalMode(db, path: directory.layout.database) }
        try queue.close()
    }

    /// The fixtures' image, 100 bytes, with its file.
    @discardableResult
    func image(_ id: Int) throws -> Int64 {
        let record = try MaskRecord.make(id: id)
        try files.write(imageBytes(id), as: record.imageSHA256)
        try ImageRow(record, bytes: 100).insert(db)
        return db.lastInsertedRowID
    }

    /// The fixtures' mask with its image.
    /// - Returns: its number.
    @discardableResult
    func mask(_ id: Int, lastUsed: Int64 = 1) throws -> Int64 {
        let record = try MaskRecord.make(id: id)
        try MaskRow(record, image: try image(id), lastUsed: lastUsed).insert(db)
        let mask = db.lastInsertedRowID
        for (position, entry) in record.classes.enumerated() {
            try ClassRow(entry, mask: mask, position: position).insert(db)
        }
        return mask
    }

    /// - Returns: its number.
    func job(_ id: JobID, owner: String, phase: String = "active", hasEnded: Bool) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO job (id, name, owner, modelDigest, options, phase, createdAt, finishedAt, revision)
                VALUES (?, 'old', ?, ?, '{}', ?, 1000, ?, 100)
                """,
            arguments: [id.rawValue, owner, try ContentDigest.make(7).rawValue, phase, hasEnded ? 2000 : nil])
        return db.lastInsertedRowID
    }

    /// An item of an image whose number is also its mask's.
    func item(
        _ position: Int, of job: Int64, image: Int, state: JobItemState, result: Int64? = nil, tries: Int = 1
    ) throws {
        // By way of the states that lead there, which the triggers count.
        try db.execute(
            sql: """
                INSERT INTO jobItem (job, position, name, image, labels, mask, state, tries)
                VALUES (?, ?, ?, ?, '["cat"]', ?, ?, ?)
                """,
            arguments: [
                job, position, "näme-\(position)", try ContentDigest.make(image).rawValue,
                try MaskID.make(image).rawValue, state == .waiting ? "waiting" : "queued", tries,
            ])
        guard JobItemState.ended.contains(state) else { return }
        try db.execute(
            sql: "UPDATE jobItem SET state = ?, result = ?, reason = ?, manifest = ?, finished = ? WHERE number = ?",
            arguments: [
                state.rawValue, result, state == .failed ? "no picture" : nil,
                state == .cancelled ? nil : #"{"näme":"\#(position)"}"#, position + 1, db.lastInsertedRowID,
            ])
    }
}
