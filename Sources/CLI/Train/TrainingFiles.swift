import ArgumentParser
import Foundation
import Text

/// The files that a training run writes.
struct TrainingFiles {
    let model: String
    var checkpoint: String { model + ".checkpoint" }
    var log: String { model + ".log.jsonl" }
    var curves: String { model + ".svg" }

    /// Of an earlier run.
    private var found: [String] {
        [model, checkpoint, log].filter { FileManager.default.fileExists(atPath: $0) }
    }

    /// - Throws: why a run must not begin here: it would replace another one's files unasked.
    /// - Parameter resumed: the checkpoint that the run goes on from; where it is this run's own, so are the files.
    func checkUnused(resuming resumed: String?) throws {
        if let resumed,
            URL(fileURLWithPath: resumed).resolvingSymlinksInPath().path
                == URL(fileURLWithPath: checkpoint).resolvingSymlinksInPath().path
        {
            return
        }
        let found = found
        guard !found.isEmpty else { return }
        let resume =
            found.contains(checkpoint)
            ? "go on with it by --resume \(checkpoint)" : "it has no checkpoint to go on from with --resume"
        throw ValidationError(
            "--out: there is a run already, \(found.joined(separator: ", ")); \(resume), or begin anew with "
                + "--overwrite, which replaces these files")
    }

    /// A run that begins anew must not leave the other's checkpoint beside its own log.
    func removeCheckpoint() throws {
        guard unlink(checkpoint) == 0 || errno == ENOENT else {
            throw Unwritten(path: checkpoint, reason: FileFault.words(errno))
        }
    }

    /// Whole, or not at all: what was there before stays.
    static func write(_ bytes: Data, to path: String) throws {
        do {
            try bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw Unwritten(path: path, reason: FileFault.words(of: error))
        }
    }

    /// A file of a run that can't be written.
    struct Unwritten: Error, CustomStringConvertible {
        let path: String
        let reason: String
        var description: String { "\(path) can't be written: \(reason)" }
    }

    /// - Throws: what `run` throws; where a file could not be written also what is left, and how to go on.
    func explaining(_ run: () throws -> Void) throws {
        do {
            try run()
        } catch let error as Unwritten {
            let how =
                FileManager.default.fileExists(atPath: checkpoint)
                ? "the last checkpoint is kept, so the same command with --resume \(checkpoint) goes on once there is room"
                : "there is no checkpoint yet; begin anew with --overwrite once there is room"
            throw Stopped(description: "\(error); \(how)")
        }
    }

    private struct Stopped: Error, CustomStringConvertible {
        let description: String
    }
}
