import Foundation

/// The `pseudolabel` that was built together with these tests.
enum Binary {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    static func path() throws -> String {
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("pseudolabel").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(
                description: "\(path) is missing; build it with the options of the tests: swift build --build-tests")
        }
        return path
    }
}
