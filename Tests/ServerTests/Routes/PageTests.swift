import Crypto
import Engine
import Foundation
import TestSupport
import Testing

@testable import Server

@Suite struct PageTests {
    @Test func page_holdsEverything_andItsPolicyLetsItLoadNothingElse() throws {
        let client = try RouteServer.make().client()
        let answer = try client.get("/")
        #expect(answer.status == 200 && answer.field("Content-Type") == "text/html; charset=utf-8")
        let page = answer.text
        #expect(!page.contains("{{") && !page.contains("http://") && !page.contains("https://"))
        #expect(!page.contains("innerHTML"))
        let policy = try #require(answer.field("Content-Security-Policy"))
        for word in ["default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
            #expect(policy.contains(word))
        }
        #expect(!policy.contains("unsafe") && !policy.contains("*"))
        // The hashes are of what is between the tags, to the byte.
        for (tag, directive) in [("style", "style-src"), ("script", "script-src")] {
            let start = try #require(page.range(of: "<\(tag)>")).upperBound
            let end = try #require(page.range(of: "</\(tag)>")).lowerBound
            let hash = Data(SHA256.hash(data: Data(page[start..<end].utf8))).base64EncodedString()
            #expect(policy.contains("\(directive) 'sha256-\(hash)'"))
        }
    }

    @Test func page_letsEveryFormatBeChosen() throws {
        let page = try RouteServer.make().client().get("/").text
        #expect(page.contains("accept=\"\(ImageFormat.accept)\"") && page.contains(">\(ImageFormat.names)<"))
    }

    @Test func pageThatTheClientHas_isNotSentAgain() throws {
        let client = try RouteServer.make().client()
        let tag = try #require(try client.get("/").field("ETag"))
        let again = try client.get("/", fields: "If-None-Match: \"other\", \(tag)\r\n")
        #expect(again.status == 304 && again.body.isEmpty && again.field("ETag") == tag)
        #expect(try client.get("/", fields: "If-None-Match: \"other\"\r\n").status == 200)
    }
}
