import Text

/// Why a graph can't be: it may come from a file, so this is an error and no precondition.
package struct GraphFault: Error, Equatable, CustomStringConvertible {
    /// Name of the node, nil where the graph as a whole is meant.
    package let node: String?
    package let reason: String

    init(_ reason: String, node: String? = nil) { (self.reason, self.node) = (reason, node) }

    package var description: String { node.map { "node \($0.shown): \(reason)" } ?? reason }

    func at(_ node: String) -> GraphFault { GraphFault(reason, node: self.node ?? node) }
}
