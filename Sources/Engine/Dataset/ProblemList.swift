/// Problems of a file's lines, a sentence each: the first hundred, and how many there are. A slip in a separator is one
/// in every line of a file.
public struct ProblemList: Sendable, Equatable {
    public static let maximumTold = 100

    public private(set) var told: [String] = []
    public private(set) var count = 0

    public init() {}

    mutating func add(_ problem: @autoclosure () -> String) {
        count += 1
        if told.count < ProblemList.maximumTold { told.append(problem()) }
    }

    public var isEmpty: Bool { count == 0 }

    /// What is told, and how many more there are.
    public var lines: [String] { told + (count > told.count ? ["and \(count - told.count) more"] : []) }
}
