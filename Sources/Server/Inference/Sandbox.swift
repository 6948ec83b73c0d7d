import CSandbox
import Foundation

/// What the engine's process has given up, and what it could not give up on this kernel.
struct Sandbox: Codable, Sendable, Equatable {
    /// Names of what holds.
    private(set) var holds: [String] = []
    /// What does not, and why.
    private(set) var lacks: [String] = []

    /// Room for each thread's own heap, which the C library reserves and hardly uses.
    private static let heapBytes = 64 << 20

    /// Whatever holds for threads that are started later; called before there are any.
    mutating func restrictStart() {
        // Both others depend on it, and say so themselves where it fails.
        _ = sandbox_no_new_privileges()
        note(sandbox_limit_files(), "file limits")
        note(sandbox_landlock(), "landlock")
    }

    /// Whatever leaves no way to open files or to start larger than the limit; called when all are open.
    /// - Parameters:
    ///   - memory: bytes of address space that may be taken beyond what there is now.
    ///   - threads: of this process, started or not.
    mutating func restrict(memory: Int, threads: Int) {
        note(Sandbox.limitMemory(memory, threads: threads), "memory limit")
        note(sandbox_seccomp(), "seccomp")
    }

    private static func limitMemory(_ memory: Int, threads: Int) -> Int32 {
        // The first number of statm: pages of address space.
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = Int(text.prefix { $0 != " " })
        else { return ENOENT }
        let heaps = threads * heapBytes
        return sandbox_limit_memory(UInt64(pages * sysconf(Int32(_SC_PAGESIZE)) + heaps + memory))
    }

    private mutating func note(_ code: Int32, _ name: String) {
        if code == 0 { holds.append(name) } else { lacks.append("\(name): \(String(cString: strerror(code)))") }
    }

    /// For the log; nil where nothing is missing.
    var gaps: String? {
        if lacks.isEmpty { return nil }
        let reasons = lacks.joined(separator: "; ")
        // Limits alone keep nothing from being read or sent.
        let isNone = !holds.contains("landlock") && !holds.contains("seccomp")
        return isNone
            ? "the engine runs without a sandbox: \(reasons)" : "the engine's sandbox is not complete: \(reasons)"
    }

    /// Tries what must be refused. Only in a process made for it: what is not refused is done.
    /// - Returns: each attempt's name and its error, nil where it was not refused.
    static func attempts() -> [(name: String, error: String?)] {
        var results: [(String, String?)] = []
        guard var next = sandbox_attempts() else { return [] }
        while let name = next.pointee.name, let attempt = next.pointee.attempt {
            let code = attempt()
            results.append((String(cString: name), code == 0 ? nil : String(cString: strerror(code))))
            next += 1
        }
        return results
    }
}

extension Sandbox: CustomStringConvertible {
    var description: String { holds.isEmpty ? "none" : holds.joined(separator: ", ") }
}
