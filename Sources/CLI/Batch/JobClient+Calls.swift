import Foundation

extension JobClient {
    /// A document that the server should not have sent.
    struct Unexpected: Error, CustomStringConvertible {
        let description: String
    }

    enum Upload: Equatable {
        case stored
        /// No job waits for it any more.
        case unneeded
        case refused(String)
    }

    enum Mask: Equatable {
        case png(Data)
        case gone(String)
    }

    private static let itemsAtOnce = 1000
    /// Seconds: a hundred thousand items are written in one transaction before the answer.
    private static let postSeconds = 300.0

    /// - Parameter body: NDJSON.
    func post(_ body: Data, idempotencyKey: String) throws -> JobDocument {
        // 409: the first request with this key is still being processed.
        let answer = try perform(
            Call(
                kind: .job, method: "POST", path: "/v1/jobs",
                fields: ["Content-Type": "application/x-ndjson", "Idempotency-Key": idempotencyKey], body: body,
                accepted: [202], later: [409], seconds: JobClient.postSeconds))
        return try job(answer)
    }

    /// nil when the server does not know it.
    func job(_ id: String) throws -> JobDocument? {
        let answer = try perform(Call(kind: .job, method: "GET", path: "/v1/jobs/\(id)", accepted: [200, 404]))
        if answer.status == 200 { return try job(answer) }
        // A wrong path behind a proxy is answered 404 too.
        _ = try perform(Call(kind: .job, method: "GET", path: "/v1/jobs", query: ["limit": "1"]))
        return nil
    }

    func cancel(_ id: String) throws -> JobDocument? {
        let answer = try perform(Call(kind: .job, method: "DELETE", path: "/v1/jobs/\(id)", accepted: [200, 404]))
        return answer.status == 200 ? try job(answer) : nil
    }

    /// Asks for the failed items once more; false when the job's state does not allow it.
    func retry(_ id: String) throws -> Bool {
        try perform(Call(kind: .job, method: "POST", path: "/v1/jobs/\(id)/retry", accepted: [200, 409])).status == 200
    }

    /// Calls `take` with one page after the other, up to the last there is now.
    /// - Parameters:
    ///   - state: nil takes all items.
    ///   - cursor: where to begin; left where to go on later.
    func items(of id: String, state: String?, from cursor: inout String?, _ take: ([ItemsPage.Item]) throws -> Void)
        throws
    {
        while true {
            let limit = "\(JobClient.itemsAtOnce)"
            let query: KeyValuePairs<String, String> =
                switch (state, cursor) {
                case (let state?, let cursor?): ["state": state, "limit": limit, "cursor": cursor]
                case (let state?, nil): ["state": state, "limit": limit]
                case (nil, let cursor?): ["limit": limit, "cursor": cursor]
                case (nil, nil): ["limit": limit]
                }
            let answer = try perform(Call(kind: .job, method: "GET", path: "/v1/jobs/\(id)/items", query: query))
            let page: ItemsPage = try document(answer)
            try take(page.items)
            cursor = page.nextCursor ?? page.cursor
            if page.nextCursor == nil { return }
        }
    }

    func upload(_ bytes: Data, sha256: String) throws -> Upload {
        do {
            let answer = try perform(
                Call(
                    kind: .upload, method: "PUT", path: "/v1/images/\(sha256)",
                    fields: ["Content-Type": "application/octet-stream"], body: bytes, accepted: [200, 201, 204, 409]))
            return answer.status == 409 ? .unneeded : .stored
        } catch let refused as Refused where [400, 413, 415, 422].contains(refused.status) {
            return .refused(refused.description)
        }
    }

    func mask(_ id: String) throws -> Mask {
        guard JobClient.isPlain(id) else { throw Unexpected(description: "\"\(id)\" is not a mask's id") }
        do {
            let answer = try perform(
                Call(kind: .mask, method: "GET", path: "/v1/masks/\(id)/mask.png", fault: JobClient.fault(ofPNG:)))
            return .png(answer.body)
        } catch let refused as Refused where [404, 410].contains(refused.status) {
            return .gone("the server has its mask no more (\(refused.status)); label it again with another --out")
        }
    }

    /// Names of the classes, from pixel value 1 on; nil when the server has another model by now.
    func classes(ofModel digest: String) throws -> [String]? {
        let list: ModelsList = try document(perform(Call(kind: .result, method: "GET", path: "/v1/models")))
        return list.models.first { $0.digest == digest }?.classes
    }

    func downloadCOCO(of id: String, to file: URL) throws {
        _ = try perform(
            Call(
                kind: .result, method: "GET", path: "/v1/jobs/\(id)/result.tar", query: ["format": "coco"], file: file))
    }

    private func job(_ answer: HTTPClient.Answer) throws -> JobDocument {
        let job: JobDocument = try document(answer)
        // It becomes a part of paths.
        guard JobClient.isPlain(job.id) else { throw Unexpected(description: "\"\(job.id)\" is not a job's id") }
        return job
    }

    static func isPlain(_ id: String) -> Bool {
        (1...200).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private func document<Document: Decodable>(_ answer: HTTPClient.Answer) throws -> Document {
        do {
            return try JobDocuments.decode(Document.self, answer.body)
        } catch {
            throw Unexpected(
                description: "\(address) answered what is not of this service's job API: "
                    + JobDocuments.words(of: error))
        }
    }

    private static func fault(ofPNG answer: HTTPClient.Answer) -> String? {
        if let length = answer.fields["content-length"].flatMap({ Int($0) }), length != answer.body.count {
            return "a mask was \(answer.body.count) of \(length) bytes long"
        }
        return PNGFrame.isWhole(answer.body) ? nil : "what came as a mask is not a whole PNG"
    }
}
