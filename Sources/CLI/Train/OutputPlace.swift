import ArgumentParser
import Engine
import Foundation
import Text

/// Where a training run writes: found unfit, it would cost the run.
struct OutputPlace {
    /// As given with --out.
    let model: String

    private var directory: String {
        URL(fileURLWithPath: model).deletingLastPathComponent().path
    }

    /// - Throws: `ValidationError`.
    func checkWritable() throws {
        func fail(_ reason: String) -> ValidationError { ValidationError("--out \(model): \(reason)") }
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: model, isDirectory: &isDirectory), isDirectory.boolValue {
            throw fail("is a directory; give a file")
        }
        var status = stat()
        guard stat(directory, &status) == 0 else {
            throw fail("the directory \(directory): \(FileFault.words(errno))")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw fail("\(directory) is a file, not a directory") }
        guard access(directory, W_OK | X_OK) == 0 else {
            throw fail("the directory \(directory) can't be written to: \(FileFault.words(errno))")
        }
    }

    /// - Parameter checkpoint: of an earlier run, which the run replaces.
    /// - Throws: `ValidationError`.
    func checkSpace(backbone: String, selfTrains: Bool, keepsBest: Bool, replacing checkpoint: String) throws {
        let size = RunSize.bytes(backbone: backbone, selfTrains: selfTrains, keepsBest: keepsBest)
        guard let needed = size, let free else { return }
        var status = stat()
        let replaced = stat(checkpoint, &status) == 0 ? Int(status.st_size) : 0
        guard free < needed - replaced else { return }
        func mebibytes(_ bytes: Int) -> String { "\((bytes + (1 << 20) - 1) >> 20) MiB" }
        throw ValidationError(
            "--out \(model): \(directory) has \(mebibytes(free)) free; model and checkpoints need "
                + "\(mebibytes(needed - replaced))")
    }

    /// Bytes that are free for this user; nil where the file system does not tell.
    private var free: Int? {
        var figures = statvfs()
        guard statvfs(directory, &figures) == 0 else { return nil }
        let (bytes, overflows) = UInt64(figures.f_bavail).multipliedReportingOverflow(by: UInt64(figures.f_frsize))
        return overflows ? .max : Int(clamping: bytes)
    }
}
