import Foundation
import TestSupport
import Testing

/// Who may use the built server.
@Suite struct AccessTests {
    private let directory: TemporaryDirectory
    private var tokenFile: String { directory.path("tokens") }

    init() throws { directory = try TemporaryDirectory() }

    /// Makes a token in the file.
    /// - Returns: the header line with its secret.
    private func token(_ name: String, _ scopes: String) throws -> String {
        let result = try pseudolabel("token", name, "--scopes", scopes, "--file", tokenFile)
        #expect(result.status == 0 && result.errors.isEmpty)
        return "Authorization: Bearer \(result.output.trimmingCharacters(in: .newlines))\r\n"
    }

    private func serve(_ arguments: String...) throws -> ServerProcess {
        try ServerProcess(dataDirectory: directory.path("data"), arguments)
    }

    // MARK: - Tokens

    @Test func tokens_openWhatTheirScopesSay() throws {
        let (reader, labeller) = (try token("reader", "read"), try token("labeller", "read,label"))
        let server = try serve("--token-file", tokenFile)
        let client = try server.client()
        #expect(try client.get("/healthz").status == 200 && client.get("/readyz").status == 200)
        let challenge = try client.get("/v1/models")
        #expect(challenge.status == 401 && challenge.field("WWW-Authenticate") == "Bearer realm=\"pseudolabel\"")
        #expect(try client.get("/v1/models", fields: reader).status == 200)
        // Refused from the head alone: what follows the body is not read as a request.
        #expect(try server.client().postMask(fields: reader).status == 403)
        let posted = try client.postMask(fields: labeller)
        #expect(posted.status == 200)
        let mask = try posted.document(MaskAnswer.self).links.mask
        #expect(try client.get(mask).status == 401)
        #expect(try client.get(mask, fields: reader).status == 404, "it is the labeller's")
        #expect(try client.get(mask, fields: labeller).status == 200)
        #expect(try server.stop() == .exited(0))
        for line in [reader, labeller] {
            let secret = try #require(line.split(separator: " ").last).trimmingCharacters(in: .newlines)
            #expect(!server.process.errors.text.contains(secret))
            #expect(try !String(contentsOfFile: tokenFile, encoding: .utf8).contains(secret))
        }
    }

    @Test func tokensThatShare_seeWhatOthersMade() throws {
        let (reader, labeller) = (try token("reader", "read"), try token("labeller", "read,label"))
        let server = try serve("--token-file", tokenFile, "--shared")
        let client = try server.client()
        let mask = try client.postMask(fields: labeller).document(MaskAnswer.self).links.mask
        #expect(try client.get(mask, fields: reader).status == 200)
    }

    @Test func hangUp_readsTheTokensAgain_andABadFileKeepsThem() throws {
        let first = try token("first", "read")
        let server = try serve("--token-file", tokenFile)
        let client = try server.client()
        let second = try token("second", "read")
        #expect(try client.get("/v1/models", fields: second).status == 401)
        server.process.send(SIGHUP)
        #expect(server.process.errors.line(with: "tokens: 2") != nil)
        #expect(try client.get("/v1/models", fields: second).status == 200)

        try directory.write("first read", "tokens")
        server.process.send(SIGHUP)
        let message = server.process.errors.line(with: "the tokens stay as they were")
        #expect(message?.contains("line 1") == true)
        #expect(try client.get("/v1/models", fields: first).status == 200)
        // The log is not the only one that says so.
        let metrics = try client.get("/metrics", fields: first).text
        for line in [
            "pseudolabel_token_reload_failed 1", #"pseudolabel_token_reloads_total{outcome="ok"} 1"#,
            #"pseudolabel_token_reloads_total{outcome="failed"} 1"#, "pseudolabel_model_reload_failed 0",
        ] {
            #expect(metrics.contains("\n\(line)\n"), "\(line)")
        }
        #expect(try server.stop() == .exited(0))
    }

