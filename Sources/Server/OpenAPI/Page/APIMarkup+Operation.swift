extension APIMarkup {
    /// All that is said of one operation.
    func article(of operation: Operation) -> String {
        """
        <article id="\(operation.id)">
        <h3><b>\(operation.method)</b> <code>\(HTMLText.escaped(operation.path))</code></h3>
        <p><strong>\(HTMLText.inline(operation.content["summary"]?.string ?? ""))</strong></p>
        \(HTMLText.markdown(operation.content["description"]?.string ?? ""))
        \(parameters(of: operation))
        \(body(of: operation))
        \(answers(of: operation))
        </article>
        """
    }

    private func parameters(of operation: Operation) -> String {
        let parameters = (operation.shared + (operation.content["parameters"]?.elements ?? [])).map(resolved)
        guard !parameters.isEmpty else { return "" }
        let rows = parameters.map { parameter in
            let isRequired = parameter["required"] == .literal("true")
            let example = parameter["example"].map { " Example: <code>\(HTMLText.escaped($0.plain))</code>." } ?? ""
            return row([
                "<code>\(HTMLText.escaped(parameter["name"]?.string ?? ""))</code>",
                "\(parameter["in"]?.string ?? "")\(isRequired ? ", required" : "")",
                parameter["schema"].map(kind) ?? "",
                HTMLText.inline(parameter["description"]?.string ?? "") + example,
            ])
        }
        return "<h4>Parameters</h4>" + table(["name", "in", "type", "meaning"], rows)
    }

    private func body(of operation: Operation) -> String {
        guard let body = operation.content["requestBody"] else { return "" }
        return "<h4>Body</h4>" + HTMLText.markdown(body["description"]?.string ?? "")
            + (body["content"]?.members ?? []).map(media).joined()
    }

    private func answers(of operation: Operation) -> String {
        let rows = (operation.content["responses"]?.members ?? []).map { member in
            let answer = resolved(member.value)
            return row([
                "<b>\(member.name)</b>", HTMLText.inline(answer["description"]?.string ?? ""),
                (answer["content"]?.members ?? []).map(media).joined() + fields(answer),
            ])
        }
        return "<h4>Answers</h4>" + table(["status", "meaning", "content"], rows)
    }

    /// A media type with its schema and its examples.
    private func media(_ member: OrderedJSON.Member) -> String {
        let schema = member.value["schema"].map { $0["properties"] == nil ? kind($0) : properties(of: $0) } ?? ""
        return "<div><code>\(HTMLText.escaped(member.name))</code> \(schema)\(examples(member.value))</div>"
    }

    /// Names of an answer's header fields, those of every answer left out.
    private func fields(_ answer: OrderedJSON) -> String {
        let names = (answer["headers"]?.members ?? []).map(\.name).filter {
            $0 != "X-Request-Id" && $0 != "Cache-Control"
        }
        guard !names.isEmpty else { return "" }
        return "<div>fields: \(names.map { "<code>\(HTMLText.escaped($0))</code>" }.joined(separator: ", "))</div>"
    }

    /// - Parameter cells: HTML.
    func row(_ cells: [String]) -> String { "<tr>\(cells.map { "<td>\($0)</td>" }.joined())</tr>\n" }

    func table(_ heads: [String], _ rows: [String]) -> String {
        "<div class=\"scroll\"><table><thead><tr>\(heads.map { "<th>\($0)</th>" }.joined())</tr></thead>"
            + "<tbody>\(rows.joined())</tbody></table></div>"
    }
}
