import Foundation
import GRDB
import Testing

@testable import Store

extension Store {
    /// What must hold of every store at any time, whatever was done to it.
    ///
    /// - Parameter lost: images whose files were removed behind the store's back.
    func expectConsistent(
        lost: Set<String> = [], _ comment: Comment? = nil, at location: SourceLocation = #_sourceLocation
    ) throws {
        let directory = directory
        try connections.write { db in
            for (rule, sql) in Consistency.violations {
                let found = try Row.fetchAll(db, sql: sql)
                #expect(found.isEmpty, "\(rule): \(found) \(comment ?? "")", sourceLocation: location)
            }
            let integrity = try String.fetchAll(db, sql: "PRAGMA integrity_check")
            #expect(integrity == ["ok"], comment, sourceLocation: location)
            let foreignKeys = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check")
            #expect(foreignKeys.isEmpty, comment, sourceLocation: location)
            let rows = try Set(String.fetchAll(db, sql: "SELECT sha256 FROM image"))
            let files = imageFileNames(in: directory.images)
            #expect(files.isSubset(of: rows), comment, sourceLocation: location)
            #expect(rows.subtracting(files).isSubset(of: lost), comment, sourceLocation: location)
        }
    }

    func rows(_ sql: String) throws -> [Row] {
        try connections.write { db in try Row.fetchAll(db, sql: sql) }
    }

    func strings(_ sql: String) throws -> Set<String> {
        try connections.write { db in try Set(String.fetchAll(db, sql: sql)) }
    }
}

func imageFileNames(in directory: String) -> Set<String> {
    let paths = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
    return Set(paths.filter { $0.contains("/") }.map { String($0.suffix(from: $0.index($0.startIndex, offsetBy: 3))) })
}

