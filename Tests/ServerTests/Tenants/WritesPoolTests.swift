import Dispatch
import Foundation
import Store
import TestSupport
import Testing

@testable import Server

/// What waits for the disk, or for whoever writes, holds up no reader.
@Suite struct WritesPoolTests {
    @Test func readers_areAnswered_whileEveryWriterWaits() throws {
        let server = try JobServer.make()
        let client = try server.client()
        let job = try client.newJob([item("a", stubPicture(1))])
        _ = try client.put(stubPicture(1))
        try server.awaitEnd(job.id)
        let mask = try #require(try client.items(job.id).items[0].mask)
        let waiting = try client.newJob(items(2..<4))
        let writers = try (0..<8).map { _ in try server.client() }
        try server.store.holdingTheWriter {
            for (index, writer) in writers.enumerated() {
                let request = ["POST /v1/jobs/\(waiting.id)/pause", "DELETE /v1/jobs/\(job.id)?purge=true"]
                try writer.send("\(request[index % 2]) HTTP/1.1\r\nHost: a\r\n\r\n")
            }
            for number in 2..<4 {
                let picture = stubPicture(number)
                try writers[number].send(
                    TestClient.head("/v1/images/\(sha256(picture))", nil, bodyBytes: picture.count, method: "PUT")
                        + picture)
            }
            for path in [
                "/v1/jobs", "/v1/jobs/\(job.id)", "/v1/jobs/\(waiting.id)/items", "/v1/jobs/\(job.id)/result.tar",
                "/v1/masks/\(mask)", "/v1/masks/\(mask)/mask.png", "/metrics", "/v1/metrics/summary",
            ] {
                #expect(try client.get(path).status == 200, "\(path)")
            }
        }
        for writer in writers { #expect(try [200, 201, 204, 404].contains(writer.answer().status)) }
    }

    /// Length and tag are on the job's row: nothing of the items is read for them.
    @Test func headAndUnchanged_readNoItems() throws {
        let server = try JobServer.make()
        let client = try server.client()
        let job = try client.newJob(items(1..<4))
        for number in 1..<4 { _ = try client.put(stubPicture(number)) }
        try server.awaitEnd(job.id)
        let path = "/v1/jobs/\(job.id)/result.tar"
        let whole = try client.get(path)
        let coco = try client.get(path + "?format=coco")
        #expect(whole.field("Content-Length") == "\(whole.body.count)" && coco.field("ETag") != nil)
        for after in [0, 1, 2] {
            let part = try client.get("\(path)?cursor=\(after)")
            #expect(part.field("Content-Length") == "\(part.body.count)")
        }
        try server.store.execute("DELETE FROM jobItem")
        try client.send("HEAD \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        let head = try client.answer(toHEAD: true)
        #expect(head.status == 200 && head.field("Content-Length") == "\(whole.body.count)")
        #expect(head.field("ETag") == whole.field("ETag"))
        for (answer, path) in [(whole, path), (coco, path + "?format=coco")] {
            let tag = try #require(answer.field("ETag"))
            let unchanged = try client.get(path, fields: "If-None-Match: \(tag)\r\n")
            #expect(unchanged.status == 304 && unchanged.body.isEmpty && unchanged.field("ETag") == tag)
        }
        #expect(whole.field("ETag") != coco.field("ETag"))
    }

    @Test func readyz_is503_fromAWriteThatFailed_toOneThatSucceeds() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        #expect(try client.get("/readyz").status == 200)
        try server.store.execute("CREATE TRIGGER fault BEFORE INSERT ON job BEGIN SELECT RAISE(ABORT, 'fault'); END")
        try server.store.execute("CREATE TRIGGER fault2 BEFORE UPDATE ON uptime BEGIN SELECT RAISE(ABORT, 'fault'); END")
        #expect(try client.postJob(items(0..<1)).status == 500)
        for _ in 0..<3 {
            let answer = try client.get("/readyz")
            #expect(answer.status == 503 && answer.field("Retry-After") != nil && answer.text.contains("store"))
        }
        #expect(try client.get("/healthz").status == 200)
        try server.store.execute("DROP TRIGGER fault; DROP TRIGGER fault2")
        let end = Date(timeIntervalSinceNow: 60)
        while try client.get("/readyz").status == 503, Date() < end {}
        #expect(try client.get("/readyz").status == 200)
        #expect(try client.postJob(items(0..<1)).status == 202)
    }

    @Test func damagedMask_is500ToRead_andMadeAnewByThePostOfItsImage() throws {
        let server = try JobServer.make()
        let client = try server.client()
        let first: MaskAnswer = try client.postMask().document()
        try server.store.execute("UPDATE mask SET png = CAST(x'00' || substr(png, 2) AS BLOB)")
        for path in ["", "/mask.png"] { #expect(try client.get("/v1/masks/\(first.id)\(path)").status == 500) }
        let again: MaskAnswer = try client.postMask().document()
        #expect(again.id == first.id && !again.cached)
        #expect(try client.get("/v1/masks/\(first.id)/mask.png").status == 200)
        #expect(try client.postMask().document(MaskAnswer.self).cached)
    }
}
