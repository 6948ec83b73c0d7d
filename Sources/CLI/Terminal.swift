import Foundation

/// Standard error for people and logs, standard output for results.
enum Terminal {
    static func note(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    /// Written at once, also into a pipe that somebody waits on.
    static func result(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
