extension NetworkGraph {
    /// An operation for people.
    package struct Row: Sendable {
        package let name: String
        /// "convolution 3x3 64-128 stride 2"
        package let operation: String
        /// Names of the nodes that it reads; "image" for the network's input.
        package let inputs: [String]
        /// [channels, rows, columns]
        package let shape: String
        /// Floats; nil without parameters.
        package let parameters: Int?
    }

    /// Every node in its order, for an image of a size.
    /// - Throws: where the graph can't take it.
    package func rows(height: Int, width: Int) throws -> [Row] {
        let shapes = try shapes(rows: height, columns: width)
        return nodes.enumerated().map { position, node in
            let definition = node.operation.definition
            let floats = definition.parameters.reduce(0) { $0 + $1.shape.reduce(1, *) }
            return Row(
                name: node.name, operation: definition.summary, inputs: node.inputs.map(name),
                shape: shapes[position + 1].description, parameters: floats > 0 ? floats : nil)
        }
    }

    /// What stages look for, and the nodes that make it.
    package var namedOutputs: [(name: String, node: String)] {
        outputs.sorted { $0.key < $1.key }.map { ($0.key, name($0.value)) }
    }

    private func name(_ value: Value) -> String { value == .image ? "image" : nodes[value.rawValue - 1].name }
}

extension GraphOperation {
    /// For people: what it does, in a few words.
    var summary: String { "\(Self.self)".replacing("Operation", with: "").inWords }
}

extension ConvolutionShape {
    var summary: String {
        "convolution \(kernel)x\(kernel) \(inputChannels)-\(outputChannels)"
            + (stride > 1 ? " stride \(stride)" : "") + (dilation > 1 ? " dilation \(dilation)" : "")
            + (groups > 1 ? " groups \(groups)" : "")
    }
}

extension MaximumPoolShape {
    var summary: String { "maximum \(kernel)x\(kernel) stride \(stride)" }
}

extension BatchNormShape {
    var summary: String { "batch norm" }
}

extension Activation {
    package var summary: String { rawValue }
}

extension String {
    /// "MeanOfPixels" as "mean of pixels".
    fileprivate var inWords: String {
        var words = ""
        for character in self {
            if character.isUppercase, !words.isEmpty, words.last != " " { words += " " }
            words += character.lowercased()
        }
        return words
    }
}
