/// Requests as bytes, and what the protocol layer makes of each: the table of right answers as data.
struct RequestVector: Sendable, CustomStringConvertible {
    enum Outcome: Sendable, Equatable {
        /// A complete request with this decoded body; `rest` is what follows it.
        case accepted(body: String, rest: String)
        case rejected(Int)
        case incomplete
    }

    let description: String
    let bytes: [UInt8]
    let expected: Outcome

    init(_ name: String, _ text: String, _ expected: Outcome) {
        description = name
        bytes = Array(text.utf8)
        self.expected = expected
    }

    init(_ name: String, bytes: [UInt8], _ expected: Outcome) {
        description = name
        self.bytes = bytes
        self.expected = expected
    }

    /// Largest body the vectors are read with.
    static let maximumBody = 64

    private static let host = "Host: a\r\n"
    private static func get(_ target: String, _ outcome: Outcome, _ name: String? = nil) -> RequestVector {
        RequestVector(name ?? "target \(target.prefix(40))", "GET \(target) HTTP/1.1\r\n\(host)\r\n", outcome)
    }
    private static func field(_ line: String, _ outcome: Outcome) -> RequestVector {
        RequestVector("field \(line.prefix(40))", "GET / HTTP/1.1\r\n\(host)\(line)\r\n\r\n", outcome)
    }
    private static func post(_ name: String, _ fields: String, _ body: String, _ outcome: Outcome) -> RequestVector {
        RequestVector(name, "POST / HTTP/1.1\r\n\(host)\(fields)\r\n\r\n\(body)", outcome)
    }
    private static func chunked(_ name: String, _ body: String, _ outcome: Outcome) -> RequestVector {
        post(name, "Transfer-Encoding: chunked", body, outcome)
    }
    private static let empty = Outcome.accepted(body: "", rest: "")

    static let all = requestLines + hosts + fields + framing + chunks + targets + sizes

