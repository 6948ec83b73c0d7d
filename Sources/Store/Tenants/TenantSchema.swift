import Foundation
internal import GRDB

/// Migration 4: whose everything is, how much of it, and what is known of a result before it is read.
///
/// ```
/// image ──< imageOwner        mask ── maskMark        job >── holder        uptime (one row)
/// ```
enum TenantSchema {
    static func migrate(_ db: Database) throws {
        // Rewritten below; what is filled in here is not to be counted twice.
        try db.execute(sql: "DROP TRIGGER jobItemInserted; DROP TRIGGER jobItemMoved;")
        for statement in [images, uptime, columns] { try db.execute(sql: statement) }
        try fillOwners(db)
        try fillMarks(db)
        try fillResults(db)
        for statement in [holders, counts, usage] { try db.execute(sql: statement) }
    }

    /// Which tenants have shown an image's bytes. Others, who know no more than its SHA-256, get nothing made of it.
    private static let images = """
        CREATE TABLE imageOwner (
            image INTEGER NOT NULL REFERENCES image (number) ON DELETE CASCADE,
            owner TEXT NOT NULL,
            PRIMARY KEY (image, owner)
        ) STRICT, WITHOUT ROWID;
        """

    /// Seconds that servers have run on this directory, counted in ticks (`Store.expireJobs`): the clock by which ended
    /// jobs grow old.
    private static let uptime = """
        CREATE TABLE uptime (
            number INTEGER PRIMARY KEY CHECK (number = 1),
            seconds INTEGER NOT NULL CHECK (seconds >= 0)
        ) STRICT;
        INSERT INTO uptime VALUES (1, 0);
        """

    /// `maskMark` is a table of its own and no columns of `mask`, where they would come behind the PNG and cost its
    /// overflow pages with every look.
    ///
    /// Of a job: `tenant` sees it, `owner` (the token) is who its room is counted to. `dropped`: cancelled items whose
    /// rows are gone. `nameBytes`, `manifestBytes`, `archiveBytes`: what its result is made of. `heldBytes`: its images
    /// and masks. `endedAt`: `uptime` when it ended.
    ///
    /// Of an item: `imageBytes` is the image's size once it is there, NULL where another item of the job counts it;
    /// `archiveBytes` and `manifestBytes` are what it adds to the result.
    private static let columns = """
        CREATE TABLE maskMark (
            mask INTEGER PRIMARY KEY REFERENCES mask (number) ON DELETE CASCADE,
            owner TEXT NOT NULL,
            png INTEGER NOT NULL,
            classes INTEGER NOT NULL
        ) STRICT;
        ALTER TABLE groundTruth ADD COLUMN owner TEXT NOT NULL DEFAULT '';
        CREATE INDEX groundTruthByOwner ON groundTruth (owner, modelDigest, optionsDigest, labelSource);
        ALTER TABLE job ADD COLUMN tenant TEXT NOT NULL DEFAULT '';
        ALTER TABLE job ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0 CHECK (dropped >= 0 AND dropped <= cancelled);
        ALTER TABLE job ADD COLUMN nameBytes INTEGER NOT NULL DEFAULT 0 CHECK (nameBytes >= 0);
        ALTER TABLE job ADD COLUMN manifestBytes INTEGER NOT NULL DEFAULT 0 CHECK (manifestBytes >= 0);
        ALTER TABLE job ADD COLUMN archiveBytes INTEGER NOT NULL DEFAULT 0 CHECK (archiveBytes >= 0);
        ALTER TABLE job ADD COLUMN heldBytes INTEGER NOT NULL DEFAULT 0 CHECK (heldBytes >= 0);
        ALTER TABLE job ADD COLUMN endedAt INTEGER;
        CREATE INDEX jobByTenant ON job (tenant, number);
        CREATE INDEX jobByAge ON job (endedAt) WHERE endedAt IS NOT NULL;
        ALTER TABLE jobItem ADD COLUMN imageBytes INTEGER;
        ALTER TABLE jobItem ADD COLUMN archiveBytes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobItem ADD COLUMN manifestBytes INTEGER NOT NULL DEFAULT 0;
        """

    /// What jobs made or needed is their owner's; what nobody's job has touched is nobody's.
    private static func fillOwners(_ db: Database) throws {
        try db.execute(sql: """
            UPDATE job SET tenant = owner, endedAt = iif(finishedAt IS NULL, NULL, 0);
            INSERT INTO imageOwner
                SELECT DISTINCT image.number, job.owner
                FROM image JOIN jobItem ON jobItem.image = image.sha256 JOIN job ON job.number = jobItem.job
                WHERE jobItem.state <> 'waiting' AND (jobItem.state <> 'cancelled' OR jobItem.tries > 0);
            INSERT INTO imageOwner
                SELECT number, '' FROM image WHERE NOT EXISTS (SELECT 1 FROM imageOwner WHERE image = image.number);
            """)
    }

