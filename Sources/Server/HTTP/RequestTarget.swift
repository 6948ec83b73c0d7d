import HTTPTypes
import Text

/// A parsed request target (RFC 9112 section 3.2).
public struct RequestTarget: Sendable, Equatable {
    /// One `name=value` of the query, decoded; `value` is empty when there is no `=`.
    public struct QueryItem: Sendable, Equatable {
        public let name: String
        public let value: String
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Path segments, each decoded once after splitting on `/`, with `.` and `..` resolved. The root is `[""]`;
    /// `/a/` is `["a", ""]`; the target `*` is `[]`.
    public let segments: [String]
    /// Query items in the order of the request.
    public let query: [QueryItem]
    /// `host[:port]` of an absolute-form target, which overrides the Host field (RFC 9112 section 3.2.2).
    public let authority: String?
    /// Path as it came, without query: for logs and `instance` members.
    public let path: String

    /// True for the asterisk-form, `OPTIONS *`.
    public var isAsterisk: Bool { segments.isEmpty }

    /// All values of the query items with this name, in order.
    public func values(_ name: String) -> [String] { query.filter { $0.name.equalsBytes(of: name) }.map(\.value) }

    init(_ bytes: ArraySlice<UInt8>, method: HTTPRequest.Method) throws(Rejection) {
        // RFC 9112 section 3.2: no whitespace, no control characters; non-ASCII bytes must come percent-encoded.
        guard !bytes.isEmpty, bytes.allSatisfy(ASCII.isVisible), !bytes.contains(UInt8(ascii: "#")) else {
            throw .badRequest("The request target is empty or has characters that must be percent-encoded.")
        }
        if method == .connect {
            // RFC 9112 section 3.2.3: only CONNECT uses the authority-form, and this server is no proxy.
            throw Rejection(.notImplemented, "CONNECT is not supported.")
        }
        if bytes.elementsEqual([UInt8(ascii: "*")]) {
            // RFC 9112 section 3.2.4: the asterisk-form is for a server-wide OPTIONS only.
            guard method == .options else { throw .badRequest("The target * is only valid with OPTIONS.") }
            self.init(segments: [], query: [], authority: nil, path: "*")
            return
        }
        var rest = bytes
        var authority: String?
        if bytes.first != UInt8(ascii: "/") { authority = try Self.takeAuthority(&rest) }
        let mark = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        let path = rest[..<mark]
        self.init(
            segments: try Self.segments(path),
            query: try Self.query(rest[mark...].dropFirst()),
            authority: authority,
            path: path.isEmpty ? "/" : String(decoding: path, as: UTF8.self))
    }

    private init(segments: [String], query: [QueryItem], authority: String?, path: String) {
        self.segments = segments
        self.query = query
        self.authority = authority
        self.path = path
    }

    /// Splits `http://host:port` off an absolute-form target (RFC 9112 section 3.2.2).
    private static func takeAuthority(_ rest: inout ArraySlice<UInt8>) throws(Rejection) -> String {
        let schemes = [Array("http://".utf8), Array("https://".utf8)]
        guard
            let scheme = schemes.first(where: { scheme in
                rest.count > scheme.count && zip(rest, scheme).allSatisfy { ($0 | 0x20) == ($1 | 0x20) }
            })
        else { throw .badRequest("The request target must start with / or be an http URL.") }
        rest = rest.dropFirst(scheme.count)
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        let authority = rest[..<end]
        guard HostValidation.isValid(authority) else {
            throw .badRequest("The request target has an invalid authority.")
        }
        rest = rest[end...]
        return String(decoding: authority, as: UTF8.self)
    }

    /// Splits on `/` first and decodes afterwards, so that `%2F` stays inside its segment, and removes dot segments
    /// (RFC 3986 section 5.2.4).
    private static func segments(_ path: ArraySlice<UInt8>) throws(Rejection) -> [String] {
        let pieces = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        var result: [String] = []
        for (index, piece) in pieces.enumerated() {
            guard piece.allSatisfy(isPathCharacter) else {
                throw .badRequest("The path has characters that must be percent-encoded.")
            }
            let segment = try PercentCoding.decode(piece)
            let isLast = index == pieces.count - 1
            // Byte by byte: a segment may decode to anything.
            if segment.equalsBytes(of: ".") {
                if isLast { result.append("") }
            } else if segment.equalsBytes(of: "..") {
                guard !result.isEmpty else { throw .badRequest("The path leads above the root.") }
                result.removeLast()
                if isLast { result.append("") }
            } else {
                result.append(segment)
            }
        }
        return result.isEmpty ? [""] : result
    }

    /// `pchar` of RFC 3986 section 3.3.
    private static func isPathCharacter(_ byte: UInt8) -> Bool {
        ASCII.isUnreservedOrSubDelimiter(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "@")
            || byte == UInt8(ascii: "%")
    }

    private static func query(_ bytes: ArraySlice<UInt8>) throws(Rejection) -> [QueryItem] {
        var items: [QueryItem] = []
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            items.append(
                QueryItem(
                    name: try PercentCoding.decode(pair[..<equals], plusIsSpace: true),
                    value: try PercentCoding.decode(
                        pair[equals...].dropFirst(), plusIsSpace: true, allowsControls: true)))
        }
        return items
    }
}
