import Dispatch
import Engine
import Foundation
import Logging
import Store
import Synchronization
import TestSupport
import Testing

@testable import Server

@Suite struct LargeResultTests {
    private static let count = 5000

    /// A job of 5,000 items, all with the one mask that is in the store.
    private static func make() throws -> (server: JobServer, client: TestClient, job: JobRecord) {
        let server = try JobServer.make()
        let client = try server.client()
        let picture = stubPicture(0)
        let first = try client.newJob([item("first", picture)])
        _ = try client.put(picture)
        try server.awaitEnd(first.id)
        server.jobs.shutdown(abandoning: false)
        let mask = try maskID(try client.items(first.id).items[0].mask)
        let image = try imageDigest(picture)
        let record = try server.record(first.id)
        let new = NewJob(
            name: "large", owner: "", tenant: .everybody, modelDigest: record.modelDigest, options: record.options,
            callbackURL: nil,
            items: (0..<count).map {
                .init(name: String(format: "item-%05d", $0), image: image, labels: ["cat"], mask: mask)
            })
        guard case .created(let job) = try server.store.submit(new) else { throw JobServer.Failure(description: "") }
        server.jobs.finishFromCache(job)
        return (server, client, try server.awaitEnd(job.id.rawValue))
    }

    /// Takes one chunk after the other, as a connection does.
    private static func chunks(_ source: ResultSource) throws -> [Data] {
        var chunks: [Data] = []
        while true {
            let arrived = DispatchSemaphore(value: 0)
            let chunk = Mutex(BodyChunk.failed)
            source.next { next in
                chunk.withLock { $0 = next }
                arrived.signal()
            }
            arrived.wait()
            switch chunk.withLock({ $0 }) {
            case .bytes(let data): chunks.append(data)
            case .end: return chunks
            case .failed: throw JobServer.Failure(description: "the result broke off")
            }
        }
    }

    @Test func archive_comesInSmallChunks_andIsWhole() throws {
        let (server, client, job) = try LargeResultTests.make()
        #expect(job.counts.fromCache == LargeResultTests.count)
        let answer = try client.get("/v1/jobs/\(job.id)/result.tar")
        let tar = try TarReader(answer.body)
        #expect(tar.entries.count == LargeResultTests.count + 3)
        #expect(try #require(tar["manifest.jsonl"]).count { $0 == 10 } == LargeResultTests.count)

        let range = JobResultRange(job, after: -1)
        let labelmap = Labelmap.text(classes: server.jobs.models.current.model.description.classes)
        let archive = try VOCArchive(job, range: range, store: server.store, labelmap: labelmap)
        let chunks = try LargeResultTests.chunks(
            ResultSource(archive, range: nil, pool: server.jobs.reads, client: .others, logger: server.jobs.logger))
        #expect(chunks.count > 10)
        // One gathered, and the piece that filled it: a page of manifest lines at most.
        #expect(chunks.allSatisfy { $0.count < 1 << 20 })
        #expect(chunks.reduce(0) { $0 + $1.count } == archive.length)
        #expect(Data(chunks.joined()) == answer.body)
        // Resumed in the last bytes: nothing before them is read.
        let rest = try client.get("/v1/jobs/\(job.id)/result.tar", fields: "Range: bytes=-2048\r\n")
        #expect(rest.body == answer.body.suffix(2048))
    }

    @Test func coco_comesInSmallChunks_andIsWhole() throws {
        let (server, client, job) = try LargeResultTests.make()
        let answer = try client.get("/v1/jobs/\(job.id)/result.tar?format=coco")
        #expect(answer.field("Content-Length") == nil)
        let results = try JSONDecoder().decode([COCOResult].self, from: answer.body)
        #expect(results.count == LargeResultTests.count)
        let source = ResultSource(
            COCOResults(range: JobResultRange(job, after: -1), store: server.store), range: nil,
            pool: server.jobs.reads, client: .others, logger: server.jobs.logger)
        #expect(try LargeResultTests.chunks(source).allSatisfy { $0.count < 1 << 20 })
    }
}
