import Foundation
import HTTPTypes

/// The bytes of a response, or of its beginning when its body is a stream.
struct EncodedResponse: Equatable {
    /// How the bytes of a streamed body are framed (RFC 9112 section 6).
    enum StreamFraming: Equatable {
        case length(remaining: Int)
        case chunked
        case untilClose
    }

    /// Head and small body in one piece, or head and large body in two, so that large bodies are not copied.
    var bytes: [Data]
    var stream: BodyStream?
    var streamFraming = StreamFraming.untilClose
    /// The stream will not be sent (HEAD, 204, 304) and is to be released.
    var unusedStream: BodyStream?
    var closes: Bool
}

/// Writes status line, fields and body (RFC 9112 section 4 and 6, RFC 9110 section 8.6).
enum ResponseEncoder {
    static let continueResponse = Data("HTTP/1.1 100 Continue\r\n\r\n".utf8)
    /// Bodies up to this size travel in the same piece as the head.
    private static let smallBody = 64 * 1024
    /// Bytes of a path that an error answer repeats.
    private static let longestInstance = 1024
    private static let ownFields: Set<HTTPField.Name> = [
        .contentLength, .transferEncoding, .connection, .date, .requestID,
    ]

    /// - Parameters:
    ///   - head: the request, nil when none could be parsed.
    ///   - closes: the connection ends after this response.
    static func encode(
        _ response: Response, to head: RequestHead?, requestID: String, closes: Bool, date: String
    ) -> EncodedResponse {
        var result = EncodedResponse(bytes: [], closes: closes)
        var body = Data()
        var length: Int?
        switch response.body {
        case .data(let data):
            body = data
            length = data.count
        case .problem(let problem):
            // The client knows a long one; half of it would be another resource.
            let path = head?.target.path
            let isLong = (path?.utf8.count ?? 0) > longestInstance
            body = problem.render(requestID: requestID, instance: isLong ? nil : path)
            length = body.count
        case .stream(let stream):
            length = stream.length
            result.stream = stream
        }
        let isChunked = length == nil && head?.version != .http10
        if length == nil && !isChunked { result.closes = true }

        var text = "HTTP/1.1 \(response.status.code) \(response.status.reasonPhrase)\r\n"
        for field in response.fields where !ownFields.contains(field.name) {
            text += "\(field.name.rawName): \(field.value)\r\n"
        }
        for field in SecurityFields.standard where response.fields[field.name] == nil {
            text += "\(field.name.rawName): \(field.value)\r\n"
        }
        for field in head?.answerFields ?? [:] { text += "\(field.name.rawName): \(field.value)\r\n" }
        text += "Date: \(date)\r\nX-Request-Id: \(requestID)\r\n"
        // RFC 9110 section 8.6: no Content-Length in 204; section 6.4.1: neither has 304 a body.
        let statusAllowsBody = response.status != .noContent && response.status != .notModified
        if statusAllowsBody {
            text += length.map { "Content-Length: \($0)\r\n" } ?? (isChunked ? "Transfer-Encoding: chunked\r\n" : "")
        }
        if result.closes {
            text += "Connection: close\r\n"
        } else if head?.version == .http10 {
            text += "Connection: keep-alive\r\n"
        }
        text += "\r\n"

        // RFC 9110 section 9.3.2: HEAD has GET's fields and no body.
        guard statusAllowsBody, head?.method != .head else {
            result.bytes = [Data(text.utf8)]
            result.unusedStream = result.stream
            result.stream = nil
            return result
        }
        result.bytes = pieces(Data(text.utf8), body)
        result.streamFraming = length.map { .length(remaining: $0) } ?? (isChunked ? .chunked : .untilClose)
        return result
    }

    /// One chunk of a chunked body (RFC 9112 section 7.1).
    static func chunk(_ data: Data) -> Data {
        var bytes = Data("\(String(data.count, radix: 16))\r\n".utf8)
        bytes.append(data)
        bytes.append(contentsOf: [ASCII.carriageReturn, ASCII.lineFeed])
        return bytes
    }

    static let lastChunk = Data("0\r\n\r\n".utf8)

    private static func pieces(_ head: Data, _ body: Data) -> [Data] {
        body.count <= smallBody ? [head + body] : [head, body]
    }
}
