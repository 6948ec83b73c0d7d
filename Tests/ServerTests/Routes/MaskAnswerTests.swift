import Crypto
import Engine
import Foundation
import Testing

@testable import Server
@testable import TestSupport

@Suite struct MaskAnswerTests {
    private let server: RouteServer
    private let client: TestClient

    init() throws {
        server = try RouteServer.make()
        client = try server.client()
    }

    @Test(arguments: Picture.allCases) func postedPicture_isAnsweredWithTheWholeDocument(_ picture: Picture) throws {
        let model = try RouteServer.model.get()
        let answer = try client.postMask(picture, "labels=cat,dog&scales=1&flip=false&refinement=none&background=0.25")
        #expect(answer.status == 200)
        #expect(answer.field("Content-Type") == "application/json")

        let mask: MaskAnswer = try answer.document()
        let sha256 = SHA256.hash(data: try picture.bytes).map { String(format: "%02x", $0) }.joined()
        #expect(mask.image == .init(
            sha256: sha256, width: Picture.width, height: Picture.height, mediaType: picture.mediaType, warnings: nil))
        #expect(mask.model == .init(digest: model.digest, name: "default"))
        #expect(mask.labels == ["cat", "dog"])
        #expect(mask.labelSource == "given")
        #expect(mask.options == .init(scales: [1], flip: false, refinement: "none", background: 0.25))
        #expect(!mask.cached)
        #expect(Set(mask.timings.keys) == ["decode", "network", "cam", "refinement", "mask", "encoding"])
        #expect(mask.timings.values.allSatisfy { $0 >= 0 } && mask.timings["network", default: 0] > 0)
        #expect(abs(try Date(mask.createdAt, strategy: .iso8601).timeIntervalSinceNow) < 600)
        #expect(mask.links == .init(
            self: "/v1/masks/\(mask.id)", mask: "/v1/masks/\(mask.id)/mask.png",
            overlay: "/v1/masks/\(mask.id)/overlay.png", groundTruth: "/v1/masks/\(mask.id)/ground-truth"))
        #expect(mask.groundTruth == nil)
    }

    @Test func classes_areInTheModelsOrder_withMetricsWithinTheirRanges() throws {
        let mask: MaskAnswer = try client.postMask(.png, "labels=dog,cat&\(TestClient.fastOptions)").document()
        #expect(mask.classes.map(\.index) == [8, 12])
        #expect(mask.classes.map(\.name) == ["cat", "dog"])
        for entry in mask.classes {
            #expect((0...1).contains(entry.posterior) && (0...1).contains(entry.areaShare))
            #expect((entry.meanPosterior == nil) == (entry.areaShare == 0))
            #expect(entry.segmentation.size == [Picture.height, Picture.width])
            for box in entry.boxes {
                #expect(box.count == 4 && box[0] >= 0 && box[1] >= 0 && box[2] > 0 && box[3] > 0)
                #expect(box[0] + box[2] <= Picture.width && box[1] + box[3] <= Picture.height)
            }
        }
        let cat = try #require(mask.classes.first)
        #expect(cat.posterior > 0.9 && cat.areaShare > 0.05 && !cat.boxes.isEmpty)
    }

    @Test func runLengths_boxesAndArea_areThoseOfTheMask() throws {
        let mask: MaskAnswer = try client.postMask().document()
        let decoded = try VOCPNG.decode(try client.get(mask.links.mask).body)
        let cat = try #require(mask.classes.first)
        let pixels = try COCORunLength(
            counts: cat.segmentation.counts, width: Picture.width, height: Picture.height).mask()
        #expect(pixels == decoded.pixels(of: UInt16(cat.index)))
        #expect(abs(cat.areaShare - Double(pixels.area) / Double(Picture.width * Picture.height)) < 1e-6)
        #expect(Set(decoded.indices) == [0, UInt16(cat.index)])

        let set = pixels.bits.indices.filter { pixels.bits[$0] == 1 }
        let columns = set.map { $0 % Picture.width }
        #expect(columns.min() == cat.boxes.map { $0[0] }.min())
        #expect(columns.max() == cat.boxes.map { $0[0] + $0[2] - 1 }.max())
    }

    @Test func withoutLabels_theClassifierDecides_andTheAnswerSaysSo() throws {
        let answer = try client.postMask(.jpeg, TestClient.fastOptions)
        let mask: MaskAnswer = try answer.document()
        #expect(mask.labelSource == "predicted")
        #expect(mask.labels == ["cat"])
        #expect(answer.field("X-Mask-Label-Source") == "predicted")
        let given: MaskAnswer = try client.postMask().document()
        #expect(given.id != mask.id && given.classes == mask.classes)
    }

    @Test func acceptingPNG_getsTheMaskItself_withItsFactsInTheHeaders() throws {
        let answer = try client.postMask(
            .jpeg, "labels=dog,cat&\(TestClient.fastOptions)", fields: "Accept: image/png\r\n")
        #expect(answer.status == 200)
        #expect(answer.field("Content-Type") == "image/png")
        #expect(answer.field("X-Mask-Labels") == "cat,dog")
        #expect(answer.field("X-Mask-Label-Source") == "given")
        #expect(answer.field("X-Cache") == "miss")
        #expect(answer.field("Vary") == "Accept")
        let decoded = try VOCPNG.decode(answer.body)
        #expect(decoded.width == Picture.width && decoded.height == Picture.height)
        #expect(Set(decoded.indices).isSubset(of: [0, 8, 12]))

        let id = try #require(answer.field("X-Mask-Id"))
        let document: MaskAnswer = try client.get("/v1/masks/\(id)").document()
        #expect(document.id == id)
        #expect(try client.get("/v1/masks/\(id)", fields: "Accept: image/png\r\n").body == answer.body)
    }

    @Test func storedMask_isServedInEveryForm() throws {
        let posted: MaskAnswer = try client.postMask(.png).document()
        let stored = try client.get(posted.links.`self`)
        #expect(stored.status == 200 && stored.field("X-Cache") == "hit")
        let document: MaskAnswer = try stored.document()
        #expect(document.cached && document.classes == posted.classes && document.timings == posted.timings)

        let overlay = try client.get(posted.links.overlay)
        #expect(overlay.status == 200 && overlay.field("Content-Type") == "image/png")
        let picture = try ImageDecoder().decode(overlay.body)
        #expect(picture.width == Picture.width && picture.height == Picture.height)
        #expect(try picture != ImageDecoder().decode(Picture.png.bytes))
    }

    @Test(arguments: ["", "/mask.png", "/overlay.png"]) func head_isGetWithoutTheBody(_ form: String) throws {
        let posted: MaskAnswer = try client.postMask().document()
        let path = posted.links.`self` + form
        let whole = try client.get(path)
        try client.send("HEAD \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        let head = try client.answer(toHEAD: true)
        #expect(head.status == 200)
        for name in ["Content-Type", "Content-Length", "X-Mask-Id", "X-Mask-Labels", "X-Cache", "Vary"] {
            #expect(head.field(name) == whole.field(name))
        }
        // Nothing of a body came before the next answer.
        #expect(try client.get("/healthz").status == 200)
    }
}
