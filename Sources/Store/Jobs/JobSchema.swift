/// Migration 2: jobs, their items, and what may be evicted.
///
/// ```
/// job ──< jobItem >── mask          submission >── job          evictable ── mask
/// ```
/// What the database itself holds to: a done item has its mask, which cannot go while the item is there; the counts of
/// a job are what its items add up to; a running item has a lease and nothing else has one.
enum JobSchema {
    static let statements = [jobs, items, submissions, evictable, eviction, usage]

    /// `number`: never given twice, so that what was read of a purged job cannot come to mean another one.
    /// `lastServed`: a global count of claims, so that jobs take turns; `lease` is drawn from it.
    private static let jobs = """
        CREATE TABLE job (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE CHECK (length(id) = 32),
            name TEXT NOT NULL,
            owner TEXT NOT NULL,
            modelDigest TEXT NOT NULL,
            options TEXT NOT NULL,
            phase TEXT NOT NULL DEFAULT 'active' CHECK (phase IN ('active', 'paused', 'cancelled')),
            hasStarted INTEGER NOT NULL DEFAULT 0,
            createdAt INTEGER NOT NULL,
            finishedAt INTEGER,
            lastServed INTEGER NOT NULL DEFAULT 0,
            revision INTEGER NOT NULL DEFAULT 0,
            waiting INTEGER NOT NULL DEFAULT 0 CHECK (waiting >= 0),
            queued INTEGER NOT NULL DEFAULT 0 CHECK (queued >= 0),
            running INTEGER NOT NULL DEFAULT 0 CHECK (running >= 0),
            done INTEGER NOT NULL DEFAULT 0 CHECK (done >= 0),
            fromCache INTEGER NOT NULL DEFAULT 0 CHECK (fromCache >= 0),
            failed INTEGER NOT NULL DEFAULT 0 CHECK (failed >= 0),
            cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled >= 0),
            classes INTEGER NOT NULL DEFAULT 0,
            emptyClasses INTEGER NOT NULL DEFAULT 0,
            posteriorSum REAL NOT NULL DEFAULT 0,
            areaShareSum REAL NOT NULL DEFAULT 0,
            callbackURL TEXT,
            callbackState TEXT CHECK (callbackState IN ('waiting', 'pending', 'delivered', 'failed')),
            callbackAttempts INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX jobByTurn ON job (lastServed) WHERE phase = 'active' AND queued > 0;
        CREATE INDEX jobByCallback ON job (number) WHERE callbackState = 'pending';
        """

