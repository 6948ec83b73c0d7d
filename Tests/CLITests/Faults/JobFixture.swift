import Crypto
import Engine
import Foundation
import TestSupport

/// One item of a job that a test posts, with the picture that belongs to it.
struct JobPicture: Sendable {
    let name: String
    let bytes: Data
    let labels: [String]?
    let sha256: String

    init(name: String, bytes: Data, labels: [String]? = ["cat"]) {
        self.name = name
        self.bytes = bytes
        self.labels = labels
        sha256 = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    }

    private static let cat = Result { try ImageDecoder().decode(Picture.png.bytes) }

    /// A window of the cat, 48 x 40 pixels: up to 2240 that differ in their pixels.
    static func window(_ number: Int) throws -> JobPicture {
        let cat = try cat.get()
        let (width, height) = (48, 40)
        let (left, top) = (number % 64, number / 64 % 35)
        var pixels: [UInt8] = []
        for row in top..<top + height {
            let start = (row * cat.width + left) * 3
            pixels += cat.pixels[start..<start + width * 3]
        }
        let labels: [[String]?] = [["cat"], ["dog"], ["cat", "sofa"], nil]
        return JobPicture(
            name: "window-\(number)", bytes: PNGEncoder.rgb(RGBImage(width: width, height: height, pixels: pixels)),
            labels: labels[number % labels.count])
    }
}

/// A job that a test posts; under these options a small picture takes milliseconds.
struct JobFixture {
    let name: String
    let pictures: [JobPicture]
    var options: [String: Any] = ["scales": [1], "flip": false, "refinement": "none"]

    var body: Data {
        get throws {
            let items: [[String: Any]] = pictures.map { picture in
                var item: [String: Any] = ["name": picture.name, "sha256": picture.sha256]
                item["labels"] = picture.labels
                return item
            }
            // The same bytes each time, as its key demands.
            return try JSONSerialization.data(
                withJSONObject: ["name": name, "options": options, "items": items], options: .sortedKeys)
        }
    }

    /// Under its name as key: posting it again makes no second job.
    func request() throws -> Data {
        let body = try body
        return TestClient.head(
            "/v1/jobs", "application/json", bodyBytes: body.count, fields: "Idempotency-Key: \(name)\r\n") + body
    }
}

struct JobAnswer: Decodable {
    let id: String
    let name: String
    let state: String
    let counts: Counts
    let missing: [String]?

    struct Counts: Decodable, Equatable {
        let total: Int
        let waitingForImage: Int
        let queued: Int
        let running: Int
        let done: Int
        let failed: Int
    }
}

struct JobItemAnswer: Decodable {
    let position: Int
    let name: String
    let sha256: String
    let state: String
    let attempts: Int
    let reason: String?
    let mask: String?
}

extension TestClient {
    func submit(_ job: JobFixture) throws -> Answer {
        try send(job.request())
        return try answer()
    }

    static func upload(_ picture: JobPicture) -> Data {
        let head = "PUT /v1/images/\(picture.sha256) HTTP/1.1\r\nHost: localhost\r\n"
        return Data("\(head)Content-Length: \(picture.bytes.count)\r\n\r\n".utf8) + picture.bytes
    }

    func upload(_ picture: JobPicture) throws -> Answer {
        try send(Self.upload(picture))
        return try answer()
    }

    func job(_ id: String) throws -> JobAnswer { try get("/v1/jobs/\(id)").document() }

    /// All items of a job, or those in one state.
    func items(of id: String, state: String? = nil) throws -> [JobItemAnswer] {
        struct Page: Decodable {
            let items: [JobItemAnswer]
            let cursor: String
            let nextCursor: String?
        }
        var items: [JobItemAnswer] = []
        var cursor: String?
        repeat {
            let query = state.map { "&state=\($0)" } ?? ""
            let page: Page = try get(
                "/v1/jobs/\(id)/items?limit=1000\(query)\(cursor.map { "&cursor=\($0)" } ?? "")").document()
            items += page.items
            cursor = page.nextCursor
        } while cursor != nil
        return items
    }
}

/// Listens to a job's events.
final class JobWatcher {
    struct Stuck: Error, CustomStringConvertible {
        let description: String
    }

    /// The server has gone before the job has ended.
    struct CutOff: Error {}

    private static let patience: TimeInterval = 120
    private let client: TestClient
    private let deadline = Date() + JobWatcher.patience
    private var text = ""

    init(_ id: String, _ server: ServerProcess) throws {
        client = try server.client()
        try client.send("GET /v1/jobs/\(id)/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    }

    var finishedItems: Int { text.components(separatedBy: "event: item\n").count - 1 }
    var hasEnded: Bool { text.contains("event: end\n") }

    /// Blocks until the job has ended, or as many items.
    func wait(forItems count: Int = .max) throws {
        while !hasEnded && finishedItems < count {
            let bytes = try client.some()
            guard !bytes.isEmpty else { throw CutOff() }
            guard Date() < deadline else {
                throw Stuck(description: "the job did not end; its last events: \(text.suffix(2000))")
            }
            text += String(decoding: bytes, as: UTF8.self)
        }
    }
}
