import Engine
import Foundation
import Store
import Testing

@testable import Server
@testable import TestSupport

@Suite struct MetricsSummaryTests {
    private let server: RouteServer
    private let client: TestClient

    init() throws {
        server = try RouteServer.make()
        client = try server.client()
    }

    private func summary(_ query: String = "") throws -> SummaryAnswer {
        let answer = try client.get("/v1/metrics/summary\(query)")
        #expect(answer.status == 200, "\(answer.text)")
        return try answer.document()
    }

    /// Masks of different files and labels, each with ground truth.
    private func label(_ seeds: Range<Int>, _ query: String) throws -> ExpectedFigures {
        var expected = ExpectedFigures()
        for seed in seeds {
            let labels = ["cat", "dog", "cat,dog"][seed % 3]
            let wanted = query.contains("labels=none") ? TestClient.fastOptions : "labels=\(labels)&\(query)"
            let bytes = try Picture.jpeg(comment: "\(seed)")
            let mask: MaskAnswer = try client.post("/v1/masks?\(wanted)", "image/jpeg", bytes).document()
            #expect(try client.putGroundTruth(TruthFixture.png(seed: seed), of: mask.id).status == 201)
            try expected.add(client.get(mask.links.mask).body, truth: TruthFixture.mask(seed: seed))
        }
        return expected
    }

    private func expect(_ group: SummaryAnswer.Group?, is expected: ExpectedFigures, images: Int) throws {
        let group = try #require(group)
        #expect(group.images == images)
        #expect(group.meanIou == expected.confusion.meanIoU && group.meanContourF == expected.contour.mean)
        #expect(group.pixelAccuracy == expected.confusion.pixelAccuracy)
        #expect(group.coverage == expected.confusion.coverage)
        #expect(try group.classes == expected.classes)
    }

    @Test func withoutGroundTruth_thereIsNoGroup() throws {
        #expect(try client.postMask().status == 200)
        #expect(try summary() == SummaryAnswer(groups: [], nextCursor: nil))
    }

    /// To the last bit what one pass over the masks themselves gives.
    @Test func figures_areThoseOfOneMatrixOverTheSameMasks() throws {
        let expected = try label(0..<9, TestClient.fastOptions)
        let answer = try summary()
        #expect(answer.groups.count == 1 && answer.nextCursor == nil)
        let group = try #require(answer.groups.first)
        try expect(group, is: expected, images: 9)
        let model = try RouteServer.model.get()
        #expect(group.model == .init(digest: model.digest, name: model.name))
        #expect(group.labelSource == "given" && group.options?.scales == [1])
    }

    @Test func labelSourcesAndOptions_areNeverMixed_andCanBeChosen() throws {
        let given = try label(0..<2, TestClient.fastOptions)
        let predicted = try label(2..<5, "labels=none")
        let half = try label(5..<6, "scales=0.5&flip=false&refinement=none")
        let groups = try summary().groups
        #expect(groups.count == 3)
        try expect(groups.first { $0.labelSource == "given" && $0.options?.scales == [1] }, is: given, images: 2)
        try expect(groups.first { $0.labelSource == "predicted" }, is: predicted, images: 3)
        let other = groups.first { $0.options?.scales == [0.5] }
        try expect(other, is: half, images: 1)

        let options = try #require(other).optionsDigest
        #expect(try summary("?options=\(options)").groups == groups.filter { $0.optionsDigest == options })
        #expect(try summary("?options=\(options.prefix(8))").groups.count == 1)
        let model = try RouteServer.model.get().digest
        #expect(try summary("?model=\(model)").groups == groups)
        #expect(try summary("?model=\(model.prefix(8))&options=\(options)").groups.count == 1)
        #expect(try summary("?model=\(String(repeating: "0", count: 64))").groups.isEmpty)

        // The mask's own document tells the digest.
        let mask: MaskAnswer = try client.post(
            "/v1/masks?labels=cat,dog&scales=0.5&flip=false&refinement=none", "image/jpeg", Picture.jpeg(comment: "5")
        ).document()
        #expect(mask.groundTruth?.optionsDigest == options)
    }

