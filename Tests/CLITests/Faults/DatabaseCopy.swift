import Foundation
import GRDB
import Testing

/// The database of a server that is not running, as it lies on the disk, with its log: a copy, so that a look at it
/// repairs nothing of what the next start has to repair.
final class DatabaseCopy {
    private let directory: TemporaryDirectory
    private let queue: DatabaseQueue

    /// - Returns: nil where there is none yet.
    init?(of data: String) throws {
        directory = try TemporaryDirectory()
        let name = "pseudolabel.sqlite"
        guard FileManager.default.fileExists(atPath: "\(data)/\(name)") else { return nil }
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: "\(data)/\(name)\(suffix)") {
            try FileManager.default.copyItem(atPath: "\(data)/\(name)\(suffix)", toPath: directory.path(name + suffix))
        }
        queue = try DatabaseQueue(path: directory.path(name))
    }

    /// What `PRAGMA integrity_check` and `PRAGMA foreign_key_check` find, and rows that no other place accounts for.
    func faults() throws -> [String] {
        try queue.read { db in
            try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
                + Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { "\($0)" }
                + Row.fetchAll(db, sql: """
                    SELECT job.number FROM job LEFT JOIN jobItem ON jobItem.job = job.number GROUP BY job.number
                    HAVING job.waiting <> sum(jobItem.state = 'waiting') OR job.queued <> sum(jobItem.state = 'queued')
                        OR job.running <> sum(jobItem.state = 'running') OR job.done <> sum(jobItem.state = 'done')
                        OR job.failed <> sum(jobItem.state = 'failed')
                        OR (job.finishedAt IS NULL) <> (job.waiting + job.queued + job.running > 0)
                    """).map { "a job's counts: \($0)" }
        }
    }

    /// How many items are in which state.
    func itemsByState() throws -> [String: Int] {
        try queue.read { db in
            try Row.fetchAll(db, sql: "SELECT state, count(*) AS count FROM jobItem GROUP BY state")
                .reduce(into: [:]) { $0[$1["state"]] = $1["count"] }
        }
    }

    func images() throws -> Set<String> {
        try queue.read { db in try Set(String.fetchAll(db, sql: "SELECT sha256 FROM image")) }
    }

    /// The mask of each item that is done, under the names of its job and itself.
    func masks() throws -> [String: Data] {
        try queue.read { db in
            try Row.fetchAll(db, sql: """
                SELECT job.name || '/' || jobItem.name AS name, mask.png AS png
                FROM jobItem JOIN job ON job.number = jobItem.job JOIN mask ON mask.number = jobItem.result
                """).reduce(into: [:]) { $0[$1["name"]] = $1["png"] }
        }
    }
}

/// Looks at a data directory of which no server is running: the database is whole, every image has its file.
///
/// - Parameter strays: whether there may be image files that no row knows, which a crash leaves for the next start.
func expectWhole(
    _ data: String, strays: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    guard let copy = try DatabaseCopy(of: data) else { return }
    #expect(try copy.faults() == [], sourceLocation: sourceLocation)
    let files = Set(
        ((try? FileManager.default.subpathsOfDirectory(atPath: data + "/images")) ?? [])
            .filter { $0.contains("/") }.compactMap { $0.split(separator: "/").last.map(String.init) })
    let rows = try copy.images()
    #expect(rows.subtracting(files).isEmpty, "images without their files", sourceLocation: sourceLocation)
    if !strays { #expect(files.subtracting(rows).isEmpty, "files of no image", sourceLocation: sourceLocation) }
}
