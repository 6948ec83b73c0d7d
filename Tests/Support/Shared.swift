import Foundation

/// The reference data beside the repository. Only the project's own machines have it: tests that use it skip without.
public enum Shared {
    public static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["PSEUDOLABEL_SHARED"] { return URL(fileURLWithPath: path) }
        return Picture.repository.deletingLastPathComponent().appendingPathComponent("shared")
    }()

    public static var isPresent: Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent("golden").path)
    }
    public static let skipMessage: String = "needs the reference values in ../shared, which are not here"

    public static func data(_ path: String) throws -> Data {
        try Data(contentsOf: folder.appendingPathComponent(path))
    }
}