    /// The same options mean other masks there.
    @Test(arguments: [nil, 1] as [Int?])
    func masksOfAnOlderProgram_areAGroupOfTheirOwn(revision: Int?) throws {
        _ = try label(0..<1, TestClient.fastOptions)
        let mask: MaskAnswer = try client.post(
            "/v1/masks?labels=cat,dog&\(TestClient.fastOptions)", "image/jpeg", Picture.jpeg(comment: "0")
        ).document()
        let record = try #require(try server.store.mask(maskID(mask.id)))
        let now = try MaskAddress.Content(record.options)
        #expect(now.revision == Pipeline.revision)
        let then = MaskAddress.Content(revision: revision, labels: now.labels, options: now.options)
        let id = try maskID(String(repeating: "a", count: 64))
        try server.store.insert(
            MaskRecord(
                id: id, imageSHA256: record.imageSHA256, imageWidth: record.imageWidth, imageHeight: record.imageHeight,
                imageMediaType: record.imageMediaType, modelDigest: record.modelDigest,
                options: try MaskAddress.canonical(then), labelSource: .given, maskPNG: record.maskPNG,
                classes: record.classes, timings: [], createdAt: Date()), imageBytes: Picture.jpeg(comment: "0"),
            for: .everybody)
        _ = try client.putGroundTruth(TruthFixture.png(index: 0), of: id.rawValue)
        let groups = try summary().groups
        #expect(groups.map(\.images) == [1, 1])
        #expect(Set(groups.map(\.revision)) == [revision, Pipeline.revision])
        #expect(groups.allSatisfy { $0.options?.scales == [1] })
    }

    @Test func pages_followOnEachOther() throws {
        _ = try label(0..<2, TestClient.fastOptions)
        _ = try label(2..<3, "labels=none")
        _ = try label(3..<4, "scales=0.5&flip=false&refinement=none")
        let all = try summary().groups
        var pages: [SummaryAnswer.Group] = []
        var cursor: String? = ""
        while let place = cursor {
            let page = try summary("?limit=1" + (place.isEmpty ? "" : "&cursor=\(place)"))
            #expect(page.groups.count == 1)
            pages += page.groups
            cursor = page.nextCursor
        }
        #expect(pages == all && all.count == 3)
    }

    /// Pages of the store are shorter than this.
    @Test func manyMasks_areAllCounted() throws {
        var sum = 0
        let score = { (pixels: Int) in
            Data(
                #"{"classCount":20,"image":{"contours":[],"pairs":[{"truth":0,"prediction":0,"pixels":\#(pixels)}]}}"#
                    .utf8)
        }
        let mask: MaskAnswer = try client.postMask().document()
        _ = try client.putGroundTruth(TruthFixture.png(index: 0), of: mask.id)
        let record = try #require(try server.store.mask(maskID(mask.id)))
        let digest = try #require(try server.store.groundTruth(of: record.id)?.optionsDigest)
        for number in 1...1100 {
            let id = try #require(MaskID(rawValue: String(format: "%064x", number)))
            let copy = MaskRecord(
                id: id, imageSHA256: record.imageSHA256, imageWidth: 1, imageHeight: 1, imageMediaType: "image/jpeg",
                modelDigest: record.modelDigest, options: record.options, labelSource: .given, maskPNG: Data([1]),
                classes: [], timings: [], createdAt: Date())
            try server.store.insert(copy, imageBytes: Picture.jpeg.bytes, for: .everybody)
            _ = try server.store.setGroundTruth(
                GroundTruthRecord(
                    sha256: record.imageSHA256, optionsDigest: digest, score: score(number), createdAt: Date()), of: id,
                for: .everybody)
            sum += number
        }
        let group = try #require(try summary().groups.first)
        #expect(group.images == 1101)
        let own: GroundTruthAnswer = try client.get(mask.links.groundTruth).document()
        let pixels = Double(Picture.width * Picture.height)
        let hits = try #require(own.pixelAccuracy) * pixels + Double(sum)
        #expect(abs(try #require(group.pixelAccuracy) - hits / (pixels + Double(sum))) < 1e-12)
    }

    @Test func masksOfAnotherModel_areReportedByIndex_withTheNamesThatAreKnown() throws {
        let mask: MaskAnswer = try client.postMask().document()
        let put: GroundTruthAnswer = try client.putGroundTruth(TruthFixture.png(seed: 8), of: mask.id).document()
        let other = String(repeating: "a", count: 64)
        try server.store.execute(
            "UPDATE mask SET modelDigest = '\(other)'; UPDATE groundTruth SET modelDigest = '\(other)'")
        let group = try #require(try summary("?model=aaaaaaaa").groups.first)
        #expect(group.model == .init(digest: other, name: nil))
        #expect(group.classes.map(\.index) == put.classes.map(\.index) && group.meanIou == put.meanIou)
        for entry in group.classes {
            #expect(entry.name == [0: "background", 8: "cat"][entry.index])
        }
        let figures = try client.get(mask.links.groundTruth)
        #expect(figures.status == 200 && figures.text.contains("\"cat\"") && !figures.text.contains("\"dog\""))
    }
}
