internal import GRDB

extension Store {
    /// Counts one tick of the service's running, and forgets jobs that ended long enough ago.
    ///
    /// Time is what servers have run on this directory, in ticks of one length: a clock that jumps and a server that
    /// stands still let nothing expire. A job that ended after the last tick is as old as that tick when the next one
    /// comes, so no job goes before its time. One whose call at its end is still to be made stays until it was.
    ///
    /// - Parameters:
    ///   - age: seconds after its end from which a job may go.
    ///   - tick: seconds since the last call.
    ///   - limit: the most jobs forgotten in this call; the others go with the next ones.
    public func expireJobs(endedFor age: Int, tick: Int, limit: Int) throws(StoreError) -> [JobID] {
        struct Expired: Decodable, FetchableRecord {
            let number: Int64
            let id: String
        }
        var expired: [JobID] = []
        // Each in a transaction of its own, so that others can write between them.
        for _ in 0..<limit {
            var gone: [ContentDigest] = []
            let id: JobID? = try write { db in
                var id: JobID?
                try db.inTransaction(.immediate) {
                    let job = try Expired.fetchOne(
                        db, sql: """
                            SELECT number, id FROM job
                            WHERE endedAt <= (SELECT seconds FROM uptime) - ? AND callbackState IS NOT 'pending'
                            ORDER BY endedAt LIMIT 1
                            """, arguments: [age])
                    guard let job else { return .commit }
                    id = JobID(rawValue: job.id)
                    gone = try purge(job.number, in: db)
                    return .commit
                }
                gone.forEach(imageFiles.remove)
                return id
            }
            guard let id else { break }
            expired.append(id)
        }
        try write { db in try db.execute(sql: "UPDATE uptime SET seconds = seconds + ?", arguments: [tick]) }
        return expired
    }
}
