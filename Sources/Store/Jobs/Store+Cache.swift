import Foundation
internal import GRDB

extension Store {
    /// Finishes queued items of a job whose masks are in the store already, many in one transaction.
    ///
    /// - Parameters:
    ///   - after: only items at later positions.
    ///   - limit: the most items finished in one call.
    ///   - manifest: the line of an item and its mask.
    /// - Returns: the position of the last item finished, and how many were; nil when there are no more.
    public func finishFromCache(
        _ id: JobID, after: Int, limit: Int, now: Date = Date(),
        manifest: (JobItemRecord, MaskSummary) throws -> String
    ) throws(StoreError) -> (last: Int, count: Int)? {
        let path = directory.database
        return try write { db in
            var finished: (last: Int, count: Int)?
            try db.inTransaction(.immediate) {
                guard let job = try jobRecord(id, in: db), job.phase == .active else { return .commit }
                for (row, mask) in try cachedItems(of: job.number, after: after, limit: limit, in: db) {
                    // A damaged one is made anew when the item's turn comes.
                    guard try isIntact(mask, in: db), let summary = try MaskSummary.fetch(mask, in: db, path: path)
                    else { continue }
                    try JobItems.end(
                        row, as: .done, result: mask, isFromCache: true,
                        manifest: try manifest(JobItemRecord(row, path: path), summary), in: db)
                    try JobItems.add(JobSums(summary.classes), toJob: job.number, in: db)
                    finished = (row.position, (finished?.count ?? 0) + 1)
                }
                try JobItems.finishJob(job.number, now: Milliseconds(now).since1970, in: db)
                return .commit
            }
            return finished
        }
    }

    private func cachedItems(
        of job: Int64, after: Int, limit: Int, in db: Database
    ) throws -> [(JobItemRow, mask: Int64)] {
        struct Hit: Decodable, FetchableRecord {
            let item: Int64
            let mask: Int64
        }
        // By position, so that a job of which nothing is cached is gone through once and not once a call.
        let hits = try Hit.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT jobItem.number AS item, mask.number AS mask
                    FROM jobItem JOIN mask ON mask.id = jobItem.mask
                    WHERE job = ? AND position > ? AND state = 'queued' ORDER BY position LIMIT ?
                    """), arguments: [job, after, limit])
        return try hits.compactMap { hit in
            try JobItemRow.fetchOne(
                db.cachedStatement(sql: "SELECT \(JobItemRow.columns) FROM jobItem WHERE number = ?"),
                arguments: [hit.item]
            ).map { ($0, hit.mask) }
        }
    }
}
