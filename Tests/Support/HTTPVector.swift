import Foundation

/// A request as bytes, and what becomes of it: the table of right answers of HTTP/1.1 as data, in
/// `Tests/Fixtures/http-vectors.json`.
public struct HTTPVector: Decodable, Sendable, CustomStringConvertible {
    /// Row of the table it belongs to.
    public let row: String
    /// Where the answer is laid down.
    public let rfc: String
    public let name: String
    /// What the parser alone makes of it; nil where more than one request, or waiting, is part of it.
    public let parser: Parsing?
    /// Statuses of the server's answers, in order.
    public let answers: [Int]
    /// How often these answers come.
    private let times: Int?
    /// Whether the server closes the connection after them; else it takes another request.
    public let closes: Bool
    /// The client shuts its side after it has sent everything.
    private let halfCloses: Bool?
    /// The client sends nothing more and waits for the server to lose its patience.
    private let waits: Bool?
    /// What the client sends after the first answer.
    public let then: String?
    /// Fields of the last answer, and a part of each one's value.
    private let fields: [String: String]?
    /// A part of the last answer's body.
    public let contains: String?
    private let pieces: [Piece]

    public struct Parsing: Decodable, Sendable {
        /// It is refused with this status.
        public let status: Int?
        /// It is not complete.
        public let incomplete: Bool?
        /// It is a request with this body, and `rest` follows it.
        public let body: String?
        public let rest: String?
    }

    private enum CodingKeys: String, CodingKey {
        case row, rfc, name, parser, answers, times, closes, halfCloses, waits, then, fields, contains
        case pieces = "bytes"
    }

    /// Text as it is, text that is repeated, or bytes that are no text.
    private struct Piece: Decodable, Sendable {
        let bytes: [UInt8]

        private enum CodingKeys: CodingKey { case `repeat`, times, base64 }

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                bytes = Array(text.utf8)
                return
            }
            let members = try decoder.container(keyedBy: CodingKeys.self)
            if let text = try members.decodeIfPresent(String.self, forKey: .repeat) {
                let times = try members.decode(Int.self, forKey: .times)
                bytes = Array(String(repeating: text, count: times).utf8)
            } else {
                bytes = Array(try members.decode(Data.self, forKey: .base64))
            }
        }
    }

    public var bytes: [UInt8] { pieces.flatMap(\.bytes) }
    public var description: String { "\(row): \(name)" }
    public var shutsItsSide: Bool { halfCloses ?? false }
    public var isSlow: Bool { waits ?? false }
    public var lastFields: [String: String] { fields ?? [:] }
    public var allAnswers: [Int] { Array(repeating: answers, count: times ?? 1).flatMap { $0 } }
}

/// All vectors.
public struct HTTPTable: Decodable, Sendable {
    /// The body limit they are made for.
    public let maximumBodyBytes: Int
    /// The table's rows, in order. Vectors may belong to none of them.
    public let rows: [String]
    public let vectors: [HTTPVector]

    public static let standard = Result {
        let file = Picture.repository.appendingPathComponent("Tests/Fixtures/http-vectors.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(HTTPTable.self, from: Data(contentsOf: file))
    }
}
