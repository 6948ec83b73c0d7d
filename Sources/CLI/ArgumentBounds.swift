import ArgumentParser
import Text

/// Bounds what the argument parser gets to see: it compares arguments by canonical equivalence, in time that grows with
/// the square of their length.
enum ArgumentBounds {
    /// Of an argument that is not ASCII, in UTF-8.
    static let maximumBytes = 1024

    /// - Throws: an error that tells the argument by its place.
    static func check(_ arguments: [String]) throws {
        for (index, argument) in arguments.enumerated() where argument.utf8.count > maximumBytes && !argument.isASCII {
            throw ValidationError(
                "argument \(index + 1) has \(argument.utf8.count) bytes, at most \(maximumBytes) are taken of one that "
                    + "is not ASCII; it begins \"\(argument.cut(bytes: 100).shown)\"")
        }
    }
}