private enum Consistency {
    /// Queries that find nothing in a consistent store.
    static let violations: [(rule: String, sql: String)] = [
        ("counts are those of the items", """
            SELECT id FROM job WHERE (waiting, queued, running, done, fromCache, failed, cancelled) <> (
                SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'queued'),
                    count(*) FILTER (WHERE state = 'running'), count(*) FILTER (WHERE state = 'done'),
                    count(*) FILTER (WHERE state = 'done' AND isFromCache), count(*) FILTER (WHERE state = 'failed'),
                    count(*) FILTER (WHERE state = 'cancelled') + dropped
                FROM jobItem WHERE job = job.number)
            """),
        ("sums are those of the masks' classes", """
            SELECT id FROM job LEFT JOIN (
                SELECT jobItem.job AS job, count(*) AS classes, count(*) FILTER (WHERE meanPosterior IS NULL) AS empty,
                    coalesce(sum(meanPosterior), 0) AS posterior, coalesce(sum(areaShare), 0) AS area
                FROM jobItem JOIN maskClass ON maskClass.mask = jobItem.result GROUP BY jobItem.job
            ) AS found ON found.job = job.number
            WHERE job.classes <> coalesce(found.classes, 0) OR emptyClasses <> coalesce(found.empty, 0)
                OR abs(posteriorSum - coalesce(posterior, 0)) > 1e-6 OR abs(areaShareSum - coalesce(area, 0)) > 1e-6
            """),
        ("a job has ended when its items have", """
            SELECT id FROM job WHERE (finishedAt IS NULL) <> (waiting + queued + running > 0)
            """),
        ("ends are no later than the revision", """
            SELECT jobItem.number FROM jobItem JOIN job ON job.number = jobItem.job WHERE finished > revision
            """),
        ("a cancelled job has nothing left to do", """
            SELECT id FROM job WHERE phase = 'cancelled' AND waiting + queued + running > 0
            """),
        ("what may be evicted is what is no job's result", """
            SELECT number FROM mask
            WHERE EXISTS (SELECT 1 FROM evictable WHERE mask = mask.number)
                = EXISTS (SELECT 1 FROM jobItem WHERE result = mask.number)
            """),
        ("a result is the mask that its item names", """
            SELECT jobItem.number FROM jobItem JOIN mask ON mask.number = result WHERE mask.id <> jobItem.mask
            """),
        ("every image is needed", """
            SELECT sha256 FROM image
            WHERE NOT EXISTS (SELECT 1 FROM mask WHERE mask.image = image.number)
                AND NOT EXISTS (SELECT 1 FROM jobItem JOIN job ON job.number = jobItem.job
                    WHERE jobItem.image = sha256 AND state IN ('waiting', 'queued', 'running', 'failed')
                        AND phase <> 'cancelled')
            """),
        ("an item is begun only with its image's row there", """
            SELECT number FROM jobItem
            WHERE state IN ('queued', 'running') AND NOT EXISTS (SELECT 1 FROM image WHERE sha256 = jobItem.image)
            """),
        ("what a result adds up to is what its items do", """
            SELECT id FROM job WHERE (nameBytes, manifestBytes, archiveBytes) <> (
                SELECT coalesce(sum((state = 'done') * (length(CAST(name AS BLOB)) + 1)), 0),
                    coalesce(sum(length(CAST(manifest AS BLOB)) + 1), 0), coalesce(sum(archiveBytes), 0)
                FROM jobItem WHERE job = job.number)
            """),
        ("an item adds to the archive when it is done", """
            SELECT number FROM jobItem WHERE (archiveBytes > 0) <> (state = 'done')
            """),
        ("a job holds its images, each once, and its masks", """
            SELECT id FROM job WHERE heldBytes <>
                (SELECT coalesce(sum(coalesce(imageBytes, 0)), 0) FROM jobItem WHERE job = job.number)
                + (SELECT coalesce(sum(bytes), 0) FROM jobItem JOIN mask ON mask.number = result
                    WHERE jobItem.job = job.number)
            """),
        ("an image of a job is counted once", """
            SELECT job, image FROM jobItem WHERE imageBytes IS NOT NULL GROUP BY job, image HAVING count(*) > 1
            """),
        ("what is begun or finished counts its image", """
            SELECT jobItem.number FROM jobItem JOIN job ON job.number = jobItem.job
            WHERE jobItem.state IN ('queued', 'running', 'done') AND (SELECT coalesce(sum(imageBytes), 0) FROM jobItem AS other
                WHERE other.job = jobItem.job AND other.image = jobItem.image)
                <> (SELECT bytes FROM image WHERE sha256 = jobItem.image)
            """),
        ("a token's holdings are those of its jobs", """
            SELECT owner FROM (SELECT owner, unfinished, items, heldBytes FROM holder
                UNION SELECT owner, sum(waiting + queued + running),
                sum(1 + waiting + queued + running + done + failed + cancelled - dropped), sum(heldBytes)
                FROM job GROUP BY owner) GROUP BY owner HAVING count(*) > 1
            UNION SELECT owner FROM holder WHERE owner NOT IN (SELECT owner FROM job)
            UNION SELECT owner FROM job WHERE owner NOT IN (SELECT owner FROM holder)
            """),
        ("every mask has an owner and checksums, every image somebody who has shown it", """
            SELECT number FROM mask WHERE number NOT IN (SELECT mask FROM maskMark)
            UNION SELECT number FROM image WHERE number NOT IN (SELECT image FROM imageOwner)
            """),
        ("an item is begun only when its tenant has shown the image", """
            SELECT jobItem.number FROM jobItem JOIN job ON job.number = jobItem.job
            WHERE state IN ('queued', 'running') AND NOT EXISTS (SELECT 1 FROM imageOwner JOIN image
                ON image.number = imageOwner.image WHERE sha256 = jobItem.image AND owner = tenant)
            """),
        ("a ground truth is its mask's owner's", """
            SELECT groundTruth.mask FROM groundTruth JOIN maskMark USING (mask) WHERE groundTruth.owner <> maskMark.owner
            """),
        ("an ended job has an age", """
            SELECT id FROM job WHERE (finishedAt IS NULL) <> (endedAt IS NULL)
            """),
        ("a cancelled job keeps no item that was never begun", """
            SELECT number FROM jobItem WHERE state = 'cancelled' AND tries = 0
            """),
        ("usage is the sum of the rows", """
            SELECT * FROM usage WHERE masks <> (SELECT count(*) FROM mask) OR images <> (SELECT count(*) FROM image)
                OR usage.bytes <> (SELECT coalesce(sum(bytes), 0) FROM mask)
                    + (SELECT coalesce(sum(bytes), 0) FROM image)
                    + (SELECT coalesce(sum(bytes), 0) FROM groundTruth)
                    + (SELECT coalesce(sum(bytes), 0) FROM overlay)
                    + \(JobSchema.bytesPerItem) * ((SELECT count(*) FROM jobItem) + (SELECT count(*) FROM job))
            """),
        ("a ground truth is under its mask's model and label source", """
            SELECT mask FROM groundTruth JOIN mask ON mask.number = groundTruth.mask
            WHERE mask.modelDigest <> groundTruth.modelDigest OR mask.labelSource <> groundTruth.labelSource
            """),
        ("an overlay has all its pieces", """
            SELECT number FROM overlay
            WHERE length <> (SELECT coalesce(sum(length(png)), 0) FROM overlayPiece WHERE overlay = overlay.number)
            """),
        ("a callback is due when its job has ended", """
            SELECT id FROM job WHERE (callbackURL IS NULL) <> (callbackState IS NULL)
                OR (callbackState = 'waiting') <> (finishedAt IS NULL)
            """),
    ]
}