    static let requestLines: [RequestVector] = [
        RequestVector("plain GET", "GET / HTTP/1.1\r\n\(host)\r\n", empty),
        RequestVector("pipelined", "GET / HTTP/1.1\r\n\(host)\r\nGET", .accepted(body: "", rest: "GET")),
        RequestVector("one leading empty line", "\r\nGET / HTTP/1.1\r\n\(host)\r\n", empty),
        RequestVector("two leading empty lines", "\r\n\r\nGET / HTTP/1.1\r\n\(host)\r\n", .rejected(400)),
        RequestVector("leading bare LF", "\nGET / HTTP/1.1\r\n\(host)\r\n", .rejected(400)),
        RequestVector("HTTP/1.2 as 1.1", "GET / HTTP/1.2\r\n\(host)\r\n", empty),
        RequestVector("HTTP/2.0", "GET / HTTP/2.0\r\n\(host)\r\n", .rejected(505)),
        RequestVector("HTTP/3.0", "GET / HTTP/3.0\r\n\(host)\r\n", .rejected(505)),
        RequestVector("HTTP/0.9", "GET / HTTP/0.9\r\n\(host)\r\n", .rejected(505)),
        RequestVector("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .rejected(505)),
        RequestVector("lowercase version", "GET / http/1.1\r\n\(host)\r\n", .rejected(400)),
        RequestVector("version without minor", "GET / HTTP/1\r\n\(host)\r\n", .rejected(400)),
        RequestVector("two-digit minor", "GET / HTTP/1.10\r\n\(host)\r\n", .rejected(400)),
        RequestVector("HTTP/0.9 simple request", "GET /\r\n", .rejected(400)),
        RequestVector("two spaces", "GET  / HTTP/1.1\r\n\(host)\r\n", .rejected(400)),
        RequestVector("trailing space", "GET / HTTP/1.1 \r\n\(host)\r\n", .rejected(400)),
        RequestVector("tab separator", "GET\t/ HTTP/1.1\r\n\(host)\r\n", .rejected(400)),
        RequestVector("leading space", " GET / HTTP/1.1\r\n\(host)\r\n", .rejected(400)),
        RequestVector("method with colon", "GE:T / HTTP/1.1\r\n\(host)\r\n", .rejected(400)),
        RequestVector("longest method", "\(String(repeating: "M", count: 33)) / HTTP/1.1\r\n", .rejected(501)),
        RequestVector("bare LF after the request line", "GET / HTTP/1.1\n\(host)\r\n", .rejected(400)),
        RequestVector("TLS hello", bytes: [0x16, 0x03, 0x01, 0x02, 0x00, 0x01], .rejected(400)),
        RequestVector("bare CR in the request line", "GET /\r HTTP/1.1\r\n\(host)\r\n", .rejected(400)),
        RequestVector("head without its end", "GET / HTTP/1.1\r\n\(host)", .incomplete),
        RequestVector("nothing", "", .incomplete),
    ]

    static let hosts: [RequestVector] = [
        RequestVector("no Host in 1.1", "GET / HTTP/1.1\r\n\r\n", .rejected(400)),
        RequestVector("no Host in 1.0", "GET / HTTP/1.0\r\n\r\n", empty),
        RequestVector("two Hosts", "GET / HTTP/1.1\r\n\(host)\(host)\r\n", .rejected(400)),
        RequestVector("two Hosts in 1.0", "GET / HTTP/1.0\r\n\(host)\(host)\r\n", .rejected(400)),
        RequestVector("absolute target does not excuse Host", "GET http://b/ HTTP/1.1\r\n\r\n", .rejected(400)),
    ] + ["a:80", "a:", "[::1]:80", "[::ffff:1.2.3.4]", "a_b.c", "%41"].map {
        RequestVector("Host \($0)", "GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n", empty)
    } + ["", "a b", "a/b", "u@a", "a:99999", "a:b", "[::1", "[]", "[g::]", "a\"", "%4", "ä", ":80"].map {
        RequestVector("Host '\($0)'", "GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n", .rejected(400))
    }

    static let fields: [RequestVector] = [
        field("A:b", empty),
        field("A:  b\t ", empty),
        field("A:", empty),
        field("A: caf\u{e9}", empty),
        field("A : b", .rejected(400)),
        field("A\t: b", .rejected(400)),
        field(" A: b", .rejected(400)),
        field("A: b\r\n c", .rejected(400)),
        field("A: b\r\n\tc", .rejected(400)),
        field("A: b\nB: c", .rejected(400)),
        field("A: b\rB: c", .rejected(400)),
        field("A: b\u{0}c", .rejected(400)),
        field("A: b\u{1}c", .rejected(400)),
        field("A: b\u{7f}", .rejected(400)),
        field("X-Invalid[]: b", .rejected(400)),
        field("X\u{0}: b", .rejected(400)),
        field("K\u{f6}ln: b", .rejected(400)),
        field(": b", .rejected(400)),
        field("no colon", .rejected(400)),
        field("Expect: 200-ok", .rejected(417)),
        field("Expect: 100-continue, x", .rejected(417)),
        field("Expect: 100-Continue", empty),
        RequestVector("field before the first", "GET / HTTP/1.1\r\n x\r\n\(host)\r\n", .rejected(400)),
        RequestVector("bare LF ends the head", "GET / HTTP/1.1\r\n\(host)\n", .rejected(400)),
        RequestVector("bare CR ends the head", "GET / HTTP/1.1\r\n\(host)\r\r\n", .rejected(400)),
    ]

    static let framing: [RequestVector] = [
        post("Content-Length", "Content-Length: 3", "abcd", .accepted(body: "abc", rest: "d")),
        post("Content-Length with zeros", "Content-Length: 003", "abc", .accepted(body: "abc", rest: "")),
        post("Content-Length 0", "Content-Length: 0", "", empty),
        post("body cut short", "Content-Length: 3", "ab", .incomplete),
        post("Content-Length over the limit", "Content-Length: 65", "", .rejected(413)),
        post("both framings", "Content-Length: 3\r\nTransfer-Encoding: chunked", "", .rejected(400)),
        post("lengths that differ", "Content-Length: 3\r\nContent-Length: 4", "", .rejected(400)),
        post("lengths that agree", "Content-Length: 3\r\nContent-Length: 3", "", .rejected(400)),
        post("gzip", "Transfer-Encoding: gzip", "", .rejected(501)),
        post("gzip, chunked", "Transfer-Encoding: gzip, chunked", "", .rejected(501)),
        post("chunked, gzip", "Transfer-Encoding: chunked, gzip", "", .rejected(400)),
        post("chunked in two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "", .rejected(400)),
        post("chunked with parameter", "Transfer-Encoding: chunked;a=b", "", .rejected(400)),
        post("identity", "Transfer-Encoding: identity", "", .rejected(501)),
        post("xchunked", "Transfer-Encoding: xchunked", "", .rejected(501)),
        post("empty coding", "Transfer-Encoding:", "", .rejected(400)),
        post("vertical tab before chunked", "Transfer-Encoding: \u{b}chunked", "", .rejected(400)),
        post("Chunked in capitals", "Transfer-Encoding: Chunked", "0\r\n\r\n", empty),
        RequestVector(
            "Transfer-Encoding in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .rejected(400)),
    ] + ["+5", "-1", "0x5", "5a", "", "5, 5", "5 5", "1.0", "99999999999999999999", "\"5\""].map {
        post("Content-Length '\($0)'", "Content-Length: \($0)", "abcde", .rejected(400))
    }

    static let chunks: [RequestVector] = [
        chunked("two chunks", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nX", .accepted(body: "abcde", rest: "X")),
        chunked("hexadecimal size", "A\r\n0123456789\r\n0\r\n\r\n", .accepted(body: "0123456789", rest: "")),
        chunked("zeros before the size", "0003\r\nabc\r\n000\r\n\r\n", .accepted(body: "abc", rest: "")),
        chunked("extension", "3;a=b;c=\"d\"\r\nabc\r\n0;x\r\n\r\n", .accepted(body: "abc", rest: "")),
        chunked("extensions over the cap", "3;\(String(repeating: "x", count: 4096))\r\n", .rejected(400)),
        chunked(
            "many extensions over the cap",
            String(repeating: "1;\(String(repeating: "x", count: 1000))\r\na\r\n", count: 5), .rejected(400)),
        chunked("extension with a control byte", "3;a\u{1}\r\nabc\r\n", .rejected(400)),
        chunked("trailers dropped", "1\r\na\r\n0\r\nA: b\r\nB: c\r\n\r\n", .accepted(body: "a", rest: "")),
        chunked("bad trailer", "0\r\nA b\r\n\r\n", .rejected(400)),
        chunked("folded trailer", "0\r\nA: b\r\n c\r\n\r\n", .rejected(400)),
        chunked("too many trailers", "0\r\n\(String(repeating: "A: b\r\n", count: 101))\r\n", .rejected(431)),
        chunked("trailers too large", "0\r\nA: \(String(repeating: "x", count: 9000))", .rejected(431)),
        chunked("size not hexadecimal", "g\r\n", .rejected(400)),
        chunked("size with 0x", "0x3\r\nabc\r\n", .rejected(400)),
        chunked("size with sign", "+3\r\nabc\r\n", .rejected(400)),
        chunked("negative size", "-1\r\n", .rejected(400)),
        chunked("empty size", "\r\n", .rejected(400)),
        chunked("space after the size", "3 \r\nabc\r\n", .rejected(400)),
        chunked("overflowing size", "10000000000000003\r\nabc", .rejected(400)),
        chunked("size over the limit", "41\r\n", .rejected(413)),
        chunked("sum over the limit", "40\r\n\(String(repeating: "a", count: 64))\r\n1\r\n", .rejected(413)),
        chunked("missing CR LF after the data", "3\r\nabcX\r\n", .rejected(400)),
        chunked("bare LF after the size", "3\nabc\r\n", .rejected(400)),
        chunked("bare LF after the data", "3\r\nabc\n0\r\n\r\n", .rejected(400)),
        chunked("CR and no LF after the data", "3\r\nabc\rX", .rejected(400)),
        chunked("bare LF ends the trailers", "0\r\n\n", .rejected(400)),
        chunked("bare CR in the size line", "3\rx\r\nabc", .rejected(400)),
        chunked("without end", "3\r\nabc\r\n", .incomplete),
        chunked("without the last empty line", "0\r\n", .incomplete),
    ]

    static let targets: [RequestVector] = [
        get("/a/b?c=d", empty), get("http://b/c", empty), get("HTTP://b:80?x", empty), get("/%41%c3%a4", empty),
        get("/a/..", empty), get("/a/../b", empty), get("/a%2Fb", empty), get("/?a=%0A", empty),
        get("*", .rejected(400)), get("a", .rejected(400)), get("ftp://b/", .rejected(400)),
        get("http://", .rejected(400)), get("http://u@b/", .rejected(400)), get("/a#b", .rejected(400)),
        get("/%00", .rejected(400)), get("/%0d%0a", .rejected(400)), get("/?a=%00", .rejected(400)),
        get("/%", .rejected(400)), get("/%4", .rejected(400)), get("/%4g", .rejected(400)),
        get("/?a=%zz", .rejected(400)), get("/..", .rejected(400)), get("/../a", .rejected(400)),
        get("/a/../../b", .rejected(400)), get("/%2e%2e/a", .rejected(400)), get("/.%2E/", .rejected(400)),
        get("/%c0%af", .rejected(400)), get("/%e0%80%af", .rejected(400)), get("/%ff", .rejected(400)),
        get("/%ed%a0%80", .rejected(400)), get("/?a=%c0%80", .rejected(400)), get("/ä", .rejected(400)),
        get("/a\\b", .rejected(400)), get("/<a>", .rejected(400)), get("/a\u{7f}", .rejected(400)),
        RequestVector("OPTIONS *", "OPTIONS * HTTP/1.1\r\n\(host)\r\n", empty),
        RequestVector("CONNECT", "CONNECT a:80 HTTP/1.1\r\n\(host)\r\n", .rejected(501)),
    ]

    static let sizes: [RequestVector] = [
        get("/" + String(repeating: "a", count: 8191), empty, "longest target"),
        get("/" + String(repeating: "a", count: 8192), .rejected(414), "target too long"),
        RequestVector(
            "target too long, line unfinished", "GET /" + String(repeating: "a", count: 9000), .rejected(414)),
        RequestVector(
            "100 fields", "GET / HTTP/1.1\r\n\(host)\(String(repeating: "A: b\r\n", count: 99))\r\n", empty),
        RequestVector(
            "101 fields", "GET / HTTP/1.1\r\n\(host)\(String(repeating: "A: b\r\n", count: 100))\r\n",
            .rejected(431)),
        field("A: " + String(repeating: "b", count: 32 * 1024), .rejected(431)),
        RequestVector(
            "head too large, line unfinished",
            "GET / HTTP/1.1\r\n\(host)A: \(String(repeating: "b", count: 33 * 1024))", .rejected(431)),
    ]
}
