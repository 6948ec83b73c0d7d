import Foundation
import TestSupport
import Testing

@Suite struct TwoServersTests {
    @Test func secondServerOnTheDirectory_isRefused_andTheJobOfTheFirstGoesOn() throws {
        let data = try TemporaryDirectory()
        let server = try ServerProcess(dataDirectory: data.path)
        let client = try server.client()
        let pictures = try (0..<24).map(JobPicture.window)
        let job: JobAnswer = try client.submit(JobFixture(name: "job", pictures: pictures)).document()
        for (index, picture) in pictures.enumerated() {
            #expect(try client.upload(picture).status == 201)
            guard index % 8 == 4 else { continue }
            let second = try pseudolabel("serve", "--port", "0", "--data-dir", data.path)
            #expect(second.status != 0 && second.status != nil)
            #expect(second.output.isEmpty)
            #expect(second.errors.contains("in use by process \(server.process.id)"))
            #expect(second.errors.contains("--data-dir"))
        }
        try JobWatcher(job.id, server).wait()
        let ended = try client.job(job.id)
        #expect(ended.state == "done" && ended.counts.done == pictures.count)
        #expect(try client.items(of: job.id).allSatisfy { $0.attempts == 1 })
        #expect(try server.stop() == .exited(0))
        try expectWhole(data.path)
    }
}
