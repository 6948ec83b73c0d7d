import CPage
import Crypto
import Foundation
import Synchronization

/// The OpenAPI document as one page of HTML for people. It has no script, and its policy lets it load nothing.
struct APIPage: Sendable {
    let html: Data
    let etag: String
    let policy: String

    /// - Precondition: the document is this server's own.
    init(_ document: OpenAPIDocument) {
        guard let json = OrderedJSON(document.json) else { preconditionFailure("the API's description is no JSON") }
        let style = PageDocument.text(page_docs_style())
        html = Data(APIMarkup(document: json).page(style: style).utf8)
        etag = "\"\(SHA256.hash(data: html).hexDigits.prefix(32))\""
        policy = [
            "default-src 'none'", "style-src \(PageDocument.source(style))", "img-src data:", "form-action 'none'",
            "base-uri 'none'", "frame-ancestors 'none'",
        ].joined(separator: "; ")
    }
}

/// The page, made when it is first asked for.
final class LazyAPIPage: Sendable {
    private let document: OpenAPIDocument
    private let page = Mutex<APIPage?>(nil)

    init(_ document: OpenAPIDocument) { self.document = document }

    var value: APIPage {
        page.withLock { page in
            let made = page ?? APIPage(document)
            page = made
            return made
        }
    }
}

/// The page's markup. Files beside this one have its parts.
struct APIMarkup {
    let document: OrderedJSON

    static let methods = ["get", "put", "post", "delete", "patch"]

    /// An operation with where it is.
    struct Operation {
        let method: String
        let path: String
        /// Parameters of the path, which hold for all its methods.
        let shared: [OrderedJSON]
        let content: OrderedJSON

        var id: String { content["operationId"]?.string ?? "" }
    }

    private var operations: [Operation] {
        (document["paths"]?.members ?? []).flatMap { path in
            path.value.members.filter { APIMarkup.methods.contains($0.name) }.map { method in
                Operation(
                    method: method.name.uppercased(), path: path.name,
                    shared: path.value["parameters"]?.elements ?? [], content: method.value)
            }
        }
    }

    func page(style: String) -> String {
        let title = document["info"]?["title"]?.string ?? ""
        let version = document["info"]?["version"]?.string ?? ""
        let tags = document["tags"]?.elements ?? []
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(HTMLText.escaped(title)) API</title>
            <link rel="icon" href="data:,">
            <style>\(style)</style>
            </head>
            <body>
            <header><h1>\(HTMLText.escaped(title)) API</h1> <p>version \(HTMLText.escaped(version)), as
            <a href="/openapi.json">OpenAPI</a>; <a href="/">the page for images</a></p></header>
            <nav aria-label="Operations">\(tags.map(contents).joined(separator: "\n"))
            <h2><a href="#schemas">Schemas</a></h2></nav>
            <main>
            \(HTMLText.markdown(document["info"]?["summary"]?.string ?? ""))
            \(HTMLText.markdown(document["info"]?["description"]?.string ?? ""))
            \(tags.map(section).joined(separator: "\n"))
            <section id="schemas"><h2>Schemas</h2>
            \((document["components"]?["schemas"]?.members ?? []).map(schemaArticle).joined(separator: "\n"))
            </section>
            </main>
            </body>
            </html>

            """
    }

    private func tagged(_ tag: OrderedJSON) -> [Operation] {
        operations.filter { $0.content["tags"]?.elements.contains { $0 == tag["name"] } ?? false }
    }

    private func contents(of tag: OrderedJSON) -> String {
        let links = tagged(tag).map { operation in
            "<li><a href=\"#\(operation.id)\"><b>\(operation.method)</b> \(HTMLText.escaped(operation.path))</a></li>"
        }
        return "<h2>\(HTMLText.escaped(tag["name"]?.string ?? ""))</h2>\n<ul>\(links.joined(separator: "\n"))</ul>"
    }

    private func section(of tag: OrderedJSON) -> String {
        """
        <section><h2>\(HTMLText.escaped(tag["name"]?.string ?? ""))</h2>
        \(HTMLText.markdown(tag["description"]?.string ?? ""))
        \(tagged(tag).map(article).joined(separator: "\n"))</section>
        """
    }

    /// What a reference leads to; anything else is what it is.
    func resolved(_ value: OrderedJSON) -> OrderedJSON {
        guard let reference = value["$ref"]?.string else { return value }
        let steps = reference.split(separator: "/").dropFirst()
        return steps.reduce(document as OrderedJSON?) { $0?[String($1)] } ?? value
    }

    /// Examples of a media type, each to be opened.
    func examples(_ node: OrderedJSON) -> String {
        let named = (node["examples"]?.members ?? []).map { resolved($0.value) }
        let single = node["example"].map { [OrderedJSON.object([.init(name: "value", value: $0)])] } ?? []
        return (named + single).map { example in
            let summary = example["summary"]?.string ?? "Example"
            let value = example["value"] ?? .string("")
            return "<details><summary>\(HTMLText.inline(summary))</summary>"
                + "<pre>\(HTMLText.escaped(value.string ?? value.text()))</pre></details>"
        }.joined()
    }
}
