import Foundation
import TestSupport

/// One text input of the API, and how a text gets there.
struct HostileRequest: Sendable {
    let name: String
    /// Bytes of the greater text: as many as the input takes, or enough to tell a square from a line.
    let bytes: Int
    let request: @Sendable (HostileText) -> Data
}

/// Every text input of the API.
enum HostileRequests {
    private static let id32 = String(repeating: "0", count: 32)
    private static let id64 = String(repeating: "0", count: 64)

    static func all(secret: String, job: String) -> [HostileRequest] {
        headers(secret: secret, job: job) + targets(secret: secret, job: job) + forms(secret) + json(secret)
    }

    private static func data(
        _ method: String, _ target: String, _ secret: String, fields: String = "", body: Data? = nil
    ) -> Data {
        let length = body.map { "Content-Length: \($0.count)\r\n" } ?? ""
        let head =
            "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer \(secret)\r\n"
            + length + fields + "\r\n"
        return Data(head.utf8) + (body ?? Data())
    }

    // MARK: - Header fields, as raw bytes

    private static func headers(secret: String, job: String) -> [HostileRequest] {
        let bytes = 24 << 10
        func field(
            _ name: String, _ method: String = "GET", _ target: String = "/v1/models", prefix: String = "",
            note: String = ""
        ) -> HostileRequest {
            HostileRequest(name: "header \(name)\(note)", bytes: bytes) {
                data(method, target, secret, fields: "\(name): \(prefix)\($0.text)\r\n")
            }
        }
        /// Instead of those that every request has.
        func alone(_ name: String, _ fields: @escaping @Sendable (String) -> String) -> HostileRequest {
            HostileRequest(name: "header \(name)", bytes: bytes) {
                Data("GET /v1/models HTTP/1.1\r\n\(fields($0.text))\r\n".utf8)
            }
        }
        return [
            alone("Host") { "Host: \($0)\r\n" },
            alone("Authorization") { "Host: localhost\r\nAuthorization: Bearer \($0)\r\n" },
            alone("Connection") { "Host: localhost\r\nConnection: \($0)\r\n" },
            field("Accept", "POST", "/v1/masks"), field("Content-Type", "POST", "/v1/jobs"), field("Content-Length", "POST"),
            field("Transfer-Encoding", "POST"), field("Expect", "POST"), field("Origin", "POST", "/v1/jobs"),
            field("Origin", "OPTIONS", note: " of a preflight"), field("Access-Control-Request-Method", "OPTIONS"),
            field("Access-Control-Request-Headers", "OPTIONS"), field("Sec-Fetch-Site", "POST", "/v1/jobs"),
            field("If-None-Match", "GET", "/"),
            field("If-None-Match", "GET", "/v1/jobs/\(job)/result.tar", prefix: "\"x\", W/", note: " after a tag"),
            field("If-Range", "GET", "/v1/jobs/\(job)/result.tar"),
            field("Range", "GET", "/v1/jobs/\(job)/result.tar", prefix: "bytes="),
            field("Last-Event-ID", "GET", "/v1/jobs/\(job)/events"), field("Idempotency-Key", "POST", "/v1/jobs"),
            field("X-Request-Id"), field("X-Forwarded-For"), field("X-Forwarded-Proto"), field("X-Forwarded-Host"),
            field("Cookie"),
        ] + [false, true].map { isAbsolute in
            HostileRequest(name: "method\(isAbsolute ? " before a URL" : "")", bytes: bytes) {
                Data("\($0.text) \(isAbsolute ? "http://localhost" : "")/ HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
            }
        } + [
            HostileRequest(name: "field name", bytes: bytes) {
                Data("GET / HTTP/1.1\r\nHost: localhost\r\n\($0.text): x\r\n\r\n".utf8)
            }
        ]
    }

    // MARK: - Targets, percent-encoded

    private static func targets(secret: String, job: String) -> [HostileRequest] {
        func target(_ name: String, _ method: String = "GET", _ target: @escaping @Sendable (String) -> String)
            -> HostileRequest
        {
            HostileRequest(name: name, bytes: 2400) { data(method, target($0.percentEncoded), secret) }
        }
        func masks(_ item: String) -> HostileRequest {
            HostileRequest(name: "query \(item) of POST /v1/masks", bytes: 2400) {
                data(
                    "POST", "/v1/masks?\(item)=\($0.percentEncoded)", secret, fields: "Content-Type: image/png\r\n",
                    body: Data("x".utf8))
            }
        }
        return [
            target("path segment") { "/v1/\($0)" }, target("path of dots") { "/v1/../\($0)/%2e%2e/v1/models" },
            target("mask's id") { "/v1/masks/\($0)" }, target("job's id") { "/v1/jobs/\($0)" },
            target("image's id", "PUT") { "/v1/images/\($0)" }, target("job's command", "POST") { "/v1/jobs/\(job)/\($0)" },
            target("query name") { "/v1/jobs?\($0)=1" }, target("query limit") { "/v1/jobs?limit=\($0)" },
            target("query cursor of jobs") { "/v1/jobs?cursor=\($0)" },
            target("query cursor of items") { "/v1/jobs/\(job)/items?cursor=\($0)" },
            target("query state") { "/v1/jobs/\(job)/items?state=\($0)" },
            target("query purge", "DELETE") { "/v1/jobs/\(id32)?purge=\($0)" },
            target("query format") { "/v1/jobs/\(job)/result.tar?format=\($0)" },
            target("query model") { "/v1/metrics/summary?model=\($0)" },
            target("query options") { "/v1/metrics/summary?options=\($0)" },
            target("query cursor of scores") { "/v1/metrics/summary?cursor=\(id64)-\(id64)-\($0)" },
            target("query of ground truth") { "/v1/masks/\(id64)/ground-truth?\($0)" },
        ] + ["labels", "refinement", "background", "certainty", "scales", "flip"].map(masks)
    }

    // MARK: - Forms

    private static func forms(_ secret: String) -> [HostileRequest] {
        let boundary = "hostile-text"
        func form(_ name: String, bytes: Int, _ part: @escaping @Sendable (String) -> String) -> HostileRequest {
            HostileRequest(name: "form's \(name)", bytes: bytes) {
                let image = "--\(boundary)\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nx\r\n"
                return data(
                    "POST", "/v1/masks", secret, fields: "Content-Type: multipart/form-data; boundary=\(boundary)\r\n",
                    body: Data("\(image)--\(boundary)\r\n\(part($0.text))\r\n--\(boundary)--\r\n".utf8))
            }
        }
        func head(_ name: String, _ lines: @escaping @Sendable (String) -> String) -> HostileRequest {
            form(name, bytes: 7 << 10) { lines($0) + "\r\n\r\nx" }
        }
        func value(_ name: String, _ prefix: String = "") -> HostileRequest {
            form("\(name)\(prefix.isEmpty ? "" : " after \(prefix)")", bytes: 32 << 10) {
                "Content-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(prefix)\($0)"
            }
        }
        return [
            head("part name") { "Content-Disposition: form-data; name=\"\($0)\"" },
            head("part name without quotes") { "Content-Disposition: form-data; name=\($0)" },
            head("file name") { "Content-Disposition: form-data; name=\"labels\"; filename=\"\($0)\"" },
            head("disposition") { "Content-Disposition: \($0)" },
            head("disposition's parameter") { "Content-Disposition: form-data; \($0)=1; name=\"labels\"" },
            head("part's Content-Type") { "Content-Disposition: form-data; name=\"labels\"\r\nContent-Type: \($0)" },
            head("part's type parameter") {
                "Content-Disposition: form-data; name=\"labels\"\r\nContent-Type: text/plain; charset=\"\($0)\""
            },
            head("part's other header") { "Content-Disposition: form-data; name=\"labels\"\r\nX-Other: \($0)" },
        ] + ["labels", "refinement", "background", "certainty", "scales", "flip"].map { value($0) }
            + [value("labels", "cat,"), value("scales", "1,")]
    }

    // MARK: - JSON and NDJSON, as bytes and as escapes

    private static func json(_ secret: String) -> [HostileRequest] {
        let bytes = 32 << 10
        func post(
            _ name: String, _ type: String, escapes: Bool, _ body: @escaping @Sendable (String) -> String
        ) -> [HostileRequest] {
            (escapes ? [false, true] : [false]).map { escapes in
                HostileRequest(name: "\(name)\(escapes ? ", escaped" : "")", bytes: bytes) {
                    data(
                        "POST", "/v1/jobs", secret, fields: "Content-Type: \(type)\r\n",
                        body: Data(body(escapes ? $0.escaped : $0.text).utf8))
                }
            }
        }
        func job(
            _ name: String, escapes: Bool = false, _ body: @escaping @Sendable (String) -> String
        ) -> [HostileRequest] {
            post("JSON \(name)", "application/json", escapes: escapes, body)
        }
        func lines(
            _ name: String, escapes: Bool = false, _ body: @escaping @Sendable (String) -> String
        ) -> [HostileRequest] {
            post("NDJSON \(name)", "application/x-ndjson", escapes: escapes, body)
        }
        let item = #""name": "n", "sha256": "\#(id64)""#
        return [
            job("name") { #"{"name": "\#($0)", "items": [{\#(item)}]}"# },
            job("member", escapes: true) { #"{"\#($0)": 1, "items": [{\#(item)}]}"# },
            job("callback_url") { #"{"callback_url": "http://\#($0)/", "items": [{\#(item)}]}"# },
            job("option's name") { #"{"options": {"\#($0)": 1}, "items": [{\#(item)}]}"# },
            job("refinement", escapes: true) { #"{"options": {"refinement": "\#($0)"}, "items": [{\#(item)}]}"# },
            job("scales") { #"{"options": {"scales": ["\#($0)"]}, "items": [{\#(item)}]}"# },
            job("item's member") { #"{"items": [{\#(item), "\#($0)": 1}]}"# },
            job("item's name", escapes: true) { #"{"items": [{"name": "\#($0)", "sha256": "\#(id64)"}]}"# },
            job("item's digest") { #"{"items": [{"name": "n", "sha256": "\#($0)"}]}"# },
            job("item's label") { #"{"items": [{\#(item), "labels": ["cat", "\#($0)"]}]}"# },
            job("text that is no object") { #""\#($0)""# },
            lines("name") { "{\"name\": \"\($0)\"}\n{\(item)}\n" },
            lines("item's name") { "{}\n{\"name\": \"\($0)\", \"sha256\": \"\(id64)\"}\n" },
            lines("item's label", escapes: true) { "{}\n{\(item), \"labels\": [\"\($0)\"]}\n" },
            lines("item's member") { "{}\n{\(item), \"\($0)\": 1}\n" },
            lines("line that is no JSON") { "{}\n\($0)\n" },
        ].flatMap { $0 }
    }
}
