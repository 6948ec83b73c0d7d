import Text

/// All that is wrong with a data set, found before anything is computed from it.
public struct InvalidDataSet: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was to be read, such as "training images".
    public let what: String
    /// One sentence each, naming the image; in the order of the list.
    public let problems: [String]

    public init(what: String, problems: [String]) {
        self.what = what
        self.problems = problems
    }

    /// One slip, such as a wrong directory, is a problem of every image.
    static let maximumTold = ProblemList.maximumTold

    public var description: String {
        let more = problems.count - InvalidDataSet.maximumTold
        return
            (["\(what): \(problems.count) problem\(problems.count == 1 ? "" : "s")"]
            + problems.prefix(InvalidDataSet.maximumTold) + (more > 0 ? ["and \(more) more"] : [])).joined(
                separator: "\n  ")
    }
}

extension TextFile {
    /// As `read`, of a file that belongs to a data set.
    static func ofDataSet(_ path: String) throws(InvalidDataSet) -> String {
        do throws(Unreadable) {
            return try read(path)
        } catch {
            throw InvalidDataSet(what: path, problems: [error.description])
        }
    }
}
