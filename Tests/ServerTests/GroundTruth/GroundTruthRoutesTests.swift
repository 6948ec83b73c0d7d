import Crypto
import Engine
import Foundation
import Store
import Testing

@testable import Server
@testable import TestSupport

@Suite struct GroundTruthRoutesTests {
    private let server: RouteServer
    private let client: TestClient

    init() throws {
        server = try RouteServer.make()
        client = try server.client()
    }

    private func path(_ mask: MaskAnswer) -> String { mask.links.groundTruth }

    @Test func groundTruth_isAnsweredWithTheImagesFigures() throws {
        let mask: MaskAnswer = try client.postMask().document()
        let png = TruthFixture.png(seed: 1)
        let answer = try client.putGroundTruth(png, of: mask.id)
        #expect(answer.status == 201 && answer.field("Content-Type") == "application/json")

        var expected = ExpectedFigures()
        try expected.add(try client.get(mask.links.mask).body, truth: TruthFixture.mask(seed: 1))
        let document: GroundTruthAnswer = try answer.document()
        #expect(document.mask == mask.id && document.model == mask.model)
        #expect(document.labelSource == "given" && document.sha256 == sha256(png))
        #expect(document.meanIou == expected.confusion.meanIoU && document.meanIou.map { $0 > 0 && $0 < 1 } == true)
        #expect(document.meanContourF == expected.contour.mean)
        #expect(document.pixelAccuracy == expected.confusion.pixelAccuracy)
        #expect(document.coverage == 1)
        let ignored = TruthFixture.mask(seed: 1).indices.count { $0 == IndexMask.ignore }
        #expect(document.ignoredShare == Double(ignored) / Double(Picture.width * Picture.height))
        #expect(try document.classes == expected.classes)
        #expect(abs(try Date(document.createdAt, strategy: .iso8601).timeIntervalSinceNow) < 600)
    }

