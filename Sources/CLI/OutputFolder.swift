import Foundation
import Text

/// The directory that a command writes to.
enum OutputFolder {
    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    /// Makes it, and the folders above it, where they are missing.
    /// - Throws: `Unusable`.
    static func create(_ path: String) throws(Unusable) {
        guard (try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)) == nil else {
            return
        }
        // Foundation does not always say why; the system does.
        var (missing, status) = (URL(fileURLWithPath: path), stat())
        while missing.path != "/", stat(missing.deletingLastPathComponent().path, &status) != 0, errno == ENOENT {
            missing.deleteLastPathComponent()
        }
        let code = mkdir(missing.path, 0o777) == 0 ? ENOENT : errno
        // "does not exist" would be said of what is to be made: /proc and the like take no directories.
        let words = code == ENOENT ? "no directory can be made in \(missing.deletingLastPathComponent().path)" : nil
        throw Unusable(
            description: "--out \(path) can't be created: \(words ?? FileFault.words(code)); choose another --out")
    }
}
