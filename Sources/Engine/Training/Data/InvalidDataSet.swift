/// All that is wrong with a data set, found before anything is computed from it.
public struct InvalidDataSet: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was to be read, such as "training set".
    public let what: String
    /// One sentence each, naming the image; in the order of the list.
    public let problems: [String]

    public var description: String {
        (["\(what): \(problems.count) problem\(problems.count == 1 ? "" : "s")"] + problems).joined(separator: "\n  ")
    }
}
