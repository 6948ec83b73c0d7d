import Engine
import Foundation

/// The other side of `EngineProcess`: reads pictures from standard input, works on two at a time, and writes the
/// answers to standard output.
public enum EngineHost {
    /// Beside the engine's own: the one that reads, and the workers.
    private static let otherThreads = 1 + EngineSlots.count
    /// By how much it is preferred for being killed to the process that started it, of 1000.
    private static let killPreference = 500

    /// The first thing in the process, before the model is loaded and before there are other threads.
    public static func prepare() -> EngineSandbox {
        // A socket that was accepted at the moment of the start may not have been close-on-exec yet.
        closefrom(STDERR_FILENO + 1)
        // A Ctrl-C goes to the whole process group; the server finishes what is in flight, and that is here.
        for number in [SIGINT, SIGTERM, SIGPIPE] { signal(number, SIG_IGN) }
        preferToBeKilled()
        var sandbox = Sandbox()
        sandbox.restrictStart()
        return EngineSandbox(sandbox)
    }

    /// Makes this process an engine. It ends when its standard input ends, whatever it is doing: nobody is left then.
    /// - Parameters:
    ///   - kernels: what computes, for the server's log.
    ///   - memory: bytes of address space that it may take beyond what it has when the model is loaded.
    ///   - started: as `prepare` returned it.
    public static func run(
        _ pipeline: Pipeline, kernels: String, memory: Int, _ started: EngineSandbox
    ) -> Never {
        let output = FrameOutput()
        // The server sends no more than it has slots.
        let pool = WorkerPool(threads: EngineSlots.count, capacity: EngineSlots.count, name: "inference")
        do {
            // Before the first byte from outside.
            var sandbox = started.sandbox
            sandbox.restrict(memory: memory, threads: pipeline.threads + otherThreads)
            try output.write(
                Frame(EngineGreeting(modelDigest: pipeline.model.digest, kernels: kernels, sandbox: sandbox)))
            try readTasks { task, bytes in
                let submission = pool.submit { output.write(answer(task, bytes, pipeline)) }
                // Its caller would wait until its time is up.
                guard submission == .taken else {
                    end(because: "the server sent more than \(EngineSlots.count) tasks at once")
                }
            }
        } catch {
            end(because: "the server sent what is no task: \(error)")
        }
        _exit(0)
    }

    /// Gives up what an engine gives up, then tries what must be refused, and ends; for tests.
    public static func checkSandbox(_ started: EngineSandbox, memory: Int) -> Never {
        var sandbox = started.sandbox
        sandbox.restrict(memory: memory, threads: otherThreads)
        var lines = "sandbox: \(sandbox)\n" + (sandbox.gaps.map { $0 + "\n" } ?? "")
        for (name, error) in Sandbox.attempts() {
            lines += "\(name): \(error.map { "refused (\($0))" } ?? "done")\n"
        }
        try? FileHandle.standardOutput.write(contentsOf: Data(lines.utf8))
        _exit(0)
    }

    private static func end(because reason: String) -> Never {
        try? FileHandle.standardError.write(contentsOf: Data("engine: \(reason)\n".utf8))
        _exit(1)
    }

    /// Where memory runs out, the kernel shall end this process and not the server.
    private static func preferToBeKilled() {
        let path = "/proc/self/oom_score_adj"
        let inherited = (try? String(contentsOfFile: path, encoding: .utf8)).flatMap {
            Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        let score = min(1000, (inherited ?? 0) + killPreference)
        try? Data("\(score)".utf8).write(to: URL(fileURLWithPath: path))
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
                case .overlay(let imageBytes, let width, let outline):
                    let overlay = OverlayTask(
                        image: body.prefix(imageBytes), maskPNG: body.dropFirst(imageBytes), width: width,
                        outline: outline)
                    return try Frame(EngineAnswer(id: task.id, kind: .overlay), body: overlay.draw())
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

/// What the process has given up before it loads its model.
public struct EngineSandbox: Sendable {
    let sandbox: Sandbox

    init(_ sandbox: Sandbox) { self.sandbox = sandbox }
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
