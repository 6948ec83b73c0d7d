import Crypto
import Foundation
import TestSupport
import Testing

@testable import Server

/// `GET /docs`
@Suite struct APIPageTests {
    private let client: TestClient

    init() throws { client = try JobServer.make(isWorking: false).client() }

    @Test func page_hasEveryOperationParameterAndSchemaOfTheDocument() throws {
        let page = try client.get("/docs").text
        let document = try #require(OrderedJSON(try client.get("/openapi.json").body))
        var count = 0
        for path in try #require(document["paths"]).members {
            for method in path.value.members where APIMarkup.methods.contains(method.name) {
                let id = try #require(method.value["operationId"]?.string)
                #expect(page.contains("<article id=\"\(id)\">") && page.contains("href=\"#\(id)\""), "\(id)")
                count += 1
                for parameter in method.value["parameters"]?.elements ?? [] {
                    guard let name = parameter["name"]?.string else { continue }
                    #expect(page.contains("<code>\(name)</code>"), "\(name)")
                }
            }
        }
        #expect(count > 20)
        for schema in try #require(document["components"]?["schemas"]).members {
            #expect(page.contains("<article id=\"schema-\(schema.name)\">"), "\(schema.name)")
        }
        // Each link of the page leads to a place on it.
        for link in page.matches(of: /href="#([^"]+)"/) {
            #expect(page.contains("id=\"\(link.output.1)\""), "\(link.output.1)")
        }
    }

    @Test func page_loadsNothing_andHasNoScript() throws {
        let answer = try client.get("/docs")
        #expect(answer.status == 200 && answer.field("Content-Type") == "text/html; charset=utf-8")
        let policy = try #require(answer.field("Content-Security-Policy"))
        for word in ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"] {
            #expect(policy.contains(word))
        }
        for word in ["unsafe", "*", "script-src", "connect-src", "http"] { #expect(!policy.contains(word)) }
        let page = answer.text
        let style = try #require(page.firstMatch(of: /(?s)<style>(.*)<\/style>/)).output.1
        let hash = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
        #expect(policy.contains("style-src 'sha256-\(hash)'"))
        for word in ["<script", " src=", " style=", "@import", "url("] { #expect(!page.contains(word), "\(word)") }
        let tag = try #require(answer.field("ETag"))
        #expect(try client.get("/docs", fields: "If-None-Match: \(tag)\r\n").status == 304)
        #expect(try client.get("/docs/").status == 200)
    }

    /// Descriptions hold what HTML would take for its own.
    @Test func text_isEscaped_andMarkedAsItsMarkdownSays() {
        #expect(
            HTMLText.inline("a <b> & **\"c\"** `d` *f")
                == "a &lt;b&gt; &amp; <strong>&quot;c&quot;</strong> <code>d</code> *f")
        #expect(HTMLText.inline("2 ** 3, `x") == "2 ** 3, `x")
        #expect(HTMLText.markdown("a\n\nb") == "<p>a</p>\n<p>b</p>")
    }

    @Test func json_keepsItsOrder() throws {
        let text = #" {"b": [1, -2.5e3, true, null], "a": {"x\"": "y\u00e9\\", "é": {}}, "c": []} "#
        let json = try #require(OrderedJSON(Data(text.utf8)))
        #expect(json.members.map(\.name) == ["b", "a", "c"] && json["a"]?["x\""] == .string("yé\\"))
        #expect(json["b"]?.elements == [.literal("1"), .literal("-2.5e3"), .literal("true"), .literal("null")])
        #expect(OrderedJSON(Data(json.text().utf8)) == json)
        for text in ["", "{", "[1", "{\"a\"}", "\"", "[1 2]", "{} x"] { #expect(OrderedJSON(Data(text.utf8)) == nil) }
    }
}
