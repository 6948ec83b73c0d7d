import Engine
import Foundation
import HTTPTypes
import Store

/// The body of `POST /v1/jobs` as it is sent: one JSON object, or as NDJSON its head in the first line and an item in
/// each further one. Unknown members are refused, so that a misspelt one is never silently left out.
struct JobRequest: Sendable {
    static let json = "application/json"
    static let lines = "application/x-ndjson"

    let head: Head
    let items: [Item]

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

        init(from decoder: any Decoder) throws {
            let members = try decoder.members(known: ["scales", "flip", "refinement", "background", "certainty"])
            scales = try members.decodeIfPresent([Double].self, forKey: "scales")
            flip = try members.decodeIfPresent(Bool.self, forKey: "flip")
            refinement = try members.decodeIfPresent(String.self, forKey: "refinement")
            background = try members.decodeIfPresent(Float.self, forKey: "background")
            certainty = try members.decodeIfPresent(Float.self, forKey: "certainty")
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

    /// - Parameter body: bounded by the route.
    /// - Throws: a `Problem`: 400 for what is not JSON, 422 for what is not a job, naming the member.
    init(_ body: Data, mediaType: String, limits: RequestLimits) throws {
        if mediaType == JobRequest.lines {
            (head, items) = try JobRequest.readLines(body, limits: limits)
        } else {
            let whole: Whole = try JobRequest.decode(body, limits: limits, at: "")
            (head, items) = (whole.head, whole.items)
            guard items.count <= limits.maximumItems else { throw JobRequest.tooManyItems(limits) }
        }
    }

    private struct Whole: Decodable {
        let head: Head
        let items: [Item]

        init(from decoder: any Decoder) throws {
            let members = try decoder.members(known: Head.members + ["items"])
            head = try Head(members)
            items = try members.decode([Item].self, forKey: "items")
        }
    }

    private struct FirstLine: Decodable {
        let head: Head

        init(from decoder: any Decoder) throws {
            head = try Head(try decoder.members(known: Head.members))
        }
    }

    /// Only one line at a time is taken apart.
    private static func readLines(_ body: Data, limits: RequestLimits) throws -> (Head, [Item]) {
        var head: Head?
        var items: [Item] = []
        var number = 0
        var start = body.startIndex
        while start < body.endIndex {
            let end = body[start...].firstIndex(of: ASCII.lineFeed) ?? body.endIndex
            let line = body[start..<end]
            start = min(end + 1, body.endIndex)
            number += 1
            if line.allSatisfy({ $0 == ASCII.space || $0 == ASCII.tab || $0 == ASCII.carriageReturn }) { continue }
            guard head != nil else {
                head = (try decode(line, limits: limits, at: "line \(number)") as FirstLine).head
                continue
            }
            guard items.count < limits.maximumItems else { throw tooManyItems(limits) }
            items.append(try decode(line, limits: limits, at: "line \(number)"))
        }
        guard let head else {
            throw Problem(.badRequest, "The body is empty; its first line is the job: {\"name\": …}.")
        }
        return (head, items)
    }

    private static func tooManyItems(_ limits: RequestLimits) -> Problem {
        Problem(
            .contentTooLarge, "A job has at most \(limits.maximumItems) items; send the rest as another job.",
            errors: [.init(field: "items", detail: "more than \(limits.maximumItems)")])
    }

    private static func decode<Value: Decodable>(_ json: Data, limits: RequestLimits, at place: String) throws -> Value
    {
        try JSONText.check(json, maximumDepth: limits.maximumJSONDepth, at: place)
        do {
            return try JSONDecoder().decode(Value.self, from: json)
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