    @Test func masksDocument_hasTheFigures_whereverItComesFrom() throws {
        let mask: MaskAnswer = try client.postMask().document()
        let put: GroundTruthAnswer = try client.putGroundTruth(TruthFixture.png(seed: 2), of: mask.id).document()
        #expect(try client.get(path(mask)).document(GroundTruthAnswer.self) == put)
        #expect(try client.get(mask.links.`self`).document(MaskAnswer.self).groundTruth == put)
        #expect(try client.postMask().document(MaskAnswer.self).groundTruth == put)
        // Another mask of the picture has none.
        #expect(
            try client.postMask(.jpeg, "labels=dog&\(TestClient.fastOptions)").document(MaskAnswer.self).groundTruth
                == nil)
    }

    @Test func maskItself_asGroundTruth_isPerfect() throws {
        let mask: MaskAnswer = try client.postMask().document()
        let document: GroundTruthAnswer = try client.putGroundTruth(client.get(mask.links.mask).body, of: mask.id)
            .document()
        #expect(document.meanIou == 1 && document.meanContourF == 1)
        #expect(document.pixelAccuracy == 1 && document.coverage == 1)
        #expect(document.classes.map(\.name) == ["background", "cat"])
        #expect(document.classes.first?.contour == nil)
    }

    @Test func groundTruthWithoutAPixelThatCounts_isInNoFigure() throws {
        let mask: MaskAnswer = try client.postMask().document()
        let answer = try client.putGroundTruth(TruthFixture.png(index: IndexMask.ignore), of: mask.id)
        #expect(answer.status == 422)
        #expect(try answer.document(ProblemAnswer.self).detail.contains("there is nothing to measure"))
        #expect(try client.get("/v1/metrics/summary").document(SummaryAnswer.self).groups.isEmpty)
    }

    /// What a person drew has none of the classes: the mask's own are all wrong, and no recall is defined.
    @Test func groundTruthOfBackgroundAlone_measuresWhatWasInvented() throws {
        let mask: MaskAnswer = try client.postMask().document()
        let document: GroundTruthAnswer = try client.putGroundTruth(TruthFixture.png(index: 0), of: mask.id).document()
        #expect(document.classes.map(\.index) == [0, 8] && document.classes.last?.iou == 0)
        #expect(document.classes.last?.recall == nil && document.ignoredShare == 0)
    }

    @Test func secondPut_replaces() throws {
        let mask: MaskAnswer = try client.postMask().document()
        let first = try client.putGroundTruth(TruthFixture.png(seed: 3), of: mask.id)
        let second = try client.putGroundTruth(TruthFixture.png(seed: 4), of: mask.id)
        #expect(first.status == 201 && second.status == 200)
        let document: GroundTruthAnswer = try second.document()
        #expect(try document != first.document())
        #expect(try client.get(path(mask)).document(GroundTruthAnswer.self) == document)
        let summary: SummaryAnswer = try client.get("/v1/metrics/summary").document()
        #expect(summary.groups.map(\.images) == [1] && summary.groups.first?.classes == document.classes)
    }

    @Test func deleted_isGone_andTheMaskStays() throws {
        let mask: MaskAnswer = try client.postMask().document()
        #expect(try client.putGroundTruth(TruthFixture.png(seed: 5), of: mask.id).status == 201)
        let deleted = try client.delete(path(mask))
        #expect(deleted.status == 204 && deleted.body.isEmpty)
        for answer in [try client.get(path(mask)), try client.delete(path(mask))] {
            #expect(answer.status == 404)
            #expect(try answer.document(ProblemAnswer.self).detail.contains("no ground truth"))
        }
        #expect(try client.get(mask.links.`self`).document(MaskAnswer.self).groundTruth == nil)
        #expect(try client.get("/v1/metrics/summary").document(SummaryAnswer.self).groups.isEmpty)
        #expect(try client.putGroundTruth(TruthFixture.png(seed: 6), of: mask.id).status == 201)
    }

    @Test func head_isGetWithoutTheBody() throws {
        let mask: MaskAnswer = try client.postMask().document()
        _ = try client.putGroundTruth(TruthFixture.png(seed: 7), of: mask.id)
        for path in [path(mask), "/v1/metrics/summary"] {
            let whole = try client.get(path)
            try client.send("HEAD \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            let head = try client.answer(toHEAD: true)
            #expect(head.status == 200 && head.field("Content-Length") == whole.field("Content-Length"))
            #expect(try client.get("/healthz").status == 200)
        }
    }

    @Test func evictedMask_takesItsGroundTruthWithIt() throws {
        let mask: MaskAnswer = try client.postMask().document()
        _ = try client.putGroundTruth(TruthFixture.png(seed: 8), of: mask.id)
        try server.store.execute("DELETE FROM mask")
        #expect(try client.get(path(mask)).status == 404)
        #expect(try client.get("/v1/metrics/summary").document(SummaryAnswer.self).groups.isEmpty)
        // Made again, it has none.
        #expect(try client.postMask().document(MaskAnswer.self).groundTruth == nil)
        #expect(try client.get(path(mask)).document(ProblemAnswer.self).detail.contains("no ground truth"))
    }

    @Test func scoreThatIsNone_isTheServersFault() throws {
        let mask: MaskAnswer = try client.postMask().document()
        _ = try client.putGroundTruth(TruthFixture.png(seed: 9), of: mask.id)
        for json in [
            "{}", "no JSON", #"{"classCount":20,"image":{"contours":[],"pairs":[{"truth":21,"pixels":1}]}}"#,
            #"{"classCount":20,"image":{"contours":[],"pairs":[{"truth":0,"prediction":-1,"pixels":1}]}}"#,
            #"{"classCount":99999,"image":{"contours":[],"pairs":[]}}"#,
        ] {
            try server.store.execute("UPDATE groundTruth SET score = CAST('\(json)' AS BLOB)")
            for path in [path(mask), mask.links.`self`, "/v1/metrics/summary"] {
                #expect(try client.get(path).status == 500, "\(path): \(json)")
            }
        }
        #expect(try client.putGroundTruth(TruthFixture.png(seed: 9), of: mask.id).status == 200)
        #expect(try client.get("/v1/metrics/summary").status == 200)
    }
}
