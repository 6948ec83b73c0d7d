import Engine
import Foundation
import TestSupport
import Testing

@testable import CLI

/// `batch` and `serve`, both as they are built.
@Suite struct BatchServiceTests {
    private let data: TemporaryDirectory

    init() throws { data = try TemporaryDirectory() }

    /// A restarted server has the port of the one before.
    private func server(port: UInt16? = nil) throws -> ServerProcess {
        // Another process may have been given the port for a moment.
        for _ in 0..<20 {
            if let server = try? ServerProcess(
                dataDirectory: data.path, port.map { ["--port", "\($0)"] } ?? [])
            {
                return server
            }
        }
        return try ServerProcess(dataDirectory: data.path, port.map { ["--port", "\($0)"] } ?? [])
    }

    private func url(_ server: ServerProcess) -> String { "http://127.0.0.1:\(server.port)" }

    private func jobs(_ server: ServerProcess) throws -> [JobDocument] {
        struct List: Decodable { let jobs: [JobDocument] }
        return try JobDocuments.decode(List.self, try server.client().get("/v1/jobs").body).jobs
    }

    /// Blocks until so many items of the only job have ended.
    private func wait(_ server: ServerProcess, finished count: Int) throws {
        let deadline = Date() + 60
        while Date() < deadline {
            if let counts = try jobs(server).first?.counts, counts.done + counts.failed >= count { return }
        }
        Issue.record("no \(count) items were finished in a minute")
    }

    /// Masks of the pictures as `label` makes them.
    private func expectMasksOfLabel(_ run: BatchFixture, _ names: [String]) throws {
        let local = try LabelRunFixture()
        let images = names.map { run.pictures.path("\($0).jpg") }
        #expect(try local.label("--labels", "cat", images: images).status == 0)
        #expect(run.masks == run.pngs(names))
        for name in names {
            #expect(
                try run.out.data("SegmentationClass/\(name).png") == local.out.data("SegmentationClass/\(name).png"))
        }
    }

    @Test func wholeRun_givesTheMasksOfLabel_andACorruptImageFailsAlone() throws {
        let run = try BatchFixture(count: 12)
        try run.pictures.write(try Picture.jpeg(comment: "a7").prefix(1000), "a7.jpg")
        let server = try server()
        let result = try run.batch(url(server), "--coco", "--name", "whole")
        #expect(result.status == 1, "\(result.errors)")
        #expect(result.errors.contains("11 masks, 1 failed, 0 from cache"))
        #expect(run.failures.hasPrefix("a7\t") && run.failures.contains("JPEG"))
        let good = run.names.filter { $0 != "a7" }
        try expectMasksOfLabel(run, good)
        #expect(try run.lines("ImageSets/Segmentation/default.txt") == good)
        #expect(try run.lines("labelmap.txt").prefix(2) == ["background:0,0,0::", "aeroplane:128,0,0::"])
        let results = try JSONSerialization.jsonObject(with: try run.out.data("coco.json")) as? [[String: Any]]
        #expect(Set(results?.compactMap { $0["image_id"] as? String } ?? []) == Set(good))

        // Another OUT: another job, of what the store has.
        let second = BatchFixture(pictures: run.pictures, out: try TemporaryDirectory(), names: run.names)
        let again = try second.batch(url(server))
        #expect(again.status == 1 && again.errors.contains("11 masks, 1 failed, 11 from cache"))
        #expect(try jobs(server).count == 2)
        #expect(try run.batch(url(server), "--retry-failed").errors.contains("11 were here before"))
    }

    @Test func warningsAndLeftOutPixels_areTold() throws {
        let run = try BatchFixture(count: 2)
        let server = try server()
        // No class has all pixels.
        let options = ["--certainty", "0.9", "--drop-small"]
        let result = try pseudolabel(run.arguments(url(server), options + ["--minimum-area", "1"]))
        #expect(result.status == 0, "\(result.errors)")
        for name in run.names { #expect(result.errors.contains("warning: \(name): cat was given")) }
        #expect(result.errors.contains("2 images with warnings"))
        #expect(try run.lines("labelmap.txt").last == "ignored:224,224,192::")
        let other = try pseudolabel(run.arguments(url(server), options))
        #expect(other.status == 2 && other.errors.contains("its minimum area is 1.0, not 0.001"), "\(other.errors)")
    }

    @Test func imageWithoutAnyClass_getsAMaskOfBackground() throws {
        let run = try BatchFixture(count: 2)
        try run.pictures.write("image;labels\na0;cat, dog\na1;\n", "labels.csv")
        let server = try server()
        let result = try run.batch(url(server))
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.components(separatedBy: "1 image with no class").count == 2, "\(result.errors)")
        #expect(Set(try VOCPNG.decode(try run.out.data("SegmentationClass/a1.png")).indices) == [IndexMask.background])
        // The same labels, written otherwise: the server has parted them.
        try run.writeLabels(["a0,dog;cat", "a1,"])
        let again = try run.batch(url(server))
        #expect(again.status == 0 && again.errors.contains("going on with job"), "\(again.errors)")
    }

    @Test func unknownLabel_isRefusedWithTheImagesName() throws {
        let run = try BatchFixture()
        try run.writeLabels(run.names.map { $0 == "a3" ? "a3,hors" : "\($0),cat" })
        let server = try server()
        let result = try run.batch(url(server))
        #expect(result.status == 4)
        #expect(result.errors.contains("a3 labels") && result.errors.contains("horse"), "\(result.errors)")
        #expect(try jobs(server).isEmpty)
    }

    @Test(.timeLimit(.minutes(3))) func serverKilledInTheMiddle_andStartedAgain_losesNothing() throws {
        let run = try BatchFixture(count: 60)
        let first = try server()
        let client = try run.start(url(first))
        try wait(first, finished: 5)
        first.process.send(SIGKILL)
        #expect(try first.process.wait() == .killed(SIGKILL))
        // The client has noticed.
        #expect(client.errors.line(with: "trying again") != nil)
        let second = try server(port: first.port)
        #expect(try client.wait() == .exited(0))
        #expect(client.errors.text.contains("60 masks, 0 failed"))
        try expectMasksOfLabel(run, run.names)
        let job = try #require(try jobs(second).first)
        #expect(try jobs(second).count == 1 && job.state == "done" && job.counts.done == 60)
    }

    @Test(.timeLimit(.minutes(3))) func clientKilledInTheMiddle_goesOnWithItsJob() throws {
        let run = try BatchFixture(count: 60)
        let server = try server()
        let client = try run.start(url(server))
        try wait(server, finished: 5)
        client.send(SIGKILL)
        #expect(try client.wait() == .killed(SIGKILL))
        let again = try run.batch(url(server))
        #expect(again.status == 0 && again.errors.contains("going on with job"), "\(again.errors)")
        try expectMasksOfLabel(run, run.names)
        #expect(try jobs(server).count == 1)
    }

    @Test func cancelledJob_endsTheRunThatWaits_andKeepsWhatIsFinished() throws {
        let run = try BatchFixture(count: 200)
        let server = try server()
        let client = try run.start(url(server))
        try wait(server, finished: 3)
        #expect(try pseudolabel("batch", "--out", run.out.path, "--cancel").status == 0)
        #expect(try client.wait() == .exited(3))
        let job = try #require(try jobs(server).first)
        #expect(job.state == "cancelled" && job.counts.cancelled > 0)
        #expect(run.masks.count == job.counts.done)
        #expect(run.failures.split(separator: "\n").count == 200 - job.counts.done)
    }
}