    @Test func tokenCommand_refusesWhatIsWrong_andKeepsTheFile() throws {
        _ = try token("anna", "admin")
        let content = try directory.data("tokens")
        for arguments in [["anna"], ["a/b"], [""], ["bert", "--scopes", "root"], ["bert", "--scopes", ""]] {
            let result = try pseudolabel(["token"] + arguments + ["--file", tokenFile])
            #expect(result.status != 0 && result.output.isEmpty && !result.errors.isEmpty)
        }
        #expect(try directory.data("tokens") == content)
        let shown = try pseudolabel("token", "bert", "--scopes", "read")
        #expect(shown.status == 0 && shown.errors.contains("\nbert read sha256:") && shown.output.hasPrefix("pl_"))
        // A file whose last line has no end gets one.
        try directory.write(content.dropLast(), "tokens")
        _ = try token("bert", "read")
        #expect(try String(contentsOfFile: tokenFile, encoding: .utf8).split(separator: "\n").count == 2)
    }

    @Test func revokedToken_opensNothing_onceTheServerHasReadTheFileAgain() throws {
        let (anna, bert) = (try token("anna", "read"), try token("bert", "admin"))
        try directory.write("# people\n" + String(contentsOfFile: tokenFile, encoding: .utf8), "tokens")
        #expect(chmod(tokenFile, 0o640) == 0)
        let server = try serve("--token-file", tokenFile)
        let client = try server.client()
        #expect(try client.get("/v1/models", fields: anna).status == 200)

        let listed = try pseudolabel("token", "list", "--file", tokenFile)
        #expect(listed.status == 0 && listed.errors.isEmpty)
        let lines = listed.output.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].hasPrefix("anna  read  ") && lines[1].hasPrefix("bert  read,label,admin"))

        let revoked = try pseudolabel("token", "revoke", "anna", "--file", tokenFile)
        #expect(revoked.status == 0 && revoked.errors.contains("SIGHUP") && !revoked.errors.contains("last"))
        let text = try String(contentsOfFile: tokenFile, encoding: .utf8)
        #expect(text.hasPrefix("# people\nbert ") && text.split(separator: "\n").count == 2)
        var status = stat()
        #expect(stat(tokenFile, &status) == 0 && status.st_mode & 0o777 == 0o640)
        #expect(try directory.files().filter { $0.hasPrefix("tokens") } == ["tokens"])
        server.process.send(SIGHUP)
        #expect(server.process.errors.line(with: "tokens: 1") != nil)
        #expect(try client.get("/v1/models", fields: anna).status == 401)
        #expect(try client.get("/v1/models", fields: bert).status == 200)
    }

    @Test func revoking_whatIsNotThere_changesNothing_andTheLastTokenIsWarnedOf() throws {
        _ = try token("anna", "read")
        _ = try token("bert", "read")
        let content = try directory.data("tokens")
        for arguments in [["carl"], ["anna", "carl"], ["Anna"], []] {
            let result = try pseudolabel(["token", "revoke", "--file", tokenFile] + arguments)
            #expect(result.status != 0 && !result.errors.isEmpty)
        }
        #expect(try pseudolabel("token", "revoke", "anna", "--file", directory.path("none")).status != 0)
        #expect(try !directory.exists("none") && directory.data("tokens") == content)
        let last = try pseudolabel("token", "revoke", "anna", "bert", "--file", tokenFile)
        #expect(last.status == 0 && last.errors.contains("warning: that was the last token"))
        #expect(try directory.data("tokens").isEmpty)
        // A name that is a command's can still be made.
        #expect(try pseudolabel("token", "make", "list", "--file", tokenFile).status == 0)
    }

    @Test func tokensMadeAndRevokedAtTheSameTime_areAllThere() throws {
        _ = try token("old", "read")
        let makers = try (0..<4).map {
            try RunningProcess([try Binary.path(), "token", "new-\($0)", "--file", tokenFile])
        }
        #expect(try pseudolabel("token", "revoke", "old", "--file", tokenFile).status == 0)
        for maker in makers { #expect(try maker.wait() == .exited(0)) }
        let names = try pseudolabel("token", "list", "--file", tokenFile).output.split(separator: "\n")
            .map { $0.prefix { $0 != " " } }
        #expect(names.sorted() == (0..<4).map { "new-\($0)" })
    }

    @Test func otherMachines_areServedOnlyWithTokensOrInsecurely() throws {
        let refused = try pseudolabel("serve", "--host", "0.0.0.0", "--port", "0", "--data-dir", directory.path("data"))
        #expect(refused.status == 64 && refused.output.isEmpty)
        #expect(refused.errors.contains("--token-file") && refused.errors.contains("--insecure"))
        #expect(!directory.exists("data"))
        let arguments = ["serve", "--host", "0.0.0.0", "--port", "0", "--data-dir", directory.path("data")]
        _ = try token("anna", "read")
        for access in [["--insecure"], ["--token-file", tokenFile]] {
            let process = try RunningProcess([try Binary.path()] + arguments + access)
            #expect(process.output.line(with: "listening on http://0.0.0.0:") != nil)
            process.send(SIGTERM)
            #expect(try process.wait() == .exited(0))
        }
    }

    @Test func tokenFileThatIsWrong_keepsTheServerFromStarting() throws {
        for (text, reason) in [("", "no token"), ("anna root sha256:00", "line 1"), ("# nobody\n", "no token")] {
            try directory.write(text, "tokens")
            let result = try pseudolabel(
                "serve", "--port", "0", "--data-dir", directory.path("data"), "--token-file", tokenFile)
            #expect(result.status == 1 && result.output.isEmpty)
            #expect(result.errors.contains(tokenFile) && result.errors.contains(reason), "\(result.errors)")
        }
    }

    // MARK: - Rate, Host, Origin, proxies

    @Test func rate_isThatOfEachToken() throws {
        let (first, second) = (try token("first", "read"), try token("second", "read"))
        let server = try serve("--token-file", tokenFile, "--rate-limit", "0.01", "--rate-burst", "2")
        let client = try server.client()
        for fields in [first, second] {
            #expect(try client.get("/v1/models", fields: fields).status == 200)
            #expect(try client.get("/v1/models", fields: fields).status == 200)
            let answer = try client.get("/v1/models", fields: fields)
            #expect(answer.status == 429)
            let seconds = try #require(answer.field("Retry-After").flatMap { Int($0) })
            #expect((1...100).contains(seconds))
        }
        #expect(try client.get("/healthz").status == 200)
    }

    @Test func host_mustBeOneOfThisMachineOrAllowed() throws {
        let server = try serve("--allow-host", "x.example")
        let other = try serve("--port", "0", "--data-dir", directory.path("other"), "--allow-host", "label.example")
        for (server, host, status) in [
            (server, "localhost", 200), (server, "127.0.0.1:1", 200), (server, "evil.example", 421),
            (server, "label.example", 421), (other, "label.example:8443", 200), (other, "evil.example", 421),
        ] {
            let answer = try server.client().request("GET /healthz HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            #expect(answer.status == status, "\(host)")
            if status == 421 { #expect(answer.text.contains("--allow-host")) }
        }
    }

    /// DNS rebinding: a page of evil.example, whose name then leads to this server, is the same origin to its browser.
    @Test func withoutTokens_namesAreChecked_onEveryAddress() throws {
        let server = try ServerProcess(
            dataDirectory: directory.path("data"), ["--host", "0.0.0.0", "--insecure"], greeting: "0.0.0.0")
        for (host, status) in [("evil.example", 421), ("localhost", 200), ("192.0.2.1:8080", 200)] {
            let answer = try server.client().request(
                "DELETE /v1/jobs/\(String(repeating: "0", count: 32))?purge=true HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            #expect(answer.status == (status == 200 ? 404 : status), "\(host)")
        }
        let any = try pseudolabel("serve", "--host", "0.0.0.0", "--insecure", "--allow-host", "*")
        #expect(any.status == 64 && any.errors.contains("--allow-host * needs --token-file"), "\(any.errors)")
        #expect(try server.stop() == .exited(0))
    }

    @Test func withTokens_anyNameWillDo_beyondTheLoopback() throws {
        let reader = try token("reader", "read")
        let server = try ServerProcess(
            dataDirectory: directory.path("data"), ["--host", "0.0.0.0", "--token-file", tokenFile], greeting: "0.0.0.0"
        )
        let answer = try server.client().request("GET /v1/models HTTP/1.1\r\nHost: any.example\r\n\(reader)\r\n")
        #expect(answer.status == 200)
        #expect(try server.stop() == .exited(0))
    }

    @Test func pagesOfAllowedOrigins_mayReadAnswers_andErrors() throws {
        let server = try serve("--cors-origin", "https://app.example")
        let client = try server.client()
        let origin = "Origin: https://app.example\r\n"
        for path in ["/v1/models", "/none"] {
            let answer = try client.get(path, fields: origin)
            #expect(answer.field("Access-Control-Allow-Origin") == "https://app.example")
            #expect(answer.field("Vary") == "Origin")
            let other = try client.get(path, fields: "Origin: https://evil.example\r\n")
            #expect(!other.head.contains("Allow-Origin"))
        }
        // Refused while its body is on the way.
        let tooLarge = try server.client().request(
            "POST /v1/masks HTTP/1.1\r\nHost: localhost\r\n\(origin)Content-Type: image/png\r\n"
                + "Content-Length: 99999999999\r\n\r\n")
        #expect(tooLarge.status == 413 && tooLarge.field("Access-Control-Allow-Origin") == "https://app.example")
        let preflight = try client.request(
            "OPTIONS /v1/masks HTTP/1.1\r\nHost: localhost\r\n\(origin)Access-Control-Request-Method: POST\r\n\r\n")
        #expect(preflight.status == 204 && preflight.field("Access-Control-Allow-Methods") != nil)
        #expect(try client.postMask(fields: origin).status == 200)
    }

    @Test func withoutAllowedOrigins_noPageMayDoAnything() throws {
        let client = try serve().client()
        let answer = try client.get("/v1/models", fields: "Origin: https://app.example\r\n")
        #expect(answer.status == 200 && !answer.head.contains("Access-Control"))
        #expect(try client.postMask(fields: "Origin: https://app.example\r\n").status == 403)
    }

    @Test func forwardedAddress_isTheClient_onlyBehindATrustedProxy() throws {
        for (trusted, expected) in [([], [200, 429, 429]), (["--trusted-proxy", "127.0.0.0/8"], [200, 200, 429])] {
            let server = try ServerProcess(
                dataDirectory: directory.path("data"), ["--rate-limit", "0.01", "--rate-burst", "1"] + trusted)
            let client = try server.client()
            let statuses = try ["192.0.2.1", "192.0.2.2", "192.0.2.2"].map {
                try client.get("/v1/models", fields: "X-Forwarded-For: \($0)\r\n").status
            }
            #expect(statuses == expected)
            #expect(try server.stop() == .exited(0))
        }
    }

    @Test func everyAnswer_hasTheSecurityFields() throws {
        let client = try serve().client()
        let posted = try client.postMask()
        let mask = try posted.document(MaskAnswer.self).links.mask
        let lasting = try client.get(mask)
        #expect(lasting.field("Cache-Control")?.contains("immutable") == true)
        let answers = [
            posted, lasting, try client.get("/healthz"), try client.get("/none"),
            try client.request("DELETE /v1/masks HTTP/1.1\r\nHost: localhost\r\n\r\n"),
            try client.request("garbage\r\n"),
        ]
        for answer in answers {
            #expect(answer.field("X-Content-Type-Options") == "nosniff")
            #expect(answer.field("Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'")
            #expect(answer.field("Referrer-Policy") == "no-referrer")
            #expect(answer.head == lasting.head || answer.field("Cache-Control") == "no-store")
        }
    }

    @Test(arguments: [
        ["--rate-limit", "0"], ["--rate-burst", "5"], ["--token-queue", "0"], ["--token-items", "0"],
        ["--token-bytes", "0"], ["--job-retention", "0"], ["--allow-host", "http://a"],
        ["--cors-origin", "*"], ["--trusted-proxy", "example.org"],
    ])
    func optionThatIsWrong_isRefusedByName(_ arguments: [String]) throws {
        let result = try pseudolabel(["serve"] + arguments)
        #expect(result.status == 64 && result.errors.contains(arguments[0]), "\(result.errors)")
    }
}
