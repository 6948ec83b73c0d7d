import Engine
import Foundation
import Logging
import TestSupport
import Testing

@testable import Server
@testable import Store

@Suite struct OverlayRoutesTests {
    private let engine = StubEngine()

    private func serve(storeLimit: Int? = nil) throws -> RouteServer {
        try RouteServer.make(engine: engine, storeLimit: storeLimit)
    }

    private func posted(_ client: TestClient) throws -> MaskAnswer { try client.postMask().document() }

    // MARK: - Drawing and keeping

    @Test func overlay_isDrawnByTheEngine_onceAWidth() throws {
        let client = try serve().client()
        let mask = try posted(client)
        let image = try Picture.jpeg.bytes
        let first = try client.get(mask.links.overlay)
        #expect(first.status == 200 && first.field("Content-Type") == "image/png")
        #expect(first.field("Cache-Control") == "private, max-age=3600")
        #expect(first.body == Data("overlay 0 of ".utf8) + image)
        #expect(try client.get(mask.links.overlay).body == first.body)
        let narrow = try client.get(mask.links.overlay + "?width=64")
        #expect(narrow.body == Data("overlay 64 of ".utf8) + image)
        #expect(try client.get(mask.links.overlay + "?width=0064").body == narrow.body)
        let drawn = engine.overlays
        #expect(drawn.map(\.width) == [nil, 64])
        #expect(drawn.allSatisfy { $0.image == image && !$0.isolated })
        #expect(try client.get(mask.links.mask).body == drawn[0].maskPNG)
        let etags = [first, narrow].map { $0.field("ETag") }
        #expect(etags[0] != nil && etags[0] != etags[1])
    }

    @Test func outline_isDrawnUnlessDeclined_andPartOfTheTag() throws {
        let client = try serve().client()
        let mask = try posted(client)
        let path = mask.links.overlay + "?width=64"
        let outlined = try client.get(path)
        let plain = try client.get(path + "&outline=false")
        #expect(plain.body == Data("overlay 64 plain of ".utf8) + (try Picture.jpeg.bytes))
        #expect(plain.field("ETag") != outlined.field("ETag"))
        #expect(try client.get(path + "&outline=true").body == outlined.body)
        #expect(try client.get(path + "&outline=1").field("ETag") == outlined.field("ETag"))
        #expect(try client.get(path + "&outline=0").body == plain.body)
        #expect(engine.overlays.map(\.outline) == [true, false])
        let etag = try #require(plain.field("ETag"))
        #expect(try client.get(path + "&outline=false", fields: "If-None-Match: \(etag)\r\n").status == 304)
        #expect(try client.get(path, fields: "If-None-Match: \(etag)\r\n").status == 200)
    }

    @Test func outline_reachesTheEngine() throws {
        let client = try RouteServer.make().client()
        let mask: MaskAnswer = try client.postMask(.png).document()
        let drawn = try ["true", "false"].map { outline in
            try ImageDecoder().decode(client.get(mask.links.overlay + "?outline=\(outline)").body)
        }
        let image = try ImageDecoder().decode(Picture.png.bytes)
        let indices = try VOCPNG.decode(client.get(mask.links.mask).body, maximumPixels: .max)
        for (picture, outline) in zip(drawn, [true, false]) {
            #expect(picture == Overlay.render(image: image, mask: indices, outline: outline))
        }
    }

    @Test func sizes_areThoseOfTheEngine() throws {
        let client = try RouteServer.make().client()
        let mask: MaskAnswer = try client.postMask(.png).document()
        for (width, size) in [(1, (1, 1)), (56, (56, 38)), (112, (112, 75)), (4096, (112, 75))] {
            let overlay = try client.get(mask.links.overlay + "?width=\(width)")
            let picture = try ImageDecoder().decode(overlay.body)
            #expect(overlay.status == 200 && picture.width == size.0 && picture.height == size.1)
        }
    }

    @Test(arguments: [
        "width=0", "width=4097", "width=-1", "width=%2B5", "width=1.5", "width=", "width=a", "width=%D9%A5",
        "width=99999999999999999999", "width=5&width=5", "height=5", "Width=5", "outline=", "outline=yes", "outline=2",
        "outline=true&outline=true", "Outline=true",
    ]) func otherQuery_isRefused_andNothingDrawn(_ query: String) throws {
        let client = try serve().client()
        let mask = try posted(client)
        let answer = try client.get(mask.links.overlay + "?" + query)
        let problem: ProblemAnswer = try answer.document()
        #expect(answer.status == 400 && problem.fields.count == 1)
        #expect(engine.overlays.isEmpty)
    }

