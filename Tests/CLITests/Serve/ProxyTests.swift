import Foundation
import TestSupport
import Testing

/// What the tests need beside the binary.
private enum Tools {
    static let nginx = find("nginx")
    static let areThere = nginx != nil && find("openssl") != nil && find("curl") != nil

    static func find(_ program: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["/usr/sbin"]
        return folders.map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

/// The nginx configuration that is shipped, with only its lines marked "set" changed.
@Suite(.enabled(if: Tools.areThere, "needs nginx, openssl and curl: apt-get install nginx-light openssl curl"))
struct ProxyTests {
    private static let name = "label.example.org"

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func run(_ arguments: String...) throws -> String { try run(arguments) }

    private func run(_ arguments: [String]) throws -> String {
        let process = try RunningProcess(arguments)
        let ending = try process.wait()
        #expect(ending == .exited(0), "\(arguments): \(process.errors.text)")
        return process.output.text
    }

    /// The shipped file with other ports and paths.
    private func site(service: UInt16, port: UInt16, clientLimit: Int) throws -> String {
        let shipped = Picture.repository.appendingPathComponent("deploy/nginx.conf")
        var text = try String(contentsOf: shipped, encoding: .utf8)
        for (line, replacement) in [
            ("server 127.0.0.1:8080;  # set", "server 127.0.0.1:\(service);"), ("listen 443 ssl;  # set", "listen \(port) ssl;"),
            ("ssl_certificate /etc/nginx/pseudolabel.crt;  # set", "ssl_certificate \(directory.path("crt"));"),
            ("ssl_certificate_key /etc/nginx/pseudolabel.key;  # set", "ssl_certificate_key \(directory.path("key"));"),
        ] {
            #expect(text.components(separatedBy: line).count == 2, "\(line)")
            text = text.replacingOccurrences(of: line, with: replacement + "  #")
        }
        let limit = "limit_conn pseudolabel_clients 64;"
        #expect(text.components(separatedBy: limit).count == 3)
        text = text.replacingOccurrences(of: limit, with: "limit_conn pseudolabel_clients \(clientLimit);")
        return text
    }

    private func start(service: UInt16, clientLimit: Int = 64) throws -> (process: RunningProcess, port: UInt16) {
        _ = try run(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=\(Self.name)",
            "-addext", "subjectAltName=DNS:\(Self.name)", "-keyout", directory.path("key"), "-out", directory.path("crt"))
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(directory.path($0));" }.joined(separator: "\n")
        // nginx cannot pick a free port itself; who takes it in between makes it try another.
        while true {
            let port = try freePort()
            try directory.write(try site(service: service, port: port, clientLimit: clientLimit), "site.conf")
            let file = try directory.write(
                """
                daemon off; user root; worker_processes 1; pid \(directory.path("pid")); error_log stderr notice;
                events { worker_connections 256; }
                http { access_log off; \(temporary) include \(directory.path("site.conf")); }
                """, "nginx.conf")
            let process = try RunningProcess([try #require(Tools.nginx), "-e", "stderr", "-c", file])
            if process.errors.line(with: "start worker process") != nil { return (process, port) }
            guard process.errors.text.contains("Address already in use") else {
                throw RunningProcess.Failure(description: "nginx did not start: \(process.errors.text)")
            }
        }
    }

    private func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw RunningProcess.Failure(description: "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }

    /// - Returns: what curl prints: the body where it goes nowhere else, and the status.
    private func curl(_ port: UInt16, _ path: String, _ arguments: String...) throws -> String {
        try run(
            [
                "curl", "--silent", "--show-error", "--cacert", directory.path("crt"), "--resolve",
                "\(Self.name):\(port):127.0.0.1", "--write-out", "%{http_code}",
            ] + arguments + ["https://\(Self.name):\(port)\(path)"])
    }

    @Test func picturePostedOverTLS_getsItsMask() throws {
        let token = try pseudolabel("token", "anna", "--file", directory.path("tokens")).output
        let server = try ServerProcess(
            dataDirectory: directory.path("data"),
            [
                "--trusted-proxy", "127.0.0.1", "--allow-host", Self.name, "--token-file", directory.path("tokens"),
                "--maximum-body-bytes", "1000000",
            ])
        let (nginx, port) = try start(service: server.port)
        let path = "/v1/masks?labels=cat&\(TestClient.fastOptions)"
        let upload = ["--data-binary", "@\(Picture.png.path)", "--header", "Content-Type: image/png"]
        let credentials = "Authorization: Bearer \(token.trimmingCharacters(in: .newlines))"
        let mask = directory.path("mask.png")
        #expect(
            try curl(
                port, path, upload[0], upload[1], upload[2], upload[3], "--header", "Accept: image/png", "--header",
                credentials, "--output", mask, "--dump-header", directory.path("head")) == "200")
        #expect(try directory.data("mask.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
        let head = try String(contentsOfFile: directory.path("head"), encoding: .utf8)
        #expect(head.contains("Strict-Transport-Security") && head.contains("X-Mask-Id") && head.contains("nosniff"))

        // Refused by the service, early and in its own words.
        #expect(try curl(port, path, upload[0], upload[1], upload[2], upload[3]).contains("A token is needed"))
        try directory.write(Data(count: 1_000_001), "large")
        let refusal = try curl(
            port, path, "--data-binary", "@\(directory.path("large"))", upload[2], upload[3], "--header", credentials)
        #expect(refusal.contains("larger than 1000000 bytes") && refusal.hasSuffix("413"))
        // What nginx refuses itself is a problem document as well, whatever the path looks like.
        for target in [path, "/v1/a.png"] {
            let own = try curl(
                port, target, "--data-binary", "x", "--header", "Content-Length: 200000000", "--header",
                "Content-Type: image/png", "--dump-header", directory.path("head"))
            #expect(own.hasSuffix("413") && own.contains("\"status\":413") && own.contains("client_max_body_size"))
            let head = try String(contentsOfFile: directory.path("head"), encoding: .utf8)
            #expect(head.contains("application/problem+json") && head.contains("Strict-Transport-Security"))
        }
        // The page's own origin, seen through the proxy.
        for (origin, status) in [("https://\(Self.name):\(port)", "200"), ("https://evil.example", "403")] {
            let answer = try curl(
                port, path, upload[0], upload[1], upload[2], upload[3], "--header", credentials, "--header",
                "Origin: \(origin)")
            #expect(answer.hasSuffix(status))
        }
        #expect(try curl(port, "/healthz", "--header", "Host: evil.example").hasSuffix("421"))
        #expect(try server.stop() == .exited(0))
        #expect(try curl(port, "/v1/models").contains("\"status\":502"))
        nginx.send(SIGQUIT)
        #expect(try nginx.wait() == .exited(0))
    }

    /// Uploads that go on take all places of their address, and no other's.
    @Test func addressWithAllItsRequestsInFlight_isTold429_andOthersAreServed() throws {
        let server = try ServerProcess(
            dataDirectory: directory.path("data"), ["--trusted-proxy", "127.0.0.1", "--allow-host", Self.name])
        let (nginx, port) = try start(service: server.port, clientLimit: 2)
        func status(_ interface: String, _ path: String) throws -> String {
            try curl(port, path, "--interface", interface, "--output", "/dev/null")
        }
        try directory.write(Data(count: 100_000_000), "slow")
        func upload() throws -> RunningProcess {
            try RunningProcess([
                "curl", "--silent", "--cacert", directory.path("crt"), "--resolve", "\(Self.name):\(port):127.0.0.1",
                "--interface", "127.0.0.2", "--limit-rate", "20k", "--data-binary", "@\(directory.path("slow"))",
                "--header", "Content-Type: image/png", "https://\(Self.name):\(port)/v1/masks",
            ])
        }
        var uploads: [RunningProcess] = []
        var answer = ""
        while !answer.hasSuffix("429") {
            // One that the service has refused for its pace or size leaves its place; on a busy machine before anyone asks.
            uploads.removeAll(where: \.hasEnded)
            while uploads.count < 2 { uploads.append(try upload()) }
            answer = try curl(port, "/v1/models", "--interface", "127.0.0.2")
        }
        #expect(answer.contains("\"status\":429"))
        #expect(try status("127.0.0.3", "/v1/models") == "200")
        #expect(try status("127.0.0.2", "/healthz") == "200")
        withExtendedLifetime((nginx, uploads)) {}
    }

    /// Each address has one request; whose it is, the answers tell.
    @Test func forwardedAddress_isBelievedFromNginxOnly() throws {
        let server = try ServerProcess(
            dataDirectory: directory.path("data"),
            [
                "--trusted-proxy", "127.0.0.1", "--allow-host", Self.name, "--rate-limit", "0.001", "--rate-burst", "1",
            ])
        let (nginx, port) = try start(service: server.port)
        let from = ["--interface", "127.0.0.2", "--output", "/dev/null"]
        func proxied(_ interface: String, _ forged: String) throws -> String {
            try curl(
                port, "/v1/models", "--interface", interface, from[2], from[3], "--header", "X-Forwarded-For: \(forged)")
        }
        #expect(try proxied("127.0.0.2", "192.0.2.1") == "200")
        #expect(try proxied("127.0.0.2", "192.0.2.2") == "429")
        #expect(try proxied("127.0.0.3", "192.0.2.1") == "200")
        // Past the proxy: from another address the field is anybody's invention.
        func direct(_ forged: String) throws -> String {
            try run(
                "curl", "--silent", "--interface", "127.0.0.4", "--output", "/dev/null", "--write-out", "%{http_code}",
                "--header", "X-Forwarded-For: \(forged)", "http://127.0.0.1:\(server.port)/v1/models")
        }
        #expect(try direct("192.0.2.3") == "200")
        #expect(try direct("192.0.2.4") == "429")
        withExtendedLifetime(nginx) {}
    }
}
