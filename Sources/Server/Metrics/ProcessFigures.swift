import Foundation

/// What the kernel says of a process, in the units of Prometheus' own client libraries.
struct ProcessFigures {
    let cpuSeconds: Double
    let residentBytes: Double
    let virtualBytes: Double
    /// Since 1970.
    let startSeconds: Double

    /// - Parameter process: an id in /proc, or `self`.
    /// - Returns: nil where it has ended, or there is no /proc.
    init?(process: String = "self") {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let system = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
            // The name, in brackets, may hold anything.
            let end = stat.lastIndex(of: ")")
        else { return nil }
        // Field 3 of proc(5) comes first.
        let fields = stat[stat.index(after: end)...].split(separator: " ").map { Double($0) ?? 0 }
        guard fields.count > 21 else { return nil }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        cpuSeconds = (fields[11] + fields[12]) / ticks
        virtualBytes = fields[20]
        residentBytes = fields[21] * Double(sysconf(Int32(_SC_PAGESIZE)))
        let boot = system.split(separator: "\n").first { $0.hasPrefix("btime ") }?.dropFirst(6)
        startSeconds = (boot.flatMap { Double($0) } ?? 0) + fields[19] / ticks
    }

    /// Descriptors that this process has open.
    static var openDescriptors: Int? {
        // The listing itself holds one.
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { $0.count - 1 }
    }
}
