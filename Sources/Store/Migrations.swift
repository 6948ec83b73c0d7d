internal import GRDB

/// The database's layout and its history.
///
/// ```
/// image ──< mask ──< maskClass        usage (one row: what all of it takes)
/// ```
/// Jobs come with migration 2 (`JobSchema`), ground truth with migration 3 (`GroundTruthSchema`), tenants and what
/// each token holds with migration 4 (`TenantSchema`), overlays with migrations 5 and 7 (`OverlaySchema`), warnings with
/// migration 6 (`WarningSchema`). Images stand on their own: what keeps one says `Eviction.deleteUnreferencedImage`.
enum Schema {
    /// `PRAGMA application_id`: "PLbl". Tells our database from any other one.
    static let applicationID = 0x504C_626C
    /// `PRAGMA user_version`: the number of the newest migration below.
    static let version = 7

    /// A migration is never changed once released; the next is appended, sets `user_version`, and raises `version`.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 masks") { db in
            try db.execute(
                sql: """
                    PRAGMA application_id = \(applicationID);
                    PRAGMA user_version = 1;
                    """)
            try db.execute(sql: images)
            try db.execute(sql: masks)
            try db.execute(sql: classes)
            try db.execute(sql: usage)
        }
        migrator.registerMigration("2 jobs") { db in
            try db.execute(sql: "PRAGMA user_version = 2")
            for statement in JobSchema.statements { try db.execute(sql: statement) }
        }
        migrator.registerMigration("3 ground truth") { db in
            try db.execute(sql: "PRAGMA user_version = 3")
            for statement in GroundTruthSchema.statements { try db.execute(sql: statement) }
        }
        migrator.registerMigration("4 tenants") { db in
            try db.execute(sql: "PRAGMA user_version = 4")
            try TenantSchema.migrate(db)
        }
        migrator.registerMigration("5 overlays") { db in
            try db.execute(sql: "PRAGMA user_version = 5")
            for statement in OverlaySchema.statements { try db.execute(sql: statement) }
        }
        migrator.registerMigration("6 warnings") { db in
            try db.execute(sql: "PRAGMA user_version = 6")
            for statement in WarningSchema.statements { try db.execute(sql: statement) }
        }
        migrator.registerMigration("7 outlines") { db in
            try db.execute(sql: "PRAGMA user_version = 7")
            try OverlaySchema.addOutlines(db)
        }
        return migrator
    }

    static func isSHA256(_ column: String) -> String {
        "length(\(column)) = 64 AND \(column) NOT GLOB '*[^0-9a-f]*'"
    }

    /// One row an image whose bytes are kept as a file (`ImageFiles`). `bytes`: the file's length.
    private static let images = """
        CREATE TABLE image (
            number INTEGER PRIMARY KEY,
            sha256 TEXT NOT NULL UNIQUE CHECK (\(isSHA256("sha256"))),
            mediaType TEXT NOT NULL,
            bytes INTEGER NOT NULL CHECK (bytes > 0),
            createdAt INTEGER NOT NULL
        ) STRICT;
        """

    /// `bytes` is what eviction counts for the row and its classes. `lastUsed` is a count of uses, not a time: a
    /// clock that jumps changes nothing. `createdAt` is in milliseconds since 1970. The PNG comes last, so that
    /// reading the other columns never walks its overflow pages.
    private static let masks = """
        CREATE TABLE mask (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE CHECK (\(isSHA256("id"))),
            image INTEGER NOT NULL REFERENCES image (number) ON DELETE RESTRICT,
            width INTEGER NOT NULL CHECK (width > 0),
            height INTEGER NOT NULL CHECK (height > 0),
            modelDigest TEXT NOT NULL CHECK (\(isSHA256("modelDigest"))),
            options TEXT NOT NULL,
            labelSource TEXT NOT NULL CHECK (labelSource IN ('given', 'predicted')),
            timings TEXT NOT NULL,
            createdAt INTEGER NOT NULL,
            bytes INTEGER NOT NULL CHECK (bytes > 0),
            lastUsed INTEGER NOT NULL,
            png BLOB NOT NULL
        ) STRICT;
        CREATE INDEX maskByImage ON mask (image);
        CREATE INDEX maskByLastUse ON mask (lastUsed);
        """

    /// Not WITHOUT ROWID: a run-length string is often over 1 kB, which such a table would push to overflow pages.
    private static let classes = """
        CREATE TABLE maskClass (
            number INTEGER PRIMARY KEY,
            mask INTEGER NOT NULL REFERENCES mask (number) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            classIndex INTEGER NOT NULL CHECK (classIndex >= 0),
            name TEXT NOT NULL,
            posterior REAL NOT NULL CHECK (posterior BETWEEN 0 AND 1),
            areaShare REAL NOT NULL CHECK (areaShare BETWEEN 0 AND 1),
            meanPosterior REAL CHECK (meanPosterior BETWEEN 0 AND 1),
            boxes TEXT NOT NULL,
            rleCounts TEXT NOT NULL,
            UNIQUE (mask, position)
        ) STRICT;
        """

    /// Kept by triggers: always what the rows add up to, without adding them up at every insert.
    private static let usage = """
        CREATE TABLE usage (
            number INTEGER PRIMARY KEY CHECK (number = 1),
            masks INTEGER NOT NULL CHECK (masks >= 0),
            images INTEGER NOT NULL CHECK (images >= 0),
            bytes INTEGER NOT NULL CHECK (bytes >= 0)
        ) STRICT;
        INSERT INTO usage VALUES (1, 0, 0, 0);
        CREATE TRIGGER maskInserted AFTER INSERT ON mask BEGIN
            UPDATE usage SET masks = masks + 1, bytes = bytes + NEW.bytes;
        END;
        CREATE TRIGGER maskDeleted AFTER DELETE ON mask BEGIN
            UPDATE usage SET masks = masks - 1, bytes = bytes - OLD.bytes;
        END;
        CREATE TRIGGER imageInserted AFTER INSERT ON image BEGIN
            UPDATE usage SET images = images + 1, bytes = bytes + NEW.bytes;
        END;
        CREATE TRIGGER imageDeleted AFTER DELETE ON image BEGIN
            UPDATE usage SET images = images - 1, bytes = bytes - OLD.bytes;
        END;
        """
}
