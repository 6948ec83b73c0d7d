// What the operations are put together of.

extension OpenAPIDocument {
    /// An operation's description and security requirement.
    /// - Parameter scope: what its token needs; nil where it is open.
    static func access(_ scope: Scope?, _ description: String) -> String {
        guard let scope else { return #""description": "\#(description) Needs no token.", "security": []"# }
        return
            #""description": "\#(description) Scope: \#(scope.rawValue).", "security": [{}, {"token": ["\#(scope.rawValue)"]}]"#
    }

    /// Statuses that every operation with a token may answer: of its head and address, of access, of the server.
    private static let common = [400, 401, 403, 421, 429, 500, 503]

    /// Refusals of an operation, the common ones among them.
    static func refusals(_ codes: Int...) -> String { references(common + codes) }

    /// Refusals of an operation that is open: no token and no rate, and GET alone, which every origin may send.
    static let openRefusals = references([421, 429, 503])

    private static func references(_ codes: [Int]) -> String {
        let named = Set(codes).sorted().map { code in
            ##""\##(code)": {"$ref": "#/components/responses/\##(refusalNames[code] ?? "Refusal")"}"##
        }
        return (named + [##""default": {"$ref": "#/components/responses/Refusal"}"##]).joined(separator: ", ")
    }

    /// Header fields of an answer.
    /// - Parameters:
    ///   - names: in `components.headers`; what follows a dot tells apart several of one field.
    ///   - cache: its Cache-Control.
    static func fields(_ names: String..., cache: String = "no-store") -> String { fields(names, cache: cache) }

    static func fields(_ names: [String], cache: String = "no-store") -> String {
        let references = (["X-Request-Id"] + names).map { name in
            ##""\##(name.prefix { $0 != "." })": {"$ref": "#/components/headers/\##(name)"}"##
        }
        let cacheControl = #""Cache-Control": {"required": true, "schema": {"type": "string", "const": "\#(cache)"}}"#
        return #""headers": {\#((references + [cacheControl]).joined(separator: ", "))}"#
    }

    /// Content in JSON of a schema in `components`, with examples in `components`.
    static func json(_ schema: String, _ examples: String...) -> String {
        content("application/json", ##"{"$ref": "#/components/schemas/\##(schema)"}"##, examples)
    }

    static func content(_ mediaType: String, _ schema: String, _ examples: [String]) -> String {
        let references = examples.map { ##""\##($0)": {"$ref": "#/components/examples/\##($0)"}"## }
        return #""\#(mediaType)": {"schema": \#(schema), "examples": {\#(references.joined(separator: ", "))}}"#
    }

    /// Content that is bytes: of them there is no example in JSON. OpenAPI 3.1 has contentMediaType for it; generators
    /// of clients go by the format of 3.0.
    static func bytes(_ mediaType: String) -> String {
        #""\#(mediaType)": {"schema": {"type": "string", "format": "binary", "contentMediaType": "\#(mediaType)"}}"#
    }

    /// The type of bytes of any type.
    static let anyBytes = "application/octet-stream"

    /// Content that is to be kept as it is. The general type stands beside its own for generated clients, some of which
    /// know no other type of bytes, and would read it as text.
    static func download(_ mediaType: String) -> String { "\(bytes(anyBytes)), \(bytes(mediaType))" }

    /// An answer in JSON.
    /// - Parameters:
    ///   - fields: `fields(…)`.
    ///   - links: `name: link` pairs.
    static func answer(
        _ description: String, _ schema: String, example: String? = nil, fields: String = fields(), links: [String] = []
    ) -> String {
        let links = links.isEmpty ? "" : #", "links": {\#(links.joined(separator: ", "))}"#
        return
            #"{"description": "\#(description)", \#(fields), "content": {\#(json(schema, example ?? schema))}\#(links)}"#
    }

    /// Where an answer's value goes on to.
    /// - Parameter value: a runtime expression.
    static func link(_ operation: String, _ parameter: String, _ value: String, _ description: String) -> String {
        #""\#(operation)": {"operationId": "\#(operation)", "parameters": {"\#(parameter)": "\#(value)"}, "description": "\#(description)"}"#
    }
}
