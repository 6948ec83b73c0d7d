import Foundation
import Synchronization

/// A child process that is talked to over its standard input and output; its standard error is this process's.
/// All other descriptors here are close-on-exec. Its pipes close when it is released, `kill` ends it at any time.
final class ChildProcess: Sendable {
    struct StartFailure: Error, CustomStringConvertible {
        let description: String

        init(_ what: String, code: Int32) { description = "\(what): \(String(cString: strerror(code)))" }
    }

    let id: pid_t
    private let input: Int32
    private let output: Int32
    /// One start at a time: a pipe is not close-on-exec from its first moment, and a pipe that another child holds too
    /// does not end with this one.
    private static let starting = NSLock()
    /// An id that was waited for may be another process's.
    private let isReaped = Mutex(false)

    /// - Parameter arguments: without the program's name.
    init(executable: String, arguments: [String]) throws(StartFailure) {
        ChildProcess.starting.lock()
        defer { ChildProcess.starting.unlock() }
        let (inputRead, inputWrite) = try ChildProcess.pipe()
        defer { close(inputRead) }
        let outputRead: Int32
        let outputWrite: Int32
        do { (outputRead, outputWrite) = try ChildProcess.pipe() } catch {
            close(inputWrite)
            throw error
        }
        defer { close(outputWrite) }
        do {
            id = try ChildProcess.spawn(executable, arguments, input: inputRead, output: outputWrite)
        } catch {
            close(inputWrite)
            close(outputRead)
            throw error
        }
        // Who writes must be able to look up: a stopped process takes nothing.
        _ = fcntl(inputWrite, F_SETFL, O_NONBLOCK)
        (input, output) = (inputWrite, outputRead)
    }

    deinit {
        close(input)
        close(output)
    }

    private static func pipe() throws(StartFailure) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw StartFailure("no pipe", code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func spawn(
        _ executable: String, _ arguments: [String], input: Int32, output: Int32
    ) throws(StartFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        // Blocked from its first instruction: a Ctrl-C goes to the whole process group.
        var stops = sigset_t()
        sigemptyset(&stops)
        sigaddset(&stops, SIGINT)
        sigaddset(&stops, SIGTERM)
        posix_spawnattr_setsigmask(&attributes, &stops)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        var words: [UnsafeMutablePointer<CChar>?] = (["pseudolabel"] + arguments).map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var id: pid_t = 0
        let code = posix_spawn(&id, executable, &actions, &attributes, &words, environ)
        guard code == 0 else { throw StartFailure(executable, code: code) }
        return id
    }

    func kill() {
        isReaped.withLock { isReaped in
            if !isReaped { _ = Glibc.kill(id, SIGKILL) }
        }
    }

    /// What a signal is likely to mean, where its number alone says little.
    private static let causes: [Int32: String] = [
        // What Swift's runtime does when an allocation fails.
        SIGABRT: ", as where a picture needs more memory than it may have (--engine-memory)",
        SIGSYS: ", as where it did what its sandbox refuses",
    ]

    /// Blocks until the process has ended. Called once.
    /// - Returns: how it ended, as "ended by signal 9" or "ended with status 1".
    func waitForEnd() -> String {
        // First without reaping, so that `kill` never waits for this lock, nor hits another process.
        var information = siginfo_t()
        while waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
        return isReaped.withLock { isReaped in
            isReaped = true
            var status: Int32 = 0
            while waitpid(id, &status, 0) < 0 {
                if errno != EINTR { return "ended" }
            }
            // WIFEXITED, WEXITSTATUS, WTERMSIG: macros that Swift does not see.
            if status & 0x7f == 0 { return "ended with status \(status >> 8 & 0xff)" }
            let signal = status & 0x7f
            return "ended by signal \(signal)" + (ChildProcess.causes[signal] ?? "")
        }
    }

    /// Reads what is there, at least one byte; blocks for it.
    /// - Returns: number of bytes; 0 at the end, an error included.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            let count = Glibc.read(output, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno != EINTR { return 0 }
        }
    }

    /// Writes what the pipe takes; waits for room, no longer than `milliseconds`.
    /// - Returns: number of bytes, 0 when there was no room; nil when the process reads no more.
    func write(_ bytes: UnsafeRawBufferPointer, waitingAtMost milliseconds: Int32) -> Int? {
        let count = Glibc.write(input, bytes.baseAddress, bytes.count)
        if count >= 0 { return count }
        guard errno == EAGAIN || errno == EINTR else { return nil }
        var entry = pollfd(fd: input, events: Int16(POLLOUT), revents: 0)
        _ = poll(&entry, 1, milliseconds)
        return 0
    }
}
