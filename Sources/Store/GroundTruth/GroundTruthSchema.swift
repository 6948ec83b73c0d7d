/// Migration 3: how masks compare with their ground truth.
///
/// ```
/// mask ──o groundTruth
/// ```
enum GroundTruthSchema {
    static let statements = [scores, usage]

    /// The first four columns are copied from the mask, which never changes, so that masks that were made alike lie
    /// together in one index. `bytes`: what eviction counts for the row. A score goes with its mask, also where that is
    /// evicted.
    private static let scores = """
        CREATE TABLE groundTruth (
            mask INTEGER PRIMARY KEY REFERENCES mask (number) ON DELETE CASCADE,
            modelDigest TEXT NOT NULL CHECK (\(Schema.isSHA256("modelDigest"))),
            optionsDigest TEXT NOT NULL CHECK (\(Schema.isSHA256("optionsDigest"))),
            labelSource TEXT NOT NULL CHECK (labelSource IN ('given', 'predicted')),
            sha256 TEXT NOT NULL CHECK (\(Schema.isSHA256("sha256"))),
            createdAt INTEGER NOT NULL,
            bytes INTEGER NOT NULL CHECK (bytes > 0),
            score BLOB NOT NULL
        ) STRICT;
        CREATE INDEX groundTruthByGroup ON groundTruth (modelDigest, optionsDigest, labelSource);
        """

    private static let usage = """
        CREATE TRIGGER groundTruthInserted AFTER INSERT ON groundTruth BEGIN
            UPDATE usage SET bytes = bytes + NEW.bytes;
        END;
        CREATE TRIGGER groundTruthReplaced AFTER UPDATE OF bytes ON groundTruth BEGIN
            UPDATE usage SET bytes = bytes + NEW.bytes - OLD.bytes;
        END;
        CREATE TRIGGER groundTruthDeleted AFTER DELETE ON groundTruth BEGIN
            UPDATE usage SET bytes = bytes - OLD.bytes;
        END;
        """
}
