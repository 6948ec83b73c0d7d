import Engine

/// A network's operations as a table: what each is called, does, reads and makes, and how many parameters it has.
struct GraphTable {
    let text: String

    /// - Parameters: of the image, in pixels.
    init(_ graph: NetworkGraph, height: Int, width: Int) throws {
        let rows = try graph.rows(height: height, width: width)
        let cells =
            [["name", "operation", "reads", "makes", "parameters"]]
            + rows.map { row in
                [
                    row.name, row.operation, row.inputs.joined(separator: ", "), row.shape,
                    row.parameters.map(String.init) ?? "",
                ]
            }
        let widths = (0..<4).map { column in cells.map { $0[column].count }.max() ?? 0 }
        let lines = cells.map { row in
            zip(row, widths).map { $0.padding(to: $1) }.joined(separator: "  ") + "  " + row[4]
        }
        let total = rows.reduce(0) { $0 + ($1.parameters ?? 0) }
        let outputs = graph.namedOutputs.map { "\($0.name): \($0.node)" }.joined(separator: ", ")
        text =
            (lines + [
                "\(rows.count) operations, \(total) parameters, norms' statistics among them", "outputs: \(outputs)",
            ]).joined(
                separator: "\n")
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
