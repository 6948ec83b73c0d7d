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

    public var description: String {
        (["\(what): \(problems.count) problem\(problems.count == 1 ? "" : "s")"] + problems).joined(separator: "\n  ")
    }
}
