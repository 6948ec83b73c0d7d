import Foundation
import TestSupport

/// A folder of pictures, its labels file, and a folder for what `batch` makes of them.
struct BatchFixture {
    let pictures: TemporaryDirectory
    let out: TemporaryDirectory
    let names: [String]

    /// Over pictures that are there.
    init(pictures: TemporaryDirectory, out: TemporaryDirectory, names: [String]) {
        (self.pictures, self.out, self.names) = (pictures, out, names)
    }

    /// - Parameter count: pictures `a0`, `a1`, …, each another file of the same pixels, with the label cat.
    init(count: Int = 6) throws {
        pictures = try TemporaryDirectory()
        out = try TemporaryDirectory()
        // Sorted as text.
        names = (0..<count).map { "a\($0)" }.sorted()
        for name in names { try pictures.write(try Picture.jpeg(comment: name), "\(name).jpg") }
        try writeLabels(names.map { "\($0),cat" })
    }

    func writeLabels(_ lines: [String]) throws {
        try pictures.write((["image,labels"] + lines).joined(separator: "\n") + "\n", "labels.csv")
    }

    func arguments(_ server: String, _ more: [String] = []) -> [String] {
        [
            "batch", "--server", server, "--images", pictures.path, "--labels", pictures.path("labels.csv"), "--out",
            out.path,
        ] + LabelRunFixture.fast + more
    }

    /// Runs `batch` to its end.
    func batch(_ server: String, _ more: String...) throws -> CommandResult {
        try pseudolabel(arguments(server, more))
    }

    func start(_ server: String, _ more: String...) throws -> RunningProcess {
        try RunningProcess([try Binary.path()] + arguments(server, more))
    }

    var masks: [String] { (try? out.files("SegmentationClass")) ?? [] }
    var failures: String { (try? out.data("failures.txt")).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    /// Of the first job, in their order.
    static func names(_ server: FakeJobServer) -> [String] { server.jobs.jobs["job-1"]?.items.map(\.name) ?? [] }

    func pngs(_ names: [String]) -> [String] { names.map { "\($0).png" } }

    func lines(_ file: String) throws -> [String] {
        String(decoding: try out.data(file), as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
