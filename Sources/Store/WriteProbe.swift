import Foundation
internal import GRDB

extension Store {
    /// Runs `body` with the only connection that writes. What a disk refuses is remembered (`writeFailure`).
    func write<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
        do throws(StoreError) {
            return try StoreError.wrap(path: directory.database) { try connections.write(body) }
        } catch {
            if error.mayPass { failure.withLock { $0 = error } }
            throw error
        }
    }

    /// What the last write that the disk refused failed with; nil once `probeWrites` has found that it takes some.
    public var writeFailure: StoreError? { failure.withLock { $0 } }

    /// Finds out whether the disk takes writes again: some bytes of a file and a transaction, both synced. Blocks for
    /// the disk and for whoever writes.
    ///
    /// - Throws: why it does not; `writeFailure` stays then.
    public func probeWrites() throws(StoreError) {
        try write { db in
            // The log may have room where files find none.
            let path = directory.writeProbe
            defer { unlink(path) }
            try File.writeDurably(Data(repeating: 1, count: 4096), to: path, temporary: path + ".temporary")
            try db.execute(sql: "UPDATE uptime SET seconds = seconds")
        }
        failure.withLock { $0 = nil }
    }
}