    @Test func unknownMask_isNotFound_andNothingDrawn() throws {
        let client = try serve().client()
        let path = "/v1/masks/\(String(repeating: "0", count: 64))/overlay.png"
        #expect(try client.get(path + "?width=9").status == 404)
        #expect(engine.overlays.isEmpty)
    }

    @Test func overlayThatTheStoreDoesNotKeep_isSentAllTheSame() throws {
        // The overlay is larger than its share.
        let client = try serve(storeLimit: 20_000).client()
        let mask = try posted(client)
        let image = try Picture.jpeg.bytes
        for _ in 0..<2 {
            let answer = try client.get(mask.links.overlay)
            #expect(answer.status == 200 && answer.body == Data("overlay 0 of ".utf8) + image)
        }
        #expect(engine.overlays.count == 2)
    }

    // MARK: - Entity tags

    @Test func overlayThatTheClientHas_isNotSentAgain_norLookedFor() throws {
        let client = try serve().client()
        let mask = try posted(client)
        let etag = try #require(client.get(mask.links.overlay).field("ETag"))
        let unchanged = try client.get(mask.links.overlay, fields: "If-None-Match: \(etag)\r\n")
        #expect(unchanged.status == 304 && unchanged.field("ETag") == etag)
        #expect(unchanged.field("Cache-Control") == "private, max-age=3600" && unchanged.field("Content-Type") == nil)
        let other = try client.get(mask.links.overlay + "?width=9", fields: "If-None-Match: \(etag)\r\n")
        #expect(other.status == 200)
        // What any version has is only known of a mask that is there.
        #expect(try client.get(mask.links.overlay, fields: "If-None-Match: *\r\n").status == 304)
        let unknown = "/v1/masks/\(String(repeating: "0", count: 64))/overlay.png"
        #expect(try client.get(unknown, fields: "If-None-Match: *\r\n").status == 404)
        #expect(engine.overlays.count == 2)
    }

    // MARK: - Others meanwhile

    /// Every place in the engine draws, and whoever asks for something else is answered.
    @Test func overlaysBeingDrawn_holdUpNobodyElse() throws {
        let server = try serve()
        let client = try server.client()
        let mask = try posted(client)
        let image = try Picture.jpeg.bytes
        let draws = MaskService.inferenceWorkers
        engine.plan(image, .hold, .hold, .hold, .hold)
        let waiting = try (1...draws + 1).map { width in
            let slow = try server.client()
            try slow.send("GET \(mask.links.overlay)?width=\(width) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return slow
        }
        engine.awaitHeld(draws)
        #expect(try client.get(mask.links.`self`).status == 200)
        #expect(try client.get(mask.links.mask).status == 200)
        #expect(try client.get("/v1/models").status == 200)
        #expect(engine.overlays.count == draws)
        engine.release()
        for slow in waiting { #expect(try slow.answer().status == 200) }
    }

    @Test func fullQueue_isToBeTriedAgain() throws {
        let server = try RouteServer.make(engine: engine, queueCapacity: 1)
        let client = try server.client()
        let mask = try posted(client)
        let release = server.holdInference()
        let waits = try server.client()
        try waits.send("GET \(mask.links.overlay)?width=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while server.service.inference.depth == 0 { usleep(1000) }
        let answer = try client.get(mask.links.overlay + "?width=2")
        #expect(answer.status == 503 && answer.field("Retry-After") != nil)
        release()
        #expect(try waits.answer().status == 200)
    }

    @Test func damagedImageOfTheStore_isTheServersFault() throws {
        let server = try RouteServer.make()
        let client = try server.client()
        let mask = try posted(client)
        let digest = try #require(ContentDigest(rawValue: mask.image.sha256))
        let path = server.store.imagePath(digest)
        let length = try Picture.jpeg.bytes.count
        try (Data([0xFF, 0xD8, 0xFF]) + Data(count: length - 3)).write(to: URL(fileURLWithPath: path))
        let answer = try client.get(mask.links.overlay)
        #expect(answer.status == 500 && !answer.text.contains(path))
        #expect(try client.get(mask.links.mask).status == 200)
    }
}
