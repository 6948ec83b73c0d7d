import Foundation
import TestSupport
import Testing

/// Images that can't be read: each fails alone.
@Suite struct BatchUnreadableTests {
    private let run: BatchFixture

    init() throws { run = try BatchFixture(count: 2) }

    private func addUnreadable() throws {
        try run.pictures.write("", "empty.jpg")
        try run.pictures.write("x", "x\u{7}y.jpg")
        try run.pictures.write("x", String(repeating: "n", count: 201) + ".jpg")
        try FileManager.default.createSymbolicLink(
            atPath: run.pictures.path("nowhere.jpg"), withDestinationPath: "/nonexistent")
        let strange = Array(run.pictures.path("caf").utf8) + [0xE9] + Array(".jpg".utf8) + [0]
        let descriptor = strange.withUnsafeBufferPointer { path in
            path.withMemoryRebound(to: CChar.self) { open($0.baseAddress!, O_CREAT | O_WRONLY, 0o600) }
        }
        #expect(descriptor >= 0)
        close(descriptor)
    }

    @Test func each_failsAlone_andTheRestIsSent() throws {
        try addUnreadable()
        let server = try FakeJobServer()
        let result = try run.batch(server.url)
        #expect(result.status == 1, "\(result.errors)")
        #expect(BatchFixture.names(server) == run.names && run.masks == run.pngs(run.names))
        #expect(result.errors.contains("2 masks, 5 failed"), "\(result.errors)")
        let failures = try run.lines("failures.txt")
        #expect(failures.count == 5)
        for (line, part) in zip(
            failures,
            [
                "caf\\xE9\tits name is not UTF-8", "empty\tis empty", "longer than 200 bytes",
                "nowhere\tcan't be read: it is a link to nothing", "x y\tits name holds a control character",
            ])
        { #expect(line.contains(part), "\(line)") }
        // The same again goes on with the same job.
        #expect(try run.batch(server.url).status == 1)
        #expect(server.jobs.jobs.count == 1)
    }

    @Test func imageThatCannotBeReadAnyMore_doesNotMakeItAnotherSet() throws {
        let server = try FakeJobServer()
        #expect(try run.batch(server.url).status == 0)
        try run.pictures.write("", "a1.jpg")
        let result = try run.batch(server.url)
        #expect(result.status == 1, "\(result.errors)")
        #expect(run.failures == "a1\tis empty\n" && server.jobs.jobs.count == 1)
    }

    @Test func whereNoneCanBeRead_nothingIsSent() throws {
        for name in run.names { try run.pictures.write("", "\(name).jpg") }
        let server = try FakeJobServer()
        let result = try run.batch(server.url)
        #expect(result.status == 2 && server.requests.isEmpty)
        #expect(result.errors.contains("a0: is empty") && result.errors.contains("a1: is empty"))
    }

    @Test func detached_alsoSaysSo() throws {
        try run.pictures.write("", "a1.jpg")
        let server = try FakeJobServer()
        let result = try run.batch(server.url, "--detach")
        #expect(result.status == 1 && result.errors.contains("a1: is empty"))
        #expect(run.failures == "a1\tis empty\n" && server.jobs.uploads.count == 1)
    }
}
