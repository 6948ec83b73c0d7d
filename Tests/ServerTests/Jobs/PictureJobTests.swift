import Engine
import Foundation
import Testing
import TestSupport

@testable import Server

/// Jobs with the network itself.
@Suite struct PictureJobTests {
    @Test func masksOfAJob_areThoseOfMasks() throws {
        let server = try JobServer.make(realEngine: InProcessEngine(try RouteServer.pipeline.get()))
        let client = try server.client()
        let jpeg = try Picture.jpeg.bytes
        let job = try client.newJob([
            item("given", jpeg), item("predicted", jpeg, labels: nil), item("corrupt", Data(jpeg.prefix(900))),
            item("no picture", Data("text".utf8)), item("png", try Picture.png.bytes),
        ])
        for picture in [jpeg, Data(jpeg.prefix(900)), Data("text".utf8), try Picture.png.bytes] {
            #expect(try client.put(picture).status == 201)
        }
        try server.awaitEnd(job.id)
        let ended = try client.job(job.id)
        #expect(ended.state == "done_with_failures" && ended.counts.done == 3 && ended.counts.failed == 2)
        let found = try client.items(job.id).items
        #expect(found[2].reason?.contains("damaged or incomplete") == true)
        #expect(found[3].reason?.contains("neither JPEG, PNG nor WebP") == true)
        // The single request finds what the job has made.
        let single: MaskAnswer = try client.postMask().document()
        #expect(single.cached && single.id == found[0].mask)
        let tar = try TarReader(try client.get("/v1/jobs/\(job.id)/result.tar").body)
        #expect(tar["SegmentationClass/given.png"] == (try client.get("/v1/masks/\(single.id)/mask.png").body))
        #expect(ended.metrics.classes >= 3)
    }

    @Test func maskOfARequest_isTheJobs() throws {
        let server = try JobServer.make(realEngine: InProcessEngine(try RouteServer.pipeline.get()))
        let client = try server.client()
        let single: MaskAnswer = try client.postMask().document()
        let job = try client.newJob([item("cat", try Picture.jpeg.bytes)])
        #expect(job.missing == [])
        #expect(try server.awaitEnd(job.id).counts.fromCache == 1)
        #expect(try client.items(job.id).items[0].mask == single.id)
    }
}