    private static func fillMarks(_ db: Database) throws {
        struct Mask: Decodable, FetchableRecord {
            let number: Int64
            let owner: String?
            let png: Data
        }
        let insert = try db.makeStatement(sql: "INSERT INTO maskMark VALUES (?, ?, ?, ?)")
        let masks = try Mask.fetchCursor(
            db, sql: """
                SELECT number, png, (
                    SELECT owner FROM jobItem JOIN job ON job.number = jobItem.job
                    WHERE jobItem.result = mask.number ORDER BY job.number LIMIT 1) AS owner
                FROM mask
                """)
        while let mask = try masks.next() {
            let classes = try ClassRow.fetchAll(
                db.cachedStatement(sql: "SELECT \(ClassRow.columns) FROM maskClass WHERE mask = ? ORDER BY position"),
                arguments: [mask.number]
            ).map(ClassRecord.init)
            try insert.execute(arguments: [
                mask.number, mask.owner ?? "", Checksum.of(mask.png), Checksum.of(classes),
            ])
        }
        try db.execute(sql: """
            UPDATE groundTruth SET owner = (SELECT owner FROM maskMark WHERE maskMark.mask = groundTruth.mask)
            """)
    }

    private static func fillResults(_ db: Database) throws {
        let entryBytes = DatabaseFunction("entryBytes", argumentCount: 2, pure: true) { values in
            guard let name = String.fromDatabaseValue(values[0]), let bytes = Int.fromDatabaseValue(values[1])
            else { return nil }
            return ResultLayout.mask(named: name, bytes: bytes, modified: 0).length
        }
        db.add(function: entryBytes)
        defer { db.remove(function: entryBytes) }
        try db.execute(sql: """
            UPDATE jobItem SET
                manifestBytes = iif(manifest IS NULL, 0, length(CAST(manifest AS BLOB)) + 1),
                archiveBytes = iif(result IS NULL, 0,
                    entryBytes(name, (SELECT length(png) FROM mask WHERE mask.number = jobItem.result)));
            UPDATE jobItem SET imageBytes =
                iif(state = 'waiting', 0, coalesce((SELECT bytes FROM image WHERE sha256 = jobItem.image), 0))
            WHERE number IN (
                SELECT min(jobItem.number) FROM jobItem JOIN job ON job.number = jobItem.job
                WHERE job.phase <> 'cancelled' OR jobItem.state = 'done' GROUP BY job, image);
            UPDATE job SET dropped =
                (SELECT count(*) FROM jobItem WHERE job = job.number AND state = 'cancelled' AND tries = 0);
            DELETE FROM jobItem WHERE state = 'cancelled' AND tries = 0;
            UPDATE job SET (nameBytes, manifestBytes, archiveBytes, heldBytes) = (
                SELECT coalesce(sum((state = 'done') * (length(CAST(name AS BLOB)) + 1)), 0),
                    coalesce(sum(manifestBytes), 0), coalesce(sum(archiveBytes), 0),
                    coalesce(sum(coalesce(imageBytes, 0) + coalesce(
                        (SELECT bytes FROM mask WHERE mask.number = jobItem.result), 0)), 0)
                FROM jobItem WHERE job = job.number);
            """)
    }

    /// One row for each token that has jobs: what they add up to, and when one of them was last served, so that tokens take
    /// turns however many jobs each has.
    private static let holders = """
        CREATE TABLE holder (
            owner TEXT PRIMARY KEY,
            unfinished INTEGER NOT NULL CHECK (unfinished >= 0),
            items INTEGER NOT NULL CHECK (items >= 0),
            heldBytes INTEGER NOT NULL CHECK (heldBytes >= 0),
            lastServed INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX holderByTurn ON holder (lastServed, owner);
        DROP INDEX jobByTurn;
        CREATE INDEX jobByTurn ON job (owner, modelDigest, lastServed) WHERE phase = 'active' AND queued > 0;
        INSERT INTO holder
            SELECT owner, sum(waiting + queued + running),
                sum(1 + waiting + queued + running + done + failed + cancelled - dropped), sum(heldBytes), max(lastServed)
            FROM job GROUP BY owner;
        CREATE TRIGGER jobHeld AFTER INSERT ON job BEGIN
            -- Behind those that wait: who comes and goes is not always first.
            INSERT OR IGNORE INTO holder
                VALUES (NEW.owner, 0, 0, 0, coalesce((SELECT max(lastServed) FROM holder), 0));
            UPDATE holder SET items = items + 1 WHERE owner = NEW.owner;
        END;
        CREATE TRIGGER jobHolds AFTER UPDATE OF waiting, queued, running, done, failed, cancelled, dropped, heldBytes
        ON job
        WHEN NEW.waiting + NEW.queued + NEW.running <> OLD.waiting + OLD.queued + OLD.running
            OR NEW.done + NEW.failed + NEW.cancelled - NEW.dropped
                <> OLD.done + OLD.failed + OLD.cancelled - OLD.dropped
            OR NEW.heldBytes <> OLD.heldBytes
        BEGIN
            UPDATE holder SET
                unfinished = unfinished + NEW.waiting + NEW.queued + NEW.running
                    - OLD.waiting - OLD.queued - OLD.running,
                items = items + NEW.waiting + NEW.queued + NEW.running + NEW.done + NEW.failed + NEW.cancelled
                    - NEW.dropped - OLD.waiting - OLD.queued - OLD.running - OLD.done - OLD.failed - OLD.cancelled
                    + OLD.dropped,
                heldBytes = heldBytes + NEW.heldBytes - OLD.heldBytes
            WHERE owner = NEW.owner;
        END;
        CREATE TRIGGER jobLeft AFTER DELETE ON job BEGIN
            UPDATE holder SET
                unfinished = unfinished - OLD.waiting - OLD.queued - OLD.running,
                items = items - 1 - OLD.waiting - OLD.queued - OLD.running - OLD.done - OLD.failed - OLD.cancelled
                    + OLD.dropped,
                heldBytes = heldBytes - OLD.heldBytes
            WHERE owner = OLD.owner;
            DELETE FROM holder WHERE owner = OLD.owner AND items = 0;
        END;
        """

