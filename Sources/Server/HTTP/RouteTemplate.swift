import Text

/// A path template such as `/v1/masks/{id}/overlay.png`: literal segments and parameters that fill a whole segment.
public struct RouteTemplate: Sendable, Equatable, CustomStringConvertible {
    enum Segment: Sendable, Equatable {
        case literal(String)
        case parameter(String)
    }

    public let description: String
    let segments: [Segment]

    /// - Precondition: the template starts with `/`; templates are written by programmers.
    public init(_ template: String) {
        precondition(template.hasPrefix("/"), "a route template starts with a slash")
        description = template
        segments = template.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { piece in
            piece.hasPrefix("{") && piece.hasSuffix("}")
                ? .parameter(String(piece.dropFirst().dropLast())) : .literal(String(piece))
        }
    }

    /// The parameters' values, or nil when the path is another one. A parameter never matches an empty segment.
    func match(_ path: [String]) -> PathParameters? {
        guard path.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (segment, text) in zip(segments, path) {
            switch segment {
            case .literal(let literal):
                guard literal.equalsBytes(of: text) else { return nil }
            case .parameter(let name):
                guard !text.isEmpty else { return nil }
                values[name] = text
            }
        }
        return PathParameters(values: values)
    }

    /// Orders templates that match the same path: a literal segment goes before a parameter, from the left.
    func isMoreSpecific(than other: RouteTemplate) -> Bool {
        for (mine, others) in zip(segments, other.segments) {
            switch (mine, others) {
            case (.literal, .parameter): return true
            case (.parameter, .literal): return false
            default: continue
            }
        }
        return false
    }
}

/// Values of a template's parameters.
public struct PathParameters: Sendable, Equatable {
    let values: [String: String]

    /// nil when the template has no such parameter.
    public subscript(name: String) -> String? { values[name] }

    /// The parameter as another type.
    /// - Throws: a 400 that names it when its text is not such a value.
    public func value<Value: LosslessStringConvertible>(_ name: String, as type: Value.Type = Value.self) throws
        -> Value
    {
        guard let text = values[name], let value = Value(text) else {
            throw Problem(
                .badRequest, "The path parameter \(name) is invalid.",
                errors: [.init(field: name, detail: "is not a valid \(Value.self)")])
        }
        return value
    }
}
