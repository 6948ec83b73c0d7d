import Foundation

/// A child process with its output. Killed when it is released.
final class RunningProcess {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    enum Ending: Equatable {
        case exited(Int32)
        case killed(Int32)
    }

    let id: pid_t
    let output: LineReader
    let errors: LineReader
    private var ending: Ending?

    /// One start at a time, so that the list of descriptors to close is complete.
    private static let starting = NSLock()

    /// - Parameter arguments: the first is the program's path.
    init(_ arguments: [String]) throws {
        Self.starting.lock()
        defer { Self.starting.unlock() }
        let (outputRead, outputWrite) = try Self.pipe()
        let (errorsRead, errorsWrite) = try Self.pipe()
        output = LineReader(outputRead)
        errors = LineReader(errorsRead)
        defer {
            close(outputWrite)
            close(errorsWrite)
        }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, outputWrite, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errorsWrite, STDERR_FILENO)
        // Nothing of other tests: a pipe ends only when its last writer has gone.
        for descriptor in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap({ Int32($0) })
        where descriptor > STDERR_FILENO {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        defer { posix_spawn_file_actions_destroy(&actions) }

        // Signals as a shell's child has them, whatever other tests of this process did to theirs.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var id: pid_t = 0
        let code = posix_spawnp(&id, arguments[0], &actions, &attributes, &words, environ)
        guard code == 0 else {
            throw Failure(description: "\(arguments[0]) did not start: \(String(cString: strerror(code)))")
        }
        self.id = id
    }

    deinit {
        if ending == nil {
            send(SIGKILL)
            reap()
        }
    }

    func send(_ signal: Int32) { kill(id, signal) }

    /// Blocks until the process has ended by itself.
    func wait() throws -> Ending {
        guard output.waitForEnd(), errors.waitForEnd() else {
            throw Failure(description: "process \(id) does not end; it wrote: \(errors.text)")
        }
        reap()
        guard let ending else { throw Failure(description: "process \(id) cannot be waited for") }
        return ending
    }

    /// Whether it has ended by itself.
    var hasEnded: Bool {
        var status: Int32 = 0
        if ending == nil, waitpid(id, &status, WNOHANG) == id { ending = RunningProcess.ending(status) }
        return ending != nil
    }

    private func reap() {
        guard ending == nil else { return }
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0 {
            if errno != EINTR { return }
        }
        ending = RunningProcess.ending(status)
    }

    /// WIFEXITED, WEXITSTATUS, WTERMSIG: macros that Swift does not see.
    private static func ending(_ status: Int32) -> Ending {
        status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .killed(status & 0x7f)
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else {
            throw Failure(description: "no pipe: \(String(cString: strerror(errno)))")
        }
        return (ends[0], ends[1])
    }
}
