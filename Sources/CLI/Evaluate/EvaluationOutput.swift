import Foundation
import Text

/// The directory that `evaluate` writes to.
struct EvaluationOutput {
    private let directory: URL

    struct Unwritable: Error, CustomStringConvertible {
        let description: String

        init(_ url: URL, _ error: any Error) {
            description = "--out: \(url.path) can't be written: \(FileFault.words(of: error))"
        }
    }

    /// Made at once, so that a wrong one is found before anything is computed.
    init(directory path: String) throws {
        directory = URL(fileURLWithPath: path)
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        } catch {
            throw Unwritable(directory, error)
        }
    }

    func write(_ evaluation: Evaluation) throws { try write(evaluation.json() + "\n", "evaluation.json") }
    func write(_ report: String) throws { try write(report, "report.html") }

    private func write(_ text: String, _ name: String) throws {
        let file = directory.appendingPathComponent(name)
        do {
            try Data(text.utf8).write(to: file, options: .atomic)
        } catch {
            throw Unwritable(file, error)
        }
    }
}
