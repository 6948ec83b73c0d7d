import ArgumentParser
import Foundation
import Server
import Store
import Text

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy a service's masks, jobs and images into one tar archive, also while it runs.",
        discussion: """
            The archive is of one moment. To restore it: mkdir DIR && tar -xf FILE -C DIR, then serve --data-dir DIR. \
            Needs the rights of the service's own user.
            """)

    @Option(help: ArgumentHelp("Archive to write; must not exist yet.", valueName: "file")) var to: String
    @Option(help: "Directory of the mask store, as given to serve.") var dataDir = Serve.defaultDataDirectory

    func run() throws {
        guard !FileManager.default.fileExists(atPath: to) else {
            throw ValidationError("--to \(to) exists; name another file, or remove it")
        }
        let backup = try Backup(directory: dataDir)
        defer { backup.remove() }
        let bytes = try write(backup)
        Terminal.result("\(to): \(backup.entries.count - 1) images, \(bytes) bytes")
    }

    /// Under another name until it is complete and on the disk.
    private func write(_ backup: Backup) throws -> Int {
        let partial = to + ".partial"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("can't be written: \(FileFault.words(errno))") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            let now = Int(Date().timeIntervalSince1970)
            for entry in backup.entries { try append(entry, to: file, modified: now) }
            try file.write(contentsOf: TarEntry.endOfArchive)
            let bytes = try file.offset()
            try file.synchronize()
            guard rename(partial, to) == 0 else { throw failure(FileFault.words(errno)) }
            return Int(bytes)
        } catch {
            unlink(partial)
            throw error is ValidationError ? error : failure("can't be written: \(FileFault.text(of: error))")
        }
    }

    private func append(_ entry: Backup.Entry, to file: FileHandle, modified: Int) throws {
        guard entry.bytes <= TarEntry.maximumSize else {
            throw failure("\(entry.name) has \(entry.bytes) bytes, more than a tar archive holds")
        }
        let tar = TarEntry(path: entry.name, size: entry.bytes, modified: modified)
        try file.write(contentsOf: tar.header)
        let source = try FileHandle(forReadingFrom: URL(fileURLWithPath: entry.path))
        defer { try? source.close() }
        var left = entry.bytes
        while left > 0, let chunk = try source.read(upToCount: min(left, 1 << 20)), !chunk.isEmpty {
            try file.write(contentsOf: chunk)
            left -= chunk.count
        }
        guard left == 0 else { throw failure("\(entry.name) is shorter than the database says") }
        try file.write(contentsOf: tar.padding)
    }

    private func failure(_ reason: String) -> ValidationError { ValidationError("\(to): \(reason)") }
}
