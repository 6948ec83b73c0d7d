import Engine
import Foundation
import Text

/// Which job OUT belongs to: OUT/job.json, all that a `batch` run keeps beside its results.
struct JobRecord: Codable, Equatable {
    /// The server's URL as it was given.
    let server: String
    /// Drawn when a job is begun, before it is posted: the same request from the same OUT is the same job.
    let key: String
    /// nil until the server has accepted it.
    var id: String?
}

/// The directory that a `batch` run writes. Every file is written whole or not at all.
final class BatchOutput: Sendable {
    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    let root: URL
    private let descriptor: Int32
    private let unfinished: URL
    private static let masks = "SegmentationClass"

    /// Creates it when missing, and keeps other runs out until the process ends.
    init(directory: String) throws {
        root = URL(fileURLWithPath: directory)
        unfinished = root.appendingPathComponent(".unfinished")
        try OutputFolder.create(directory)
        descriptor = open(root.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw Unusable(
                description: "\(directory): another run is writing there; wait for it, or choose another --out")
        }
        try? FileManager.default.removeItem(at: unfinished)
    }

    deinit { close(descriptor) }

    // MARK: - The job

    /// - Returns: nil when there is no job.json.
    static func record(in directory: String) throws -> JobRecord? {
        let file = URL(fileURLWithPath: directory).appendingPathComponent("job.json")
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        guard let json = try? Data(contentsOf: file),
            (try? json.withUnsafeBytes { try JSONScan.check($0, maximumDepth: 32) }) != nil,
            let record = try? JSONDecoder().decode(JobRecord.self, from: json),
            record.id.map(JobClient.isPlain) ?? true
        else {
            throw Unusable(description: "\(file.path) is not what a batch run writes; choose another --out")
        }
        return record
    }

    func write(_ record: JobRecord) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try write(try encoder.encode(record) + Data("\n".utf8), "job.json", isDurable: true)
    }

    // MARK: - Masks

    var holdsMasks: Bool {
        let folder = root.appendingPathComponent(BatchOutput.masks).path
        return (try? FileManager.default.contentsOfDirectory(atPath: folder))?.isEmpty == false
    }

    /// Keeps masks of an earlier job where nobody takes them for those of the next.
    /// - Returns: the folder's new name; nil when there are none.
    func setMasksAside(of job: String) throws -> String? {
        guard holdsMasks else { return nil }
        let name = "\(BatchOutput.masks).\(job)"
        try FileManager.default.moveItem(
            at: root.appendingPathComponent(BatchOutput.masks), to: root.appendingPathComponent(name))
        return name
    }

    /// Whether the image's mask is there and whole.
    func hasMask(_ name: String) -> Bool { PNGFrame.isWhole(fileAt: root.appendingPathComponent(path(ofMask: name))) }

    func writeMask(_ png: Data, _ name: String) throws { try write(png, path(ofMask: name)) }

    private func path(ofMask name: String) -> String { "\(BatchOutput.masks)/\(name).png" }

    // MARK: - What sums up

    /// - Parameters:
    ///   - failures: images without a mask.
    ///   - labelmap: nil leaves `labelmap.txt` as it is.
    func writeLists(finished: [String], failures: [BatchFailure], labelmap: String?) throws {
        try write(lines(finished), "ImageSets/Segmentation/default.txt")
        if failures.isEmpty {
            try? FileManager.default.removeItem(at: root.appendingPathComponent("failures.txt"))
        } else {
            let texts = failures.map { failure in
                "\(failure.name)\t\(failure.reason.split(whereSeparator: \.isNewline).joined(separator: " "))"
            }
            try write(lines(texts), "failures.txt")
        }
        if let labelmap { try write(Data(labelmap.utf8), "labelmap.txt") }
        try? FileManager.default.removeItem(at: unfinished)
    }

    /// Calls `fill` with a file to write, which then takes the name.
    func writeFile(_ name: String, _ fill: (URL) throws -> Void) throws {
        let temporary = try temporaryFile(name)
        try fill(temporary)
        try moveIntoPlace(temporary, name)
    }

    private func lines(_ texts: [String]) -> Data { Data(texts.map { $0 + "\n" }.joined().utf8) }

    /// - Parameter isDurable: on the disk before this returns, whatever happens to the machine.
    private func write(_ bytes: Data, _ name: String, isDurable: Bool = false) throws {
        let temporary = try temporaryFile(name)
        try bytes.write(to: temporary)
        if isDurable {
            let file = try FileHandle(forUpdating: temporary)
            try file.synchronize()
            try file.close()
        }
        try moveIntoPlace(temporary, name)
        if isDurable { fsync(descriptor) }
    }

    /// No two threads write files of one name.
    private func temporaryFile(_ name: String) throws -> URL {
        let file = unfinished.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        return file
    }

    private func moveIntoPlace(_ temporary: URL, _ name: String) throws {
        let file = root.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        guard rename(temporary.path, file.path) == 0 else {
            throw Unusable(description: "\(file.path) can't be written: \(FileFault.words(errno))")
        }
    }
}
