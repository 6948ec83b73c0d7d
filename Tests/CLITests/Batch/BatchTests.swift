import Foundation
import TestSupport
import Testing

/// `batch` against a server that behaves.
@Suite struct BatchTests {
    private let run: BatchFixture

    init() throws { run = try BatchFixture() }

    @Test func labels_areSentAsTheFileSays() throws {
        let run = try BatchFixture(count: 4)
        try run.pictures.write("IMAGE;Labels\na0;cat,dog\na1;\na2;\"cat;dog\"\na3;cat\n", "labels.csv")
        let server = try FakeJobServer()
        #expect(try run.batch(server.url).status == 0)
        let sent = try #require(server.jobs.jobs["job-1"]).items.map(\.labels)
        // What stands between two semicolons may be one class of the server's.
        #expect(sent == [["cat,dog"], [], ["cat", "dog"], ["cat"]])
    }

    @Test func images_arePosted_uploadedOnce_andTheirMasksWritten() throws {
        let server = try FakeJobServer()
        let result = try run.batch(server.url, "--coco", "--name", "my set")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("6 masks, 0 failed, 0 from cache, "))
        #expect(result.errors.contains(run.out.path("SegmentationClass")))
        #expect(
            try run.out.files()
                == ["ImageSets/Segmentation/default.txt"] + run.pngs(run.names).map { "SegmentationClass/\($0)" }
                + ["coco.json", "job.json", "labelmap.txt"])
        for name in run.names { #expect(try run.out.data("SegmentationClass/\(name).png") == Picture.png.bytes) }
        #expect(try run.lines("ImageSets/Segmentation/default.txt") == run.names)
        #expect(try run.lines("labelmap.txt") == ["background:0,0,0::", "cat:128,0,0::", "dog:0,128,0::"])
        #expect(String(decoding: try run.out.data("coco.json"), as: UTF8.self).contains("coco"))

        let job = try #require(server.jobs.jobs["job-1"])
        #expect(server.jobs.jobs.count == 1 && job.head["name"] == "my set")
        #expect(job.items.map(\.name) == run.names && job.items.allSatisfy { $0.labels == ["cat"] })
        #expect(server.jobs.uploads.count == 6 && server.jobs.uploads.values.allSatisfy { $0 == 1 })
        #expect(server.authorizations.allSatisfy { $0 == nil })
    }

    @Test func imagesThatTheServerHas_areNotSent_andTwoOfOneContentOnce() throws {
        try run.pictures.write(try Picture.jpeg(comment: "a1"), "twin.jpg")
        try run.writeLabels((run.names + ["twin"]).map { "\($0),cat" })
        let server = try FakeJobServer()
        let known = FakeJobs.digest(try Picture.jpeg(comment: "a0"))
        server.state.withLock { _ = $0.images.insert(known) }
        let result = try run.batch(server.url)
        #expect(result.status == 0 && result.errors.contains("7 images, 5 to upload"))
        #expect(server.jobs.uploads.count == 5 && server.jobs.uploads[known] == nil)
        #expect(run.masks.count == 7)
    }

    @Test func runAgain_fetchesNothingTwice() throws {
        let server = try FakeJobServer()
        #expect(try run.batch(server.url).status == 0)
        let before = try run.names.map { try run.out.identity("SegmentationClass/\($0).png") }
        let requests = server.requests.count
        let again = try run.batch(server.url)
        #expect(again.status == 0 && again.errors.contains("6 masks, 0 failed, 0 from cache, 6 were here before"))
        #expect(try run.names.map { try run.out.identity("SegmentationClass/\($0).png") } == before)
        #expect(
            server.requests.dropFirst(requests).allSatisfy { $0.hasPrefix("GET /v1/jobs/") || $0 == "GET /v1/models" })
        #expect(server.jobs.jobs.count == 1)

        // One that was lost, and one that was cut.
        try FileManager.default.removeItem(atPath: run.out.path("SegmentationClass/a1.png"))
        try run.out.write(try Picture.png.bytes.dropLast(5), "SegmentationClass/a2.png")
        #expect(try run.batch(server.url).errors.contains("4 were here before"))
        #expect(try run.out.data("SegmentationClass/a2.png") == Picture.png.bytes)
    }

    @Test func failedImages_areNamedWithTheirReasons_andTriedAgainWhenAsked() throws {
        let server = try FakeJobServer()
        server.state.withLock { $0.failing = ["a3": "not a\npicture"] }
        let result = try run.batch(server.url)
        #expect(result.status == 1)
        #expect(result.errors.contains("a3: not a picture") && result.errors.contains("5 masks, 1 failed"))
        #expect(run.failures == "a3\tnot a picture\n")
        #expect(try run.lines("ImageSets/Segmentation/default.txt") == run.names.filter { $0 != "a3" })

        server.state.withLock { $0.failing = [:] }
        #expect(try run.batch(server.url).status == 1)
        #expect(try run.batch(server.url, "--retry-failed").status == 0)
        #expect(run.masks == run.pngs(run.names) && !run.out.exists("failures.txt"))
    }

    @Test func withoutLabels_theClassifierDecides() throws {
        let server = try FakeJobServer()
        let result = try pseudolabel(
            ["batch", "--server", server.url, "--images", run.pictures.path, "--out", run.out.path]
                + LabelRunFixture.fast)
        #expect(result.status == 0)
        #expect(server.jobs.jobs["job-1"]?.items.allSatisfy { $0.labels == nil } == true)
    }

    @Test func list_choosesImages() throws {
        let list = try run.pictures.write("a1\n\n a4.jpg\na1\n", "list.txt")
        let server = try FakeJobServer()
        #expect(try run.batch(server.url, "--list", list).status == 0)
        #expect(run.masks == ["a1.png", "a4.png"])
    }

    @Test func pathInFrontOfTheServersOwn_andSlashAtTheEnd_work() throws {
        let server = try FakeJobServer(prefix: "/label/it")
        #expect(try run.batch(server.url + "/label/it/").status == 0)
        #expect(run.masks.count == 6)
    }

    @Test func token_isSent_andNeverShown() throws {
        let server = try FakeJobServer()
        let file = try run.pictures.write("s3cret-token\n", "token")
        let result = try run.batch(server.url, "--token-file", file)
        #expect(result.status == 0 && !server.authorizations.isEmpty)
        #expect(server.authorizations.allSatisfy { $0 == "Bearer s3cret-token" })
        #expect(!result.errors.contains("s3cret") && !result.output.contains("s3cret"))
        for name in try run.out.files() where !name.hasSuffix("png") {
            #expect(!String(decoding: try run.out.data(name), as: UTF8.self).contains("s3cret"))
        }
    }

    @Test func detached_uploadsAndLeaves_andTheSameCommandFetches() throws {
        let server = try FakeJobServer()
        #expect(try run.batch(server.url, "--detach").status == 0)
        #expect(server.jobs.uploads.count == 6 && run.masks.isEmpty)
        #expect(try run.batch(server.url).status == 0)
        #expect(server.jobs.jobs.count == 1 && run.masks.count == 6)
    }

    @Test func cancel_endsTheJob_andARunSaysSo() throws {
        let server = try FakeJobServer()
        #expect(try run.batch(server.url, "--detach").status == 0)
        let cancelled = try pseudolabel("batch", "--out", run.out.path, "--cancel")
        #expect(cancelled.status == 0 && cancelled.errors.contains("job job-1 is cancelled: 0 masks"))
        let result = try run.batch(server.url)
        #expect(result.status == 3 && result.errors.contains("the job was cancelled"))
        #expect(result.errors.contains("0 masks, 0 failed, 6 cancelled, 0 from cache"), "\(result.errors)")
        #expect(run.failures.split(separator: "\n").count == 6)
    }
}
