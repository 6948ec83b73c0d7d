import Engine
import Foundation
import Text

/// The JSON of the job API, as far as this client needs it. Members that it does not know are ignored.
enum JobDocuments {
    static func decode<Document: Decodable>(_ type: Document.Type, _ body: Data) throws -> Document {
        // Names of a model's figures are sentences.
        try body.withUnsafeBytes { try JSONScan.check($0, maximumDepth: 32, maximumKeyBytes: 512) }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: body)
    }

    /// Why `decode` failed, for people.
    static func words(of error: any Error) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue.shown }.joined(separator: ".")
        }
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            return "it has no \(place(context.codingPath + [key]))"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            return "\(context.codingPath.isEmpty ? "it" : place(context.codingPath)) is of another type"
        case is DecodingError: return "it is not JSON"
        default: return JobClient.printable(FileFault.text(of: error))
        }
    }

    /// One line, members sorted: the same content is the same bytes.
    static func line(_ document: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(document) + Data("\n".utf8)
    }
}

/// First line of an application/x-ndjson job.
struct NewJob: Encodable {
    let name: String?
    let options: Options

    struct Options: Encodable {
        let scales: [Double]
        let flip: Bool
        let refinement: String
        let background: Float?
        let certainty: Float?
        let minimumArea: Double?
        let dropSmall: Bool?
    }
}

/// Each further line.
struct NewJobItem: Encodable {
    let name: String
    let sha256: String
    let labels: [String]?
}

struct JobDocument: Decodable, Sendable {
    let id: String
    let state: String
    let model: Model
    let options: Options
    let counts: Counts
    let imagesPerSecond: Double?
    let etaSeconds: Double?
    /// Images that the server lacks; only in the answer to a POST.
    let missing: [String]?
    /// What is odd about the job and no fault; only in the answer to a POST.
    let warnings: [String]?

    struct Model: Decodable, Sendable {
        let digest: String
    }

    struct Options: Decodable, Sendable {
        let scales: [Double]
        let flip: Bool
        let refinement: String
        let background: Float
        let certainty: Float?
        let minimumArea: Double?
        let dropSmall: Bool?
    }

    struct Counts: Decodable, Sendable, Equatable {
        let total: Int
        let waitingForImage: Int
        let queued: Int
        let running: Int
        let done: Int
        let fromCache: Int
        let failed: Int
        let cancelled: Int
    }

    var hasEnded: Bool { ["done", "done_with_failures", "cancelled"].contains(state) }
}

struct ItemsPage: Decodable, Sendable {
    let items: [Item]
    let cursor: String
    let nextCursor: String?

    struct Item: Decodable, Sendable {
        let name: String
        let sha256: String
        let labels: [String]?
        let state: String
        let reason: String?
        let mask: String?
        let fromCache: Bool
        let warnings: [Warning]?
    }

    struct Warning: Decodable, Sendable {
        let code: String
        let detail: String
    }
}

/// `GET /v1/models`
struct ModelsList: Decodable {
    let models: [Model]

    struct Model: Decodable {
        let digest: String
        let classes: [String]
    }
}

/// `application/problem+json`
struct ProblemDocument: Decodable {
    let type: String?
    let title: String?
    let detail: String?
    let errors: [FieldError]?

    struct FieldError: Decodable {
        let field: String
        let detail: String
    }
}
