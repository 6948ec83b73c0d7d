import Foundation
import TestSupport

/// A job document. Decoding fails where a member is missing or of another kind.
struct JobAnswer: Decodable, Equatable {
    let id: String
    let name: String
    let state: String
    let model: Model
    let options: MaskAnswer.Options
    let counts: Counts
    let imagesPerSecond: Double?
    let etaSeconds: Double?
    let metrics: Metrics
    let createdAt: String
    let finishedAt: String?
    let callback: Callback?
    let links: Links
    let missing: [String]?

    struct Model: Decodable, Equatable {
        let digest: String
        let name: String?
    }

    struct Counts: Decodable, Equatable {
        let total: Int
        let waitingForImage: Int
        let queued: Int
        let running: Int
        let done: Int
        let fromCache: Int
        let failed: Int
        let cancelled: Int

        /// Each item is in one state.
        var addsUp: Bool { total == waitingForImage + queued + running + done + failed + cancelled }
    }

    struct Metrics: Decodable, Equatable {
        let classes: Int
        let emptyClasses: Int
        let meanPosterior: Double?
        let meanAreaShare: Double?
    }

    struct Callback: Decodable, Equatable {
        let url: String
        let state: String
        let attempts: Int
    }

    struct Links: Decodable, Equatable {
        let `self`: String
        let items: String
        let events: String
        let result: String
    }
}

struct JobsAnswer: Decodable {
    let jobs: [JobAnswer]
    let nextCursor: String?
}

struct ItemAnswer: Decodable, Equatable {
    let position: Int
    let name: String
    let sha256: String
    let labels: [String]?
    let state: String
    let attempts: Int
    let reason: String?
    let mask: String?
    let fromCache: Bool
    let warnings: [WarningAnswer]?
}

struct ItemsAnswer: Decodable {
    let items: [ItemAnswer]
    let cursor: String
    let nextCursor: String?
}

extension TestClient {
    /// Options under which a small picture is labelled in milliseconds.
    static var fastJobOptions: [String: Any] { ["scales": [1], "flip": false, "refinement": "none"] }

    func postJob(
        _ items: [[String: Any]], name: String = "set", options: [String: Any]? = nil, callback: String? = nil,
        fields: String = ""
    ) throws -> Answer {
        let options = TestClient.fastJobOptions.merging(options ?? [:]) { $1 }
        var job: [String: Any] = ["name": name, "options": options, "items": items]
        job["callback_url"] = callback
        let body = try JSONSerialization.data(withJSONObject: job, options: [.sortedKeys])
        return try post("/v1/jobs", "application/json", body, fields: fields)
    }

    /// Posts a job that must be taken in.
    func newJob(
        _ items: [[String: Any]], options: [String: Any]? = nil, callback: String? = nil
    ) throws -> JobAnswer {
        let answer = try postJob(items, options: options, callback: callback)
        guard answer.status == 202 else { throw JobServer.Failure(description: answer.text) }
        return try answer.document()
    }

    func put(_ picture: Data, as digest: String? = nil) throws -> Answer {
        let target = "/v1/images/\(digest ?? sha256(picture))"
        try send("PUT \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: \(picture.count)\r\n\r\n")
        try send(picture)
        return try answer()
    }

    func job(_ id: String) throws -> JobAnswer { try get("/v1/jobs/\(id)").document() }

    func items(_ id: String, _ query: String = "") throws -> ItemsAnswer {
        try get("/v1/jobs/\(id)/items\(query)").document()
    }

    func command(_ id: String, _ command: String) throws -> Answer {
        try request("POST /v1/jobs/\(id)/\(command) HTTP/1.1\r\nHost: a\r\n\r\n")
    }
}
