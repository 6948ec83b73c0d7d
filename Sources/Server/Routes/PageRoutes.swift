import CPage
import Crypto
import Engine
import Foundation
import HTTPTypes

/// `GET /`: one page for people. It holds its style and script, and its policy lets it load nothing else.
struct PageRoutes: Sendable {
    func add(to router: inout Router) {
        let page = PageDocument()
        router.on(.get, "/", access: .open) { request, _, reply in
            reply(Self.answer(request, html: page.html, etag: page.etag, policy: page.policy))
        }
    }

    /// A page with its policy; 304 where the client has it.
    static func answer(_ request: Request, html: Data, etag: String, policy: String) -> Response {
        var response = Response(fields: [.contentSecurityPolicy: policy, .eTag: etag, .cacheControl: "no-cache"])
        if EntityTag.isKnown(etag, to: request.head.fields) {
            response.status = .notModified
        } else {
            response.fields[.contentType] = "text/html; charset=utf-8"
            response.body = .data(html)
        }
        return response
    }
}

/// The page with its style and scripts in it.
struct PageDocument: Sendable {
    let html: Data
    let etag: String
    /// Only this style and these scripts, this origin's answers, and pictures that the page itself has made.
    let policy: String

    init() {
        let style = Self.text(page_style())
        let script = (0..<page_script_count()).map { Self.text(page_script($0)) }.joined(separator: "\n")
        let markup = Self.text(page_markup()).replacing("{{STYLE}}", with: style).replacing("{{SCRIPT}}", with: script)
            .replacing("{{ACCEPT}}", with: ImageFormat.accept).replacing("{{FORMATS}}", with: ImageFormat.names)
        html = Data(markup.utf8)
        etag = "\"\(SHA256.hash(data: html).hexDigits.prefix(32))\""
        policy = [
            "default-src 'none'", "style-src \(Self.source(style))", "script-src \(Self.source(script))",
            "connect-src 'self'", "img-src 'self' blob: data:", "form-action 'none'", "base-uri 'none'",
            "frame-ancestors 'none'",
        ].joined(separator: "; ")
    }

    static func text(_ file: page_file) -> String {
        String(decoding: UnsafeBufferPointer(start: file.bytes, count: file.size), as: UTF8.self)
    }

    /// Content Security Policy Level 3, section 2.3.1.
    static func source(_ inline: String) -> String {
        "'sha256-\(Data(SHA256.hash(data: Data(inline.utf8))).base64EncodedString())'"
    }
}
