import HTTPTypes
import Text

/// Any member name of a JSON object.
struct JSONMember: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringLiteral value: String) { stringValue = value }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// The members of a JSON object, all of them among `known`.
    func members(known: [String]) throws -> KeyedDecodingContainer<JSONMember> {
        let container = try container(keyedBy: JSONMember.self)
        // Keys come in no order; the same request is refused for the same one each time.
        let strangers = container.allKeys.filter { !known.contains($0.stringValue) }
        if let stranger = strangers.min(by: { $0.stringValue.precedesBytes(of: $1.stringValue) }) {
            throw DecodingError.dataCorruptedError(
                forKey: stranger, in: container,
                debugDescription: "is not a member here; known are \(known.joined(separator: ", "))")
        }
        return container
    }
}

extension Problem {
    /// A request's JSON that cannot be decoded: 400 where it is not JSON at all, else 422 naming the member.
    ///
    /// - Parameter place: where the JSON was, such as "line 3"; empty for the whole body.
    init(_ error: DecodingError, at place: String) {
        let (path, reason): ([any CodingKey], String) =
            switch error {
            case .typeMismatch(let type, let context): (context.codingPath, "must be \(Problem.name(of: type))")
            case .valueNotFound(let type, let context):
                (context.codingPath, "is null; it must be \(Problem.name(of: type))")
            case .keyNotFound(let key, let context): (context.codingPath + [key], "is missing")
            case .dataCorrupted(let context): (context.codingPath, context.debugDescription)
            @unknown default: ([], "cannot be read")
            }
        let member = path.reduce("") { text, key in
            if let index = key.intValue { return text + "[\(index)]" }
            return text.isEmpty ? key.stringValue.cut(bytes: 100) : text + "." + key.stringValue.cut(bytes: 100)
        }
        guard !member.isEmpty else {
            let what = place.isEmpty ? "The body" : "The body's \(place)"
            switch error {
            case .typeMismatch, .valueNotFound: self.init(.unprocessableContent, "\(what) \(reason).")
            default: self.init(.badRequest, "\(what) is not valid JSON.")
            }
            return
        }
        let field = place.isEmpty ? member : "\(place): \(member)"
        self.init(.unprocessableContent, "\(field) \(reason).", errors: [.init(field: field, detail: reason)])
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is Double.Type, is Float.Type: "a number"
        case is Int.Type: "a whole number"
        case is [Any].Type: "an array"
        default: "\(type)".hasPrefix("Array") ? "an array" : "an object"
        }
    }
}
