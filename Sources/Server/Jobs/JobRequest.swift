import Engine
import Foundation
import HTTPTypes
import Store
import Text

/// The body of `POST /v1/jobs` as it is sent: one JSON object, or as NDJSON its head in the first line and an item in
/// each further one (`JobLines`). Unknown members are refused, so that a misspelt one is never silently left out.
enum JobRequest {
    static let json = "application/json"
    static let lines = "application/x-ndjson"

    struct Head: Sendable {
        let name: String?
        let options: Options?
        let callbackURL: String?
    }

    struct Options: Decodable, Sendable {
        let scales: [Double]?
        let flip: Bool?
        let refinement: String?
        let background: Float?
        let certainty: Float?
        let minimumArea: Double?
        let dropSmall: Bool?

        init(from decoder: any Decoder) throws {
            let members = try decoder.members(known: [
                "scales", "flip", "refinement", "background", "certainty", "minimum_area", "drop_small",
            ])
            scales = try members.decodeIfPresent([Double].self, forKey: "scales")
            flip = try members.decodeIfPresent(Bool.self, forKey: "flip")
            refinement = try members.decodeIfPresent(String.self, forKey: "refinement")
            background = try members.decodeIfPresent(Float.self, forKey: "background")
            certainty = try members.decodeIfPresent(Float.self, forKey: "certainty")
            minimumArea = try members.decodeIfPresent(Double.self, forKey: "minimum_area")
            dropSmall = try members.decodeIfPresent(Bool.self, forKey: "drop_small")
        }
    }

    struct Item: Decodable, Sendable {
        let name: String
        let sha256: String
        let labels: [String]?

        init(from decoder: any Decoder) throws {
            let members = try decoder.members(known: ["name", "sha256", "labels"])
            name = try members.decode(String.self, forKey: "name")
            sha256 = try members.decode(String.self, forKey: "sha256")
            labels = try members.decodeIfPresent([String].self, forKey: "labels")
        }
    }

    /// A job in one JSON object.
    struct Whole: Decodable {
        let head: Head
        let items: [Item]

        init(from decoder: any Decoder) throws {
            let members = try decoder.members(known: Head.members + ["items"])
            head = try Head(members)
            items = try members.decode([Item].self, forKey: "items")
        }
    }

    /// The first line of a job in NDJSON.
    struct FirstLine: Decodable {
        let head: Head

        init(from decoder: any Decoder) throws {
            head = try Head(try decoder.members(known: Head.members))
        }
    }

    /// Whether a body of no told type is NDJSON: something follows its first object. A job in one object is the whole
    /// body, and one of a single line has no items in either form.
    static func hasLines(_ body: Data) -> Bool {
        body.withUnsafeBytes { text in
            guard let end = JSONScan.endOfFirstObject(in: text) else { return false }
            return text[end...].contains { !ASCII.isJSONSpace($0) }
        }
    }

    /// - Parameters:
    ///   - json: bounded by the caller.
    ///   - place: where it was, such as "line 3"; empty for the whole body.
    /// - Throws: a `Problem`: 400 for nothing and for what is not JSON, 422 for what is not such a value, naming the member.
    static func decode<Value: Decodable>(
        _ json: Data, as type: Value.Type = Value.self, limits: RequestLimits, at place: String = ""
    ) throws -> Value {
        guard json.contains(where: { !ASCII.isJSONSpace($0) }) else {
            let what = place.isEmpty ? "The body" : "The body's \(place)"
            throw Problem(.badRequest, "\(what) is empty; it must be a JSON object.")
        }
        try JSONText.check(json, maximumDepth: limits.maximumJSONDepth, at: place)
        do {
            return try JSONDecoder().decode(type, from: json)
        } catch let error as DecodingError {
            throw Problem(error, at: place)
        }
    }
}

extension JobRequest.Head {
    static let members = ["name", "options", "callback_url"]

    fileprivate init(_ members: KeyedDecodingContainer<JSONMember>) throws {
        name = try members.decodeIfPresent(String.self, forKey: "name")
        options = try members.decodeIfPresent(JobRequest.Options.self, forKey: "options")
        callbackURL = try members.decodeIfPresent(String.self, forKey: "callback_url")
    }
}
