import Foundation
import TestSupport
import Testing

@testable import Server

@Suite struct MaskAddressTests {
    private let server: RouteServer
    private let client: TestClient

    init() throws {
        server = try RouteServer.make()
        client = try server.client()
    }

    private func id(_ query: String, _ picture: Picture = .jpeg) throws -> String {
        let answer: MaskAnswer = try client.postMask(picture, query).document()
        return answer.id
    }

    @Test func sameRequestAgain_isAnsweredFromTheStore_withoutTheNetwork() throws {
        let first: MaskAnswer = try client.postMask().document()
        #expect(!first.cached)
        // From here on nothing can be inferred.
        server.service.inference.shutdown()
        let again = try client.postMask()
        #expect(again.status == 200 && again.field("X-Cache") == "hit")
        let second: MaskAnswer = try again.document()
        #expect(second.cached && second.id == first.id && second.createdAt == first.createdAt)
        #expect(second.classes == first.classes && second.timings == first.timings)
        #expect(try client.postMask(.png).status == 503)
    }

    @Test func orderAndRepetitionOfLabels_doNotMatter() throws {
        let wanted = try id("labels=cat,dog&\(TestClient.fastOptions)")
        for labels in [
            "labels=dog,cat", "labels=cat,dog,cat", "labels=dog&labels=cat", "labels=%20dog%20,cat",
            "labels=dog%3Bcat", "labels=%5B%22cat%22,%22dog%22%5D", "labels=cat&labels=dog,cat;dog",
        ] {
            #expect(try id("\(labels)&\(TestClient.fastOptions)") == wanted)
        }
    }

    @Test func optionsAtTheirDefaults_areTheSameAsNoOptions() throws {
        let background = try RouteServer.model.get().description.backgroundScore.none
        let wanted = try id("labels=cat&\(TestClient.fastOptions)")
        #expect(try id("labels=cat&\(TestClient.fastOptions)&background=\(background)") == wanted)
        #expect(try id("flip=0&labels=cat&refinement=none&scales=1.0") == wanted)
    }

    @Test func whateverTheMaskDependsOn_changesTheID() throws {
        let queries = [
            "labels=cat&scales=1&flip=false&refinement=none", "labels=dog&scales=1&flip=false&refinement=none",
            "labels=cat,dog&scales=1&flip=false&refinement=none", "scales=1&flip=false&refinement=none",
            "labels=cat&scales=0.5&flip=false&refinement=none", "labels=cat&scales=1&flip=true&refinement=none",
            "labels=cat&scales=1&flip=false&refinement=binomial",
            "labels=cat&scales=1&flip=false&refinement=none&background=0.5",
            "labels=cat&scales=1&flip=false&refinement=none&certainty=0.8",
            "labels=&scales=1&flip=false&refinement=none",
        ]
        var ids = Set(try queries.map { try id($0) })
        ids.insert(try id(queries[0], .png))
        #expect(ids.count == queries.count + 1)
    }

    @Test func formAndPlainUpload_ofTheSamePicture_areOneMask() throws {
        let wanted = try id("labels=cat,dog&\(TestClient.fastOptions)")
        var form = MultipartForm()
        form.add("labels", "dog")
        form.add("labels", "cat")
        form.addFile("image", try Picture.jpeg.bytes, type: "image/jpeg")
        let answer = try client.post("/v1/masks?\(TestClient.fastOptions)", MultipartForm.contentType, form.body)
        let mask: MaskAnswer = try answer.document()
        #expect(mask.id == wanted && mask.cached)
    }
}
