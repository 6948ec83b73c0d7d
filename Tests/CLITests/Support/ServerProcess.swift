import Foundation
import TestSupport

/// `pseudolabel serve` on a free port. Killed when it is released.
final class ServerProcess {
    let process: RunningProcess
    let port: UInt16

    /// - Parameters:
    ///   - arguments: further ones of `serve`.
    ///   - launcher: a command that starts the server, with its arguments.
    ///   - greeting: the address that it says it listens on.
    init(
        dataDirectory: String, _ arguments: [String] = [], launcher: [String] = [], greeting address: String = "127.0.0.1"
    ) throws {
        process = try RunningProcess(
            launcher + [try Binary.path(), "serve", "--port", "0", "--data-dir", dataDirectory] + arguments)
        let greeting = "listening on http://\(address):"
        guard let line = process.output.line(with: greeting), let port = UInt16(line.dropFirst(greeting.count)) else {
            throw RunningProcess.Failure(description: "the server did not start: \(process.errors.text)")
        }
        self.port = port
    }

    /// Keeps the server.
    func client() throws -> TestClient {
        let client = try TestClient(port: port)
        client.server = self
        return client
    }

    func isAlive() throws -> Bool { try client().get("/healthz").status == 200 }

    /// Stops it gracefully.
    func stop() throws -> RunningProcess.Ending {
        process.send(SIGTERM)
        return try process.wait()
    }

    /// Seconds that processors worked for it, in user and kernel mode, all threads together.
    func processorTime() throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(process.id)/stat", encoding: .utf8)
        // After the name, which is in parentheses and may hold anything: fields 3 and on; utime is 14, stime 15.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ").dropFirst()
        let ticks = fields.dropFirst(11).prefix(2).compactMap { Int($0) }.reduce(0, +)
        return Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The most memory that was ever resident, in bytes.
    func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process.id)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        let kilobytes = line.split(separator: " ").compactMap { Int($0) }.first ?? 0
        return kilobytes * 1024
    }
}
