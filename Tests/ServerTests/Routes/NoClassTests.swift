import Engine
import Foundation
import TestSupport
import Testing

@testable import Server

/// An empty set of labels: none of the classes is in the image.
@Suite struct NoClassTests {
    private let server: RouteServer
    private let client: TestClient

    init() throws {
        server = try RouteServer.make()
        client = try server.client()
    }

    private func mask(_ query: String) throws -> MaskAnswer {
        let answer = try client.postMask(.jpeg, "\(query)&\(TestClient.fastOptions)")
        #expect(answer.status == 200 && answer.field("X-Mask-Label-Source") == "given")
        #expect(answer.field("X-Mask-Labels") == "")
        return try answer.document()
    }

    @Test func emptyLabels_makeAMaskOfBackgroundAlone() throws {
        let made = try mask("labels=")
        #expect(made.labels.isEmpty && made.classes.isEmpty && made.labelSource == "given")
        let png = try client.get(made.links.mask).body
        #expect(Set(try VOCPNG.decode(png).indices) == [IndexMask.background])
        // The same request, however it is written, and another than one that leaves labels out.
        for query in ["labels=%20", "labels", "labels=%5B%5D", "labels=&labels="] {
            #expect(try mask(query).id == made.id)
        }
        let predicted: MaskAnswer = try client.postMask(.jpeg, TestClient.fastOptions).document()
        #expect(predicted.labelSource == "predicted" && predicted.id != made.id)
    }

    @Test func emptyPartOfAForm_isTheSame() throws {
        for text in ["", "[]"] {
            var form = MultipartForm()
            form.add("labels", text)
            form.addFile("image", try Picture.jpeg.bytes, type: "image/jpeg")
            let answer = try client.post("/v1/masks?\(TestClient.fastOptions)", MultipartForm.contentType, form.body)
            let made: MaskAnswer = try answer.document()
            #expect(made.id == (try mask("labels=").id))
        }
    }

    @Test func arrayInAPartOfAForm_isAList() throws {
        var form = MultipartForm()
        form.add("labels", #"["cat", "dog"]"#)
        form.addFile("image", try Picture.jpeg.bytes, type: "image/jpeg")
        let answer = try client.post("/v1/masks?\(TestClient.fastOptions)", MultipartForm.contentType, form.body)
        #expect(try answer.document(MaskAnswer.self).labels == ["cat", "dog"])
    }
}
