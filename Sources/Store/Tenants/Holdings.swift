internal import GRDB

/// What the jobs of one token hold.
public struct JobHoldings: Hashable, Sendable, Error {
    public let unfinished: Int
    /// All items that are stored, and one for each job.
    public let items: Int
    /// The masks that are results, the images that items need or were made of, and `JobSchema.bytesPerItem` for each of
    /// `items`. What two jobs hold counts for each of them.
    public let bytes: Int
}

/// The row of a token that has jobs, kept by triggers: always what its jobs add up to, so that no request has to add
/// them up.
struct HolderRow: Decodable, FetchableRecord {
    let unfinished: Int
    let items: Int
    let heldBytes: Int

    static func holdings(of owner: String, in db: Database) throws -> JobHoldings {
        let row = try HolderRow.fetchOne(
            db.cachedStatement(sql: "SELECT unfinished, items, heldBytes FROM holder WHERE owner = ?"),
            arguments: [owner])
        guard let row else { return JobHoldings(unfinished: 0, items: 0, bytes: 0) }
        return JobHoldings(
            unfinished: row.unfinished, items: row.items, bytes: row.heldBytes + row.items * JobSchema.bytesPerItem)
    }
}
