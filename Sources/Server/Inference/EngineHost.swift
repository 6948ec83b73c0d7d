import Engine
import Foundation

/// The other side of `EngineProcess`: reads pictures from standard input, works on two at a time, and writes the
/// answers to standard output.
public enum EngineHost {
    /// The first thing in the process, before the model is loaded.
    public static func prepare() {
        // A socket that was accepted at the moment of the start may not have been close-on-exec yet.
        closefrom(STDERR_FILENO + 1)
        // A Ctrl-C goes to the whole process group; the server finishes what is in flight, and that is here.
        for number in [SIGINT, SIGTERM, SIGPIPE] { signal(number, SIG_IGN) }
        preferToBeKilled()
    }

    /// Makes this process an engine. It ends when its standard input ends, whatever it is doing: nobody is left then.
    /// - Parameter kernels: what computes, for the server's log.
    public static func run(_ pipeline: Pipeline, kernels: String) -> Never {
        let output = FrameOutput()
        // The server sends no more than it has slots.
        let pool = WorkerPool(threads: EngineSlots.count, capacity: EngineSlots.count, name: "inference")
        do {
            try output.write(Frame(EngineGreeting(modelDigest: pipeline.model.digest, kernels: kernels)))
            try readTasks { task, bytes in
                _ = pool.submit { output.write(answer(task, bytes, pipeline)) }
            }
        } catch {
            end(because: "the server sent what is no task: \(error)")
        }
        _exit(0)
    }

    private static func end(because reason: String) -> Never {
        try? FileHandle.standardError.write(contentsOf: Data("engine: \(reason)\n".utf8))
        _exit(1)
    }

    /// Where memory runs out, the kernel shall end this process and not the server.
    private static func preferToBeKilled() {
        try? Data("500".utf8).write(to: URL(fileURLWithPath: "/proc/self/oom_score_adj"))
    }

    /// Returns at the end of standard input.
    private static func readTasks(_ take: (EngineTask, Data) -> Void) throws {
        var decoder = FrameDecoder()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        while true {
            let count = read(STDIN_FILENO, buffer.baseAddress, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            decoder.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            while let frame = try decoder.next() { take(try frame.header(), frame.body) }
        }
    }

    private static func answer(_ task: EngineTask, _ body: Data, _ pipeline: Pipeline) -> Frame {
        func frame(_ kind: EngineAnswer.Kind, _ value: some Encodable) throws -> Frame {
            try Frame(EngineAnswer(id: task.id, kind: kind), body: JSONEncoder().encode(value))
        }
        do {
            do {
                switch task.work {
                case .label(let labels, let options):
                    return try frame(.labeling, pipeline.label(body, labels: labels, options: options))
                case .score(let groundTruthBytes):
                    let task = ScoreTask(
                        maskPNG: body.dropFirst(groundTruthBytes), groundTruth: body.prefix(groundTruthBytes))
                    return try frame(.score, task.score(classCount: pipeline.model.description.classes.count))
                }
            } catch let error as ImageError {
                return try frame(.refusal, error)
            } catch let error as InvalidGroundTruth {
                return try frame(.invalidGroundTruth, error)
            }
        } catch {
            // The server takes an end for the picture's fault, and goes on.
            end(because: "an answer cannot be encoded: \(error)")
        }
    }
}

/// Standard output, kept for frames: whatever else prints goes to standard error.
private final class FrameOutput: Sendable {
    private let descriptor: Int32
    private let lock = NSLock()

    init() {
        descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
        dup2(STDERR_FILENO, STDOUT_FILENO)
    }

    /// Ends the process where nobody reads.
    func write(_ frame: Frame) {
        lock.withLock {
            for part in frame.parts {
                var rest = part
                while !rest.isEmpty {
                    let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                    if count >= 0 {
                        rest = rest.dropFirst(count)
                    } else if errno != EINTR {
                        _exit(0)
                    }
                }
            }
        }
    }
}
