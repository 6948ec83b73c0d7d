internal import GRDB

/// Migrations 5 and 7: overlays that were drawn, kept to be sent again.
///
/// ```
/// mask ──< overlay ──< overlayPiece
/// ```
enum OverlaySchema {
    static let statements = [overlays, usage]

    /// `width`: as asked for, 0 where no width was. `revision`: of the program that drew it. `bytes`: what eviction
    /// counts for the row and its pieces; `length`: of the PNG. Later rows have higher numbers. A PNG lies in pieces, so that
    /// sending one reads no more than that; an overlay goes with its mask, also where that is evicted.
    private static let overlays = """
        CREATE TABLE overlay (
            number INTEGER PRIMARY KEY,
            mask INTEGER NOT NULL REFERENCES mask (number) ON DELETE CASCADE,
            width INTEGER NOT NULL CHECK (width >= 0),
            revision INTEGER NOT NULL,
            length INTEGER NOT NULL CHECK (length > 0),
            bytes INTEGER NOT NULL CHECK (bytes > 0),
            UNIQUE (mask, width)
        ) STRICT;
        CREATE TABLE overlayPiece (
            number INTEGER PRIMARY KEY,
            overlay INTEGER NOT NULL REFERENCES overlay (number) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            png BLOB NOT NULL,
            UNIQUE (overlay, position)
        ) STRICT;
        """

    /// Go with the table.
    private static let usage = """
        CREATE TRIGGER overlayInserted AFTER INSERT ON overlay BEGIN
            UPDATE usage SET bytes = bytes + NEW.bytes;
        END;
        CREATE TRIGGER overlayDeleted AFTER DELETE ON overlay BEGIN
            UPDATE usage SET bytes = bytes - OLD.bytes;
        END;
        """

    /// Migration 7: overlays without outlines beside those with. What was drawn before goes, and is drawn again when it
    /// is asked for: a table's UNIQUE cannot be changed. Pieces go first: keys of other tables are not looked at during
    /// a migration.
    static func addOutlines(_ db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM overlayPiece;
                DELETE FROM overlay;
                DROP TABLE overlay;
                CREATE TABLE overlay (
                    number INTEGER PRIMARY KEY,
                    mask INTEGER NOT NULL REFERENCES mask (number) ON DELETE CASCADE,
                    width INTEGER NOT NULL CHECK (width >= 0),
                    outline INTEGER NOT NULL CHECK (outline IN (0, 1)),
                    revision INTEGER NOT NULL,
                    length INTEGER NOT NULL CHECK (length > 0),
                    bytes INTEGER NOT NULL CHECK (bytes > 0),
                    UNIQUE (mask, width, outline)
                ) STRICT;
                """)
        try db.execute(sql: usage)
    }
}
