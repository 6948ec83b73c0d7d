/// Migration 6: what is odd about an image or its mask, and which pixels a mask leaves out.
///
/// Columns of `maskMark`, which is read with every mask: no further table to look into. NULL where there is nothing to
/// say, as in all rows from before. An item has its mask's warnings too, so that those with any are found by an index.
enum WarningSchema {
    static let statements = [
        "ALTER TABLE maskMark ADD COLUMN warnings TEXT",
        "ALTER TABLE maskMark ADD COLUMN ignored TEXT",
        "ALTER TABLE jobItem ADD COLUMN warnings TEXT",
        "CREATE INDEX jobItemByWarning ON jobItem (job, position) WHERE warnings IS NOT NULL",
    ]
}
