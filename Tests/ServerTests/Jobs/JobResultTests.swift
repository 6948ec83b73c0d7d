import Engine
import Foundation
import Store
import TestSupport
import Testing

@testable import Server

@Suite struct JobResultTests {
    static let longName = String(repeating: "long name ", count: 20)
    static let names = ["2007_000032", "Größe-猫", longName, "with space", "failing", "z", "folder/z"]

    /// A server with a job of `names` that has ended; "failing" has failed.
    static func ended() throws -> (server: JobServer, client: TestClient, job: String) {
        let server = try JobServer.make()
        let client = try server.client()
        server.engine.plan(stubPicture(4), .fail(ImageError.empty))
        let job = try client.newJob(names.enumerated().map { item($1, stubPicture($0), labels: ["dog", "cat"]) })
        for number in names.indices { _ = try client.put(stubPicture(number)) }
        try server.awaitEnd(job.id)
        return (server, client, job.id)
    }

    @Test func archive_isTheVOCLayout() throws {
        let (_, client, job) = try JobResultTests.ended()
        let answer = try client.get("/v1/jobs/\(job)/result.tar")
        #expect(answer.status == 200)
        #expect(answer.field("Content-Type") == "application/x-tar")
        #expect(answer.field("Accept-Ranges") == "bytes")
        #expect(answer.field("Content-Disposition") == "attachment; filename=\"\(job).tar\"")
        #expect(answer.field("Content-Length") == "\(answer.body.count)")
        let tar = try TarReader(answer.body)
        let done = JobResultTests.names.filter { $0 != "failing" }
        #expect(
            tar.entries.map(\.path) == ["labelmap.txt", "ImageSets/Segmentation/default.txt"]
                + done.map { "SegmentationClass/\($0).png" } + ["manifest.jsonl"])
        let classes = try RouteServer.model.get().description.classes
        #expect(tar["labelmap.txt"] == Data(Labelmap.text(classes: classes).utf8))
        #expect(tar["ImageSets/Segmentation/default.txt"] == Data(done.map { $0 + "\n" }.joined().utf8))
        let finished = try client.items(job).items
        for item in finished where item.state == "done" {
            let mask = try client.get("/v1/masks/\(try #require(item.mask))/mask.png").body
            #expect(tar["SegmentationClass/\(item.name).png"] == mask)
        }
        let lines = String(decoding: try #require(tar["manifest.jsonl"]), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == JobResultTests.names.count)
        let objects = try lines.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
        #expect(objects.map { $0?["name"] as? String } == JobResultTests.names)
        #expect(objects[4]?["failed"] as? String == finished[4].reason)
        #expect(objects[0]?["sha256"] as? String == sha256(stubPicture(0)))
    }