    /// As in migration 2, with what an item adds to its job's result and room. Every term is a difference, so that a
    /// mask that is replaced under a finished item counts right, too.
    private static let counts = """
        CREATE TRIGGER jobItemInserted AFTER INSERT ON jobItem BEGIN
            UPDATE job SET waiting = waiting + (NEW.state = 'waiting'), queued = queued + (NEW.state = 'queued'),
                heldBytes = heldBytes + coalesce(NEW.imageBytes, 0)
            WHERE number = NEW.job;
        END;
        CREATE TRIGGER jobItemMoved AFTER UPDATE OF state, imageBytes, archiveBytes ON jobItem
        WHEN OLD.state <> NEW.state OR OLD.imageBytes IS NOT NEW.imageBytes OR OLD.archiveBytes <> NEW.archiveBytes
        BEGIN
            UPDATE job SET
                waiting = waiting + (NEW.state = 'waiting') - (OLD.state = 'waiting'),
                queued = queued + (NEW.state = 'queued') - (OLD.state = 'queued'),
                running = running + (NEW.state = 'running') - (OLD.state = 'running'),
                done = done + (NEW.state = 'done') - (OLD.state = 'done'),
                fromCache = fromCache + (NEW.state = 'done' AND NEW.isFromCache)
                    - (OLD.state = 'done' AND OLD.isFromCache),
                failed = failed + (NEW.state = 'failed') - (OLD.state = 'failed'),
                cancelled = cancelled + (NEW.state = 'cancelled') - (OLD.state = 'cancelled'),
                nameBytes = nameBytes
                    + ((NEW.state = 'done') - (OLD.state = 'done')) * (length(CAST(NEW.name AS BLOB)) + 1),
                manifestBytes = manifestBytes + NEW.manifestBytes - OLD.manifestBytes,
                archiveBytes = archiveBytes + NEW.archiveBytes - OLD.archiveBytes,
                heldBytes = heldBytes + coalesce(NEW.imageBytes, 0) - coalesce(OLD.imageBytes, 0)
                    + iif(NEW.state = 'done' AND OLD.state <> 'done',
                        (SELECT bytes FROM mask WHERE mask.number = NEW.result), 0)
            WHERE number = NEW.job;
        END;
        """

    /// A job counts like one of its items; a mask that is replaced counts what it is now.
    private static let usage = """
        UPDATE usage SET bytes = bytes + \(JobSchema.bytesPerItem) * (SELECT count(*) FROM job);
        CREATE TRIGGER jobCounted AFTER INSERT ON job BEGIN
            UPDATE usage SET bytes = bytes + \(JobSchema.bytesPerItem);
        END;
        CREATE TRIGGER jobDiscounted AFTER DELETE ON job BEGIN
            UPDATE usage SET bytes = bytes - \(JobSchema.bytesPerItem);
        END;
        CREATE TRIGGER maskReplaced AFTER UPDATE OF bytes ON mask WHEN NEW.bytes <> OLD.bytes BEGIN
            UPDATE usage SET bytes = bytes + NEW.bytes - OLD.bytes;
            UPDATE job SET heldBytes = heldBytes + (NEW.bytes - OLD.bytes)
                * (SELECT count(*) FROM jobItem WHERE jobItem.job = job.number AND result = NEW.number)
            WHERE number IN (SELECT job FROM jobItem WHERE result = NEW.number);
        END;
        """
}
