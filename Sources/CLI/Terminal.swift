import Foundation
import Text

/// Standard error for people and logs, standard output for results.
enum Terminal {
    /// A line that cannot be written is lost: there is nobody to tell.
    static func note(_ line: String) { show(line + "\n") }

    /// As `note`, without the line's end.
    static func show(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// Written at once, also into a pipe that somebody waits on. Where it cannot be written the command has failed, and
    /// ends.
    static func result(_ line: String) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
        } catch {
            note("Error: standard output can't be written: \(FileFault.words(of: error))")
            exit(EXIT_FAILURE)
        }
    }
}
