import Foundation

extension ParameterSet {
    /// A model file's weights (float32), by the graph's names.
    /// - Parameters:
    ///   - block: values in the set's layout, such as an average of weights.
    ///   - classWeight: of the class layer.
    ///   - rows: of it that are written.
    func encoded(_ block: FloatBuffer, classWeight: Parameter, rows: Range<Int>) throws -> Data {
        var writer = SafetensorsWriter()
        for parameter in parameters {
            var (shape, values) = (parameter.shape, floats(parameter, in: block))
            if parameter == classWeight {
                let row = parameter.count / shape[0]
                values = Array(values[rows.lowerBound * row..<rows.upperBound * row])
                shape[0] = rows.count
            } else if parameter.role == .new {
                continue  // of use in training only
            }
            writer.append(parameter.name, shape: shape, values: values, as: .float32)
        }
        for (name, values) in statistics.sorted(by: { $0.key < $1.key }) {
            writer.append(name, shape: [values.count], values: values, as: .float32)
        }
        return try writer.encoded()
    }

    /// Names and shapes, in order: what blocks of the set's layout belong to.
    var table: [String] { parameters.map { "\($0.name) \($0.shape)" } }
}
