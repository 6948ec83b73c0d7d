import Foundation

@testable import CLI

/// Counts the instructions that `pseudolabel` executes: the same on every machine, whatever else runs there.
final class InstructionCount {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let process: RunningProcess
    private let directory: TemporaryDirectory

    /// Whether there is a valgrind, and a program to take the debugger's information out of a binary: valgrind stops at
    /// that of Swift's compiler.
    static func isPossible() -> Bool {
        ["valgrind", "vgdb", "strip"].allSatisfy { tool in
            let run = try? RunningProcess(["which", tool])
            return (try? run?.wait()) == .exited(0)
        }
    }

    /// A copy of the binary without information for debuggers.
    static func binary(in directory: TemporaryDirectory) throws -> String {
        let path = directory.path("pseudolabel")
        let strip = try RunningProcess(["strip", "-g", "-o", path, try Binary.path()])
        guard try strip.wait() == .exited(0) else { throw Failure(description: "strip: \(strip.errors.text)") }
        return path
    }

    /// Starts a process in which nothing is counted yet. Children run as ever, and are not counted.
    init(_ arguments: [String]) throws {
        directory = try TemporaryDirectory()
        process = try RunningProcess(
            [
                "env", "SWIFT_DETERMINISTIC_HASHING=1", "valgrind", "--tool=callgrind", "--instr-atstart=no", "--trace-children=no",
                "--callgrind-out-file=\(directory.path("counts"))",
            ] + arguments)
    }

    /// Counts from now on.
    func start() throws {
        try tell("instrumentation on")
        try tell("dump")
    }

    /// Instructions that the process executes meanwhile, whatever for.
    func count(_ work: () throws -> Void) throws -> Int {
        try work()
        let before = Set(try directory.files())
        try tell("dump")
        guard let new = try directory.files().first(where: { !before.contains($0) }) else {
            throw Failure(description: "valgrind wrote no counts")
        }
        return try InstructionCount.total(directory.path(new))
    }

    private func tell(_ command: String) throws {
        let debugger = try RunningProcess(["vgdb", "--pid=\(process.id)"] + command.split(separator: " ").map(String.init))
        guard try debugger.wait() == .exited(0) else { throw Failure(description: "vgdb: \(debugger.errors.text)") }
    }

    /// Instructions of a whole run, from its start to its end. Without the seed of each process's hashes, which lets keys
    /// fall together at one time and not at another.
    static func ofRun(_ arguments: [String], variables: [String]) throws -> (count: Int, errors: String) {
        let directory = try TemporaryDirectory()
        let counts = directory.path("counts")
        let process = try RunningProcess(
            ["env", "SWIFT_DETERMINISTIC_HASHING=1"] + variables + ["valgrind", "--quiet", "--tool=callgrind", "--trace-children=no", "--callgrind-out-file=\(counts)"]
                + arguments)
        _ = try process.wait()
        return (try total(counts), process.errors.text)
    }

    private static func total(_ file: String) throws -> Int {
        let lines = try String(contentsOfFile: file, encoding: .utf8).utf8.split(separator: UInt8(ascii: "\n"))
        guard let line = lines.last(where: { $0.starts(with: "totals: ".utf8) }),
            let count = Int(String(decoding: line.dropFirst(8), as: UTF8.self))
        else { throw Failure(description: "\(file) has no total") }
        return count
    }
}
