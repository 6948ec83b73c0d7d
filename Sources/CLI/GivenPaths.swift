import ArgumentParser

/// Paths on the command line. A variable that a script did not set makes an empty one, which Foundation takes for the
/// directory that the command runs in.
enum GivenPaths {
    /// - Parameter paths: with their options.
    /// - Throws: `ValidationError` for the first that is empty.
    static func check(_ paths: [(option: String, path: String?)]) throws {
        for (option, path) in paths where path?.isEmpty == true {
            throw ValidationError("\(option) is given an empty path; give a path, or leave the option out")
        }
    }
}
