extension APIMarkup {
    /// A schema of the components, with what it is.
    func schemaArticle(_ schema: OrderedJSON.Member) -> String {
        let name = HTMLText.escaped(schema.name)
        let content = schema.value["properties"] == nil ? "<p>\(kind(schema.value))</p>" : properties(of: schema.value)
        return """
            <article id="schema-\(name)"><h3>\(name)</h3>
            \(HTMLText.markdown(schema.value["description"]?.string ?? ""))
            \(content)</article>
            """
    }

    /// The members of an object, those of objects in it inside.
    func properties(of schema: OrderedJSON) -> String {
        let required = schema["required"]?.elements ?? []
        let rows = (schema["properties"]?.members ?? []).map { property in
            let description = HTMLText.inline(property.value["description"]?.string ?? "")
            let isRequired = required.contains(.string(property.name))
            return row([
                "<code>\(HTMLText.escaped(property.name))</code>" + (isRequired ? "" : "<br>may be missing"),
                kind(property.value), description + inside(property.value),
            ])
        }
        return table(["member", "type", "meaning"], rows)
    }

    /// Members of an object, or of the objects of a list, that has no name of its own.
    private func inside(_ schema: OrderedJSON) -> String {
        if schema["properties"] != nil { return properties(of: schema) }
        return schema["items"].map { $0["properties"] == nil ? "" : properties(of: $0) } ?? ""
    }

    /// What a value is, in a few words.
    func kind(_ schema: OrderedJSON) -> String {
        if let reference = schema["$ref"]?.string, let name = reference.split(separator: "/").last {
            let shown = HTMLText.escaped(String(name))
            return "<a href=\"#schema-\(shown)\">\(shown)</a>"
        }
        if let constant = schema["const"] { return "<code>\(HTMLText.escaped(constant.plain))</code>" }
        if let values = schema["enum"] {
            return values.elements.map { "<code>\(HTMLText.escaped($0.plain))</code>" }.joined(separator: ", ")
        }
        if let items = schema["items"] { return "list of \(kind(items))\(bounds(schema))" }
        if let further = schema["additionalProperties"], further["type"] != nil { return "names with \(kind(further))" }
        let type = schema["type"].map { $0.string ?? $0.elements.map(\.plain).joined(separator: " or ") } ?? "anything"
        let format = schema["format"]?.string.map { " (\($0))" } ?? ""
        return HTMLText.escaped(type + format) + bounds(schema)
    }

    private func bounds(_ schema: OrderedJSON) -> String {
        let words = [
            ("minimum", "at least"), ("exclusiveMinimum", "over"), ("maximum", "at most"),
            ("exclusiveMaximum", "under"),
            ("minLength", "at least, in characters,"), ("maxLength", "at most, in characters,"),
            ("minItems", "at least"),
            ("maxItems", "at most"), ("default", "default"),
        ]
        let found = words.compactMap { member, word in schema[member].map { "\(word) \($0.plain)" } }
        return found.isEmpty ? "" : HTMLText.escaped(", " + found.joined(separator: ", "))
    }
}
