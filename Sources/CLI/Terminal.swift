import Foundation
import Text

/// Standard error for people and logs, standard output for results.
enum Terminal {
    /// A line that cannot be written is lost: there is nobody to tell.
    static func note(_ line: String) { show(printable(line) + "\n") }

    /// Without characters that a terminal would obey: labels, names of files and what servers say come from elsewhere.
    /// Line feeds and tabs are this program's own; foreign ones are taken out by `shown` where a message is made.
    static func printable(_ text: String) -> String {
        func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.value {
            case 0x09, 0x0A: false
            case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
            default: scalar.properties.generalCategory == .control
            }
        }
        guard text.unicodeScalars.contains(where: isObeyed) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(isObeyed(scalar) ? "?" : scalar) }
        return String(result)
    }

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
