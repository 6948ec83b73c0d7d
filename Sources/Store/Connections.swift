internal import GRDB
import Synchronization

/// The connections to the database: one that writes, a few that only read.
///
/// Debian's SQLite 3.40.1 can corrupt a WAL database when two connections write or checkpoint it at once (the WAL-reset
/// fault, 3.7.0 to 3.51.2). Here only `writer` can do either:
/// - The readers are opened with SQLITE_OPEN_READONLY: they never commit, so never checkpoint on their own, and at
///   close they cannot take the write lock that the last closer's checkpoint needs.
/// - The writer is opened first and closed last. While it is open the WAL index is valid, so no reader ever recovers
///   it; and the checkpoint at close runs when it is alone.
///
/// GRDB's DatabasePool would also keep one writer, but it closes the writer first, sets synchronous=NORMAL, opens
/// readers when they are needed (which fails when the process is out of descriptors) and schedules them on a
/// concurrent queue, which Dispatch on Linux does not survive without descriptors. A fixed set of `DatabaseQueue`s,
/// each on its own serial queue, has none of these.
final class Connections: Sendable {
    static let readerCount = 3
    /// The WAL file is cut back to this after a checkpoint; a burst of large masks must not leave it large for ever.
    private static let logBytes = 16 << 20

    private let path: String
    private let writer: DatabaseQueue
    private let readers: [DatabaseQueue]
    private let turn = Atomic<Int>(0)
    /// Set before the first connection is closed, and looked at on each connection's own queue: GRDB dereferences a
    /// null pointer when it begins a transaction on a closed connection.
    private let isClosed = Atomic<Bool>(false)

    /// Opens an existing database that `DatabaseFile.inspect` has passed, and brings it to the present schema.
    init(path: String) throws {
        self.path = path
        writer = try DatabaseQueue(path: path, configuration: Self.configuration(readonly: false))
        let migrator = Schema.migrator
        try writer.writeWithoutTransaction { db in
            try Self.setJournalMode(db, path: path)
            // FULL: a commit has reached the disk when it returns.
            try db.execute(sql: """
                PRAGMA synchronous = FULL;
                PRAGMA journal_size_limit = \(Self.logBytes);
                """)
        }
        try migrator.migrate(writer)
        readers = try (0..<Self.readerCount).map { _ in
            let reader = try DatabaseQueue(path: path, configuration: Self.configuration(readonly: true))
            // Opens the WAL now, while descriptors are to be had.
            try reader.read { db in _ = try Int.fetchOne(db, sql: "SELECT number FROM usage") }
            return reader
        }
    }

    /// Reads one committed state of the database, on the calling thread; writes go on meanwhile.
    func read<T>(_ body: (Database) throws -> T) throws -> T {
        let index = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        let reader = readers[Int(UInt(bitPattern: index) % UInt(readers.count))]
        return try reader.unsafeRead { db in
            try checkOpen()
            try db.beginTransaction(.deferred)
            do {
                let result = try body(db)
                try db.commit()
                return result
            } catch {
                try? db.rollback()
                throw error
            }
        }
    }

    /// Has the only writing connection to itself, on the calling thread. `body` begins its own transactions.
    func write<T>(_ body: (Database) throws -> T) throws -> T {
        try writer.writeWithoutTransaction { db in
            try checkOpen()
            return try body(db)
        }
    }

    /// Closes all, folding the log into the database. Failures are passed over: what was committed is on the disk.
    /// Only once.
    func close() {
        isClosed.store(true, ordering: .sequentiallyConsistent)
        for reader in readers { try? reader.close() }
        try? writer.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
        try? writer.close()
    }

    private func checkOpen() throws {
        if isClosed.load(ordering: .sequentiallyConsistent) { throw StoreError.closed(path: path) }
    }

    /// Does nothing to a database that has a write-ahead log already.
    static func setJournalMode(_ db: Database, path: String) throws {
        guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
            throw StoreError.unwritable(path: path, reason: "its file system cannot hold a write-ahead log")
        }
    }

    static func configuration(readonly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.label = readonly ? "store.reader" : "store.writer"
        configuration.readonly = readonly
        configuration.foreignKeysEnabled = true
        // Nobody else holds the file: waiting at all means a tool opened it beside us.
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            // The file may have been handled by others: trust neither its schema's functions nor its cell sizes.
            try db.execute(sql: """
                PRAGMA trusted_schema = OFF;
                PRAGMA cell_size_check = ON;
                """)
        }
        return configuration
    }
}
