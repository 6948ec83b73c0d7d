import Foundation

/// How many descriptors this process may have open (RLIMIT_NOFILE).
public enum DescriptorLimit {
    /// More than this is never asked for.
    static let enough = 65536

    /// The soft limit, which is the one that counts.
    public static var current: Int { read().map { Int(clamping: $0.rlim_cur) } ?? 1024 }

    /// Raises the soft limit as far as the hard limit allows, up to `enough`: shells usually start processes with 1024.
    /// To be called once, before an `HTTPServer` is made, which takes its connection cap from the limit.
    public static func raise() {
        guard var limit = read() else { return }
        let wanted = min(limit.rlim_max, rlim_t(enough))
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        _ = setrlimit(resource, &limit)
    }

    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    private static func read() -> rlimit? {
        var limit = rlimit()
        return getrlimit(resource, &limit) == 0 ? limit : nil
    }
}