    /// `manifest`: the item's line of the result's manifest, written when it ends, so that results stream without
    /// being computed and their length is known. `tries`, `deaths`, `crashes`: how often it was begun, the engine ended
    /// while it had it, the whole server did.
    private static let items = """
        CREATE TABLE jobItem (
            number INTEGER PRIMARY KEY,
            job INTEGER NOT NULL REFERENCES job (number) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            name TEXT NOT NULL,
            image TEXT NOT NULL CHECK (length(image) = 64),
            labels TEXT,
            mask TEXT NOT NULL CHECK (length(mask) = 64),
            state TEXT NOT NULL
                CHECK (state IN ('waiting', 'queued', 'running', 'done', 'failed', 'cancelled')),
            isFromCache INTEGER NOT NULL DEFAULT 0,
            tries INTEGER NOT NULL DEFAULT 0,
            deaths INTEGER NOT NULL DEFAULT 0,
            crashes INTEGER NOT NULL DEFAULT 0,
            lease INTEGER,
            reason TEXT,
            finished INTEGER,
            result INTEGER REFERENCES mask (number) ON DELETE RESTRICT,
            manifest TEXT,
            UNIQUE (job, position),
            UNIQUE (job, name),
            CHECK ((state = 'running') = (lease IS NOT NULL)),
            CHECK ((state = 'done') = (result IS NOT NULL)),
            CHECK ((state = 'failed') = (reason IS NOT NULL)),
            CHECK ((state IN ('done', 'failed', 'cancelled')) = (finished IS NOT NULL)),
            CHECK ((state IN ('done', 'failed')) = (manifest IS NOT NULL))
        ) STRICT;
        CREATE INDEX jobItemByTurn ON jobItem (job, state, tries, position);
        CREATE INDEX jobItemByImage ON jobItem (image, state);
        CREATE UNIQUE INDEX jobItemByEnd ON jobItem (job, finished) WHERE finished IS NOT NULL;
        CREATE INDEX jobItemByResult ON jobItem (result) WHERE result IS NOT NULL;
        CREATE INDEX jobItemRunning ON jobItem (number) WHERE state = 'running';
        CREATE TRIGGER jobItemInserted AFTER INSERT ON jobItem BEGIN
            UPDATE job SET waiting = waiting + (NEW.state = 'waiting'), queued = queued + (NEW.state = 'queued')
            WHERE number = NEW.job;
        END;
        CREATE TRIGGER jobItemMoved AFTER UPDATE OF state ON jobItem WHEN OLD.state <> NEW.state BEGIN
            UPDATE job SET
                waiting = waiting + (NEW.state = 'waiting') - (OLD.state = 'waiting'),
                queued = queued + (NEW.state = 'queued') - (OLD.state = 'queued'),
                running = running + (NEW.state = 'running') - (OLD.state = 'running'),
                done = done + (NEW.state = 'done') - (OLD.state = 'done'),
                fromCache = fromCache + (NEW.state = 'done' AND NEW.isFromCache),
                failed = failed + (NEW.state = 'failed') - (OLD.state = 'failed'),
                cancelled = cancelled + (NEW.state = 'cancelled')
            WHERE number = NEW.job;
        END;
        """

    private static let submissions = """
        CREATE TABLE submission (
            owner TEXT NOT NULL,
            key TEXT NOT NULL,
            body TEXT NOT NULL,
            job INTEGER NOT NULL REFERENCES job (number) ON DELETE CASCADE,
            PRIMARY KEY (owner, key)
        ) STRICT;
        CREATE INDEX submissionByJob ON submission (job);
        """

    /// The masks that may be evicted, with their last uses: all but those that are a job's results. A table of its own
    /// and no column of `mask`: a use then rewrites a few bytes instead of a whole PNG.
    private static let evictable = """
        CREATE TABLE evictable (
            mask INTEGER PRIMARY KEY REFERENCES mask (number) ON DELETE CASCADE,
            lastUsed INTEGER NOT NULL
        ) STRICT;
        INSERT INTO evictable SELECT number, lastUsed FROM mask;
        DROP INDEX maskByLastUse;
        CREATE INDEX evictableByLastUse ON evictable (lastUsed);
        """

    private static let eviction = """
        CREATE TRIGGER maskMayGo AFTER INSERT ON mask BEGIN
            INSERT INTO evictable VALUES (NEW.number, NEW.lastUsed);
        END;
        CREATE TRIGGER resultMustStay AFTER UPDATE OF result ON jobItem WHEN NEW.result IS NOT NULL BEGIN
            DELETE FROM evictable WHERE mask = NEW.result;
        END;
        CREATE TRIGGER resultMayGo AFTER DELETE ON jobItem
        WHEN OLD.result IS NOT NULL AND NOT EXISTS (SELECT 1 FROM jobItem WHERE result = OLD.result) BEGIN
            INSERT OR IGNORE INTO evictable SELECT number, lastUsed FROM mask WHERE number = OLD.result;
        END;
        """

    /// What an item takes in the database, about, with its line of the manifest; a job itself counts the same.
    static let bytesPerItem = 1024

    private static let usage = """
        CREATE TRIGGER jobItemCounted AFTER INSERT ON jobItem BEGIN
            UPDATE usage SET bytes = bytes + \(bytesPerItem);
        END;
        CREATE TRIGGER jobItemDiscounted AFTER DELETE ON jobItem BEGIN
            UPDATE usage SET bytes = bytes - \(bytesPerItem);
        END;
        """
}
