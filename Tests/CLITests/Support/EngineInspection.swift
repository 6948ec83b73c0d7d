import Foundation

/// The engine's process of a server, seen from outside.
extension ServerProcess {
    /// Blocks until there is an engine, other than `old`.
    func engineID(otherThan old: pid_t? = nil) throws -> pid_t {
        try poll("the server has no engine") {
            let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.id)/task")
            let children = threads.flatMap { thread in
                let path = "/proc/\(process.id)/task/\(thread)/children"
                return ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: " ")
                    .compactMap { pid_t($0) }
            }
            return children.first { $0 != old }
        }
    }

    /// Blocks until the engine has read as many bytes as a picture has: it is at work on it then.
    func waitUntilEngine(_ id: pid_t, hasRead bytes: Int) throws {
        try poll("the engine does not read its picture") {
            let counts = try String(contentsOfFile: "/proc/\(id)/io", encoding: .utf8)
            let line = counts.split(separator: "\n").first { $0.hasPrefix("rchar: ") }
            return (line.flatMap { Int($0.dropFirst(7)) } ?? 0) >= bytes ? () : nil
        }
    }

    static func waitForEnd(of id: pid_t) throws {
        try poll("process \(id) does not end") {
            // A zombie that nobody waits for has ended too.
            guard kill(id, 0) == 0, let status = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)
            else { return () }
            return status.split(separator: ")").last?.hasPrefix(" Z") == true ? () : nil
        }
    }

    /// What another process's /proc files say cannot be waited for otherwise.
    @discardableResult
    private static func poll<T>(_ failure: String, _ find: () throws -> T?) throws -> T {
        let deadline = Date() + LineReader.patience
        while Date() < deadline {
            if let found = try find() { return found }
            usleep(2000)
        }
        throw RunningProcess.Failure(description: failure)
    }

    private func poll<T>(_ failure: String, _ find: () throws -> T?) throws -> T {
        try ServerProcess.poll(failure, find)
    }
}
