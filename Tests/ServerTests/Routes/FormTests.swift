import Foundation
import Testing

@testable import Server
@testable import TestSupport

@Suite struct FormTests {
    private let server: RouteServer
    private let client: TestClient

    init() throws {
        server = try RouteServer.make()
        client = try server.client()
    }

    private func post(_ form: MultipartForm, _ query: String = "") throws -> TestClient.Answer {
        try client.post("/v1/masks\(query)", MultipartForm.contentType, form.body)
    }

    private func fastForm(_ labels: [String], images: Int = 1) throws -> MultipartForm {
        var form = MultipartForm()
        for label in labels { form.add("labels", label) }
        for (name, value) in [("scales", "1"), ("flip", "false"), ("refinement", "none"), ("background", "0.4")] {
            form.add(name, value)
        }
        for _ in 0..<images { form.addFile("image", try Picture.png.bytes, type: "image/png") }
        return form
    }

    @Test(arguments: [["dog", "cat"], ["dog,cat"], ["dog, person", "cat"]])
    func labels_mayBeRepeatedOrSeparatedByCommas(_ labels: [String]) throws {
        let answer = try post(fastForm(labels))
        #expect(answer.status == 200)
        let mask: MaskAnswer = try answer.document()
        #expect(mask.labels == (labels.count == 2 && labels[0] != "dog" ? ["cat", "dog", "person"] : ["cat", "dog"]))
        #expect(mask.options == .init(scales: [1], flip: false, refinement: "none", background: 0.4))
        #expect(mask.image.mediaType == "image/png")
    }

    /// `HostileText` of the command line's tests measures what such text costs; this is what is answered.
    @Test(arguments: ["labels", "refinement", "scales", "flip", "certainty"])
    func endlessMarks_areAnsweredShortlyNamingTheField(_ field: String) throws {
        var form = MultipartForm()
        form.add(field, "a" + String(repeating: "\u{301}\u{323}", count: 10_000))
        form.addFile("image", try Picture.png.bytes, type: "image/png")
        let answer = try post(form)
        #expect((400...422).contains(answer.status))
        #expect(answer.body.count < 2048)
        let problem: ProblemAnswer = try answer.document()
        #expect(problem.fields == [field])
    }

    @Test func labelsOfQueryAndParts_areTakenTogether() throws {
        let mask: MaskAnswer = try post(fastForm(["dog"]), "?labels=cat").document()
        #expect(mask.labels == ["cat", "dog"])
    }

    @Test func missingImage_isRefused() throws {
        let answer = try post(fastForm(["cat"], images: 0))
        #expect(answer.status == 400)
        #expect(try answer.document(ProblemAnswer.self).fields == ["image"])
    }

    @Test func secondImage_isRefused() throws {
        let answer = try post(fastForm(["cat"], images: 2))
        #expect(answer.status == 400)
        #expect(try answer.document(ProblemAnswer.self).fields == ["image"])
    }

    @Test func emptyImage_isRefused() throws {
        var form = MultipartForm()
        form.addFile("image", Data(), type: "image/png")
        let answer = try post(form)
        #expect(answer.status == 400)
        #expect(try answer.document(ProblemAnswer.self).fields == ["image"])
    }

    @Test func unknownPart_isRefusedByName() throws {
        var form = try fastForm(["cat"])
        form.add("colour", "red")
        let answer = try post(form)
        #expect(answer.status == 400)
        #expect(try answer.document(ProblemAnswer.self).fields == ["colour"])
    }

    /// A picture under another name is told its right one, not that it is too long a text.
    @Test func pictureUnderAnotherName_isRefusedByThatName() throws {
        var form = MultipartForm()
        form.addFile("file", Data(count: 1 << 20), type: "image/png")
        form.addFile("image", try Picture.png.bytes, type: "image/png")
        let problem: ProblemAnswer = try post(form).document()
        #expect(problem.status == 400 && problem.fields == ["file"] && problem.detail.contains("image"))
    }

    @Test func optionInQueryAndPart_isRefusedAsGivenTwice() throws {
        let answer = try post(fastForm(["cat"]), "?background=0.5")
        #expect(answer.status == 400)
        #expect(try answer.document(ProblemAnswer.self).fields == ["background"])
    }

    @Test func textThatIsNotUTF8_isRefused() throws {
        var form = try fastForm([])
        form.addFile("labels", Data([0xff, 0xfe]), type: "text/plain")
        let answer = try post(form)
        #expect(answer.status == 400)
        #expect(try answer.document(ProblemAnswer.self).fields == ["labels"])
    }

    /// A megabyte of commas would become a million names, and come back in the message.
    @Test func textOfUnreasonableLength_isRefusedBeforeItIsTakenApart() throws {
        for text in [String(repeating: ",", count: 1 << 20), String(repeating: "a", count: 1 << 20)] {
            let answer = try post(fastForm([text]))
            #expect(answer.status == 400)
            #expect(try answer.document(ProblemAnswer.self).fields == ["labels"])
            #expect(answer.body.count < 2000)
        }
    }

    @Test func formWithoutItsEnd_isRefused() throws {
        let answer = try client.post(
            "/v1/masks", MultipartForm.contentType, try fastForm(["cat"]).body.dropLast(20))
        #expect(answer.status == 400)
        #expect(answer.field("Content-Type") == "application/problem+json")
    }
}