    @Test func backslashInAName_isASlash() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let job = try client.newJob([
            item("a\\1", stubPicture(0)), item("b/1", stubPicture(1)), item("1", stubPicture(2)),
        ])
        #expect(try client.items(job.id).items.map(\.name) == ["a/1", "b/1", "1"])
        let twice = try client.post(
            "/v1/jobs", "application/json",
            JSONSerialization.data(withJSONObject: [
                "items": [item("a\\1", stubPicture(0)), item("a/1", stubPicture(1))]
            ]))
        #expect(twice.status == 422)
    }

    @Test func tar_extractsTheSame() throws {
        let (_, client, job) = try JobResultTests.ended()
        let body = try client.get("/v1/jobs/\(job)/result.tar").body
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tar-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let archive = folder.appendingPathComponent("result.tar")
        try body.write(to: archive)
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = ["tar", "-x", "-f", archive.path, "-C", folder.path]
        try tar.run()
        tar.waitUntilExit()
        #expect(tar.terminationStatus == 0)
        for entry in try TarReader(body).entries {
            #expect(try Data(contentsOf: folder.appendingPathComponent(entry.path)) == entry.content)
        }
    }

    @Test func emptyResult_isAnArchiveToo() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let job = try client.newJob(items(0..<1))
        let tar = try TarReader(try client.get("/v1/jobs/\(job.id)/result.tar").body)
        #expect(tar.entries.map(\.path) == ["labelmap.txt", "ImageSets/Segmentation/default.txt", "manifest.jsonl"])
        #expect(tar["manifest.jsonl"]?.isEmpty == true)
        #expect(try client.get("/v1/jobs/\(job.id)/result.tar?format=coco").text == "[]\n")
    }

    @Test func cursor_leavesOutWhatIsBeforeIt() throws {
        let (_, client, job) = try JobResultTests.ended()
        let cursor = try client.items(job, "?limit=2").cursor
        let tar = try TarReader(try client.get("/v1/jobs/\(job)/result.tar?cursor=\(cursor)").body)
        #expect(
            tar.entries.map(\.path).filter { $0.hasSuffix(".png") }
                == ["\(JobResultTests.longName)", "with space", "z", "folder/z"].map { "SegmentationClass/\($0).png" })
        #expect(try #require(tar["manifest.jsonl"]).split(separator: 10).count == 5)
        #expect(try #require(tar["ImageSets/Segmentation/default.txt"]).split(separator: 10).count == 4)
    }

    @Test func jobOfAnotherModel_hasNoLabelmap_forItsClassesAreNotKnown() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        let known = try client.newJob(items(0..<1))
        let record = try server.record(known.id)
        let digest = try imageDigest(Data("another model".utf8))
        let new = NewJob(
            name: "old", owner: "", tenant: .everybody, modelDigest: digest, options: record.options, callbackURL: nil,
            items: [.init(name: "a", image: digest, labels: nil, mask: try maskID(digest.rawValue))])
        guard case .created(let job) = try server.store.submit(new) else { throw JobServer.Failure(description: "") }
        let document: JobAnswer = try client.job(job.id.rawValue)
        #expect(document.model == .init(digest: digest.rawValue, name: nil))
        _ = try client.delete("/v1/jobs/\(job.id)")
        let answer = try client.get("/v1/jobs/\(job.id)/result.tar")
        #expect(
            try TarReader(answer.body).entries.map(\.path) == ["ImageSets/Segmentation/default.txt", "manifest.jsonl"])
        #expect(answer.field("ETag")?.hasSuffix("-unnamed\"") == true)
    }

    @Test func whileAJobRuns_itsResultIsOfOneMoment_andHasNoRanges() throws {
        let server = try JobServer.make()
        let client = try server.client()
        let job = try client.newJob(items(0..<3))
        _ = try client.put(stubPicture(1))
        try server.await(job.id) { $0.counts.done == 1 }
        // The answer's length stands; what finishes meanwhile is not in it.
        let record = try server.record(job.id)
        let archive = try VOCArchive(
            record, range: JobResultRange(record, after: -1), store: server.store,
            labelmap: Labelmap.text(classes: server.jobs.models.current.model.description.classes))
        _ = try client.put(stubPicture(0))
        try server.await(job.id) { $0.counts.done == 2 }
        var bytes = Data()
        while true {
            let parts = try archive.nextParts()
            if parts.isEmpty { break }
            for part in parts { bytes += try part.bytes() }
        }
        #expect(bytes.count == archive.length)
        #expect(try TarReader(bytes)["ImageSets/Segmentation/default.txt"] == Data("1\n".utf8))

        let answer = try client.get("/v1/jobs/\(job.id)/result.tar", fields: "Range: bytes=0-9\r\n")
        #expect(answer.status == 200 && answer.field("Accept-Ranges") == "none")
        #expect(try TarReader(answer.body)["ImageSets/Segmentation/default.txt"] == Data("0\n1\n".utf8))
        _ = try client.put(stubPicture(2))
        try server.awaitEnd(job.id)
        let whole = try client.get("/v1/jobs/\(job.id)/result.tar")
        #expect(whole.field("ETag") != answer.field("ETag"))
    }

    @Test func coco_hasIdsOfOneType_andTwoImagesNeverShareOne() throws {
        let server = try JobServer.make()
        let client = try server.client()
        func ids(_ names: [String], _ query: String = "") throws -> [COCOResult.ImageID] {
            let job = try client.newJob(names.enumerated().map { item($1, stubPicture($0)) })
            for number in names.indices { _ = try client.put(stubPicture(number)) }
            try server.awaitEnd(job.id)
            let answer = try client.get("/v1/jobs/\(job.id)/result.tar?format=coco\(query)")
            return try JSONDecoder().decode([COCOResult].self, from: answer.body).map(\.imageID)
        }
        #expect(try ids(["000000000139", "7"]) == [.number(139), .number(7)])
        #expect(try ids(["7", "007"]) == [.name("7"), .name("007")])
        #expect(try ids(["a", "139"]) == [.name("a"), .name("139")])
        // A part of a result has the ids of the whole.
        #expect(try ids(["a", "139"], "&cursor=0") == [.name("139")])
    }

    @Test func archiveOfMasksThatLeaveOut_declaresTheColour() throws {
        let server = try JobServer.make()
        let client = try server.client()
        let classes = try RouteServer.model.get().description.classes
        for (certainty, leavesOut) in [(nil, false), (0.9, true)] as [(Double?, Bool)] {
            let job: JobAnswer = try client.newJob(items(0..<1), options: certainty.map { ["certainty": $0] })
            _ = try client.put(stubPicture(0))
            try server.awaitEnd(job.id)
            let answer = try client.get("/v1/jobs/\(job.id)/result.tar")
            let text = Labelmap.text(classes: classes, leavesOut: leavesOut)
            #expect(try TarReader(answer.body)["labelmap.txt"] == Data(text.utf8))
            #expect(answer.field("ETag")?.hasSuffix("-ignored\"") == leavesOut)
        }
    }

    @Test func coco_isWhatTheStoreHolds() throws {
        let (server, client, job) = try JobResultTests.ended()
        let answer = try client.get("/v1/jobs/\(job)/result.tar?format=coco")
        #expect(answer.field("Content-Type") == "application/json")
        let results = try JSONDecoder().decode([COCOResult].self, from: answer.body)
        // Of each mask the one class that has pixels.
        #expect(results.map(\.imageID) == JobResultTests.names.filter { $0 != "failing" }.map { .name($0) })
        for (result, item) in zip(
            results, try client.items(job, "?state=done").items.sorted { $0.position < $1.position })
        {
            let mask = try #require(try server.store.mask(maskID(item.mask)))
            let entry = try #require(mask.classes.first { $0.meanPosterior != nil })
            #expect(result.categoryID == entry.classIndex + 1)
            #expect(result.segmentation == .init(size: [2, 3], counts: entry.rleCounts))
            #expect(result.score == 0.5)
        }
        let some = try client.get("/v1/jobs/\(job)/result.tar?format=coco&cursor=2").body
        #expect(
            try JSONDecoder().decode([COCOResult].self, from: some).map(\.imageID) == [
                .name("with space"), .name("z"), .name("folder/z"),
            ])
    }
}
