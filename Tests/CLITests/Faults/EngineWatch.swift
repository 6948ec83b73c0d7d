import Foundation

/// The engine's process of a server, as the system sees it.
struct EngineWatch {
    let server: pid_t

    /// nil while there is none.
    var process: pid_t? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.first { fields($0)?.first == server && Self.isEngine($0) }
    }

    private static func isEngine(_ id: pid_t) -> Bool {
        (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(id)/cmdline")))?.split(separator: 0).dropFirst().first
            == Data("engine".utf8)
    }

    /// Seconds that it has computed; nil when it has gone.
    func seconds(_ id: pid_t) -> Double? {
        guard let fields = fields(id), fields.count > 11 else { return nil }
        return Double(fields[10] + fields[11]) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Numbers of /proc/ID/stat from the parent's id on.
    private func fields(_ id: pid_t) -> [pid_t]? {
        guard let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
            let name = text.lastIndex(of: ")")
        else { return nil }
        return text[name...].split(separator: " ").dropFirst(2).map { pid_t(truncatingIfNeeded: Int64($0) ?? 0) }
    }
}
