internal import GRDB

extension Store {
    /// Jobs that have ended and whose call is still to be made, oldest first.
    public func pendingCallbacks(limit: Int) throws(StoreError) -> [JobRecord] {
        let path = directory.database
        return try StoreError.wrap(path: path) {
            try connections.read { db in
                try JobRow.fetchAll(
                    db, sql: "SELECT * FROM job WHERE callbackState = 'pending' ORDER BY number LIMIT ?",
                    arguments: [limit]
                ).map { try JobRecord($0, path: path) }
            }
        }
    }

    /// Writes down how an attempt at a job's call ended.
    ///
    /// - Parameter revision: the job's when the call was begun; one that was retried meanwhile has another call due.
    public func recordCallback(_ id: JobID, revision: Int, as state: JobCallback.State) throws(StoreError) {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE job SET callbackState = ?, callbackAttempts = callbackAttempts + 1
                    WHERE id = ? AND revision = ? AND callbackState = 'pending'
                    """, arguments: [state.rawValue, id.rawValue, revision])
        }
    }
}
