import Foundation
import TestSupport

/// Reads server-sent events one after the other. Asks by HTTP/1.0, so that the stream comes as it is, not in chunks.
final class EventReader {
    struct Event {
        var name = ""
        var id: Int?
        var data = Data()

        func document<T: Decodable>(_ type: T.Type = T.self) throws -> T {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(type, from: data)
        }
    }

    private let client: TestClient
    private var buffer = Data()
    let head: String

    init(_ client: TestClient, _ job: String, fields: String = "") throws {
        self.client = client
        try client.send("GET /v1/jobs/\(job)/events HTTP/1.0\r\nHost: a\r\n\(fields)\r\n")
        head = String(decoding: try EventReader.take(client, &buffer, through: "\r\n\r\n") ?? Data(), as: UTF8.self)
    }

    /// nil at the end of the stream; comments are passed over.
    func next() throws -> Event? {
        while let text = try EventReader.take(client, &buffer, through: "\n\n") {
            var event = Event()
            for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
                if line.hasPrefix("event: ") { event.name = String(line.dropFirst(7)) }
                if line.hasPrefix("id: ") { event.id = Int(line.dropFirst(4)) }
                if line.hasPrefix("data: ") { event.data = Data(line.dropFirst(6).utf8) }
            }
            if !event.name.isEmpty { return event }
        }
        return nil
    }

    /// All events up to the end of the stream.
    func rest() throws -> [Event] {
        var events: [Event] = []
        while let event = try next() { events.append(event) }
        return events
    }

    private static func take(_ client: TestClient, _ buffer: inout Data, through delimiter: String) throws -> Data? {
        while true {
            if let range = buffer.range(of: Data(delimiter.utf8)) {
                defer { buffer = Data(buffer[range.upperBound...]) }
                return Data(buffer[..<range.upperBound])
            }
            let more = try client.some()
            if more.isEmpty { return nil }
            buffer += more
        }
    }
}
