import Engine
import Foundation
import TestSupport
import Testing

@testable import Server

@Suite struct RefusalTests {
    private let server: RouteServer
    private let client: TestClient

    init() throws {
        server = try RouteServer.make()
        client = try server.client()
    }

    /// Checks what all problems have in common.
    private func problem(_ answer: TestClient.Answer, _ status: Int) throws -> ProblemAnswer {
        #expect(answer.status == status)
        #expect(answer.field("Content-Type") == "application/problem+json")
        let problem: ProblemAnswer = try answer.document()
        #expect(problem.status == status)
        #expect(problem.type == "about:blank" && !problem.title.isEmpty && !problem.detail.isEmpty)
        #expect(problem.requestId == answer.field("X-Request-Id"))
        return problem
    }

    // MARK: - Fields

    @Test func unknownLabel_isNamedWithTheNearestOnes() throws {
        let problem = try problem(try client.postMask(.jpeg, "labels=cat,catt"), 422)
        #expect(problem.fields == ["labels"])
        #expect(problem.detail.contains("\"catt\"") && problem.detail.contains("cat, "))
    }

    @Test func unknownLabels_areAllNamed_withWhatTheyMayMean() throws {
        let two = try problem(try client.postMask(.jpeg, "labels=catt,dgo,cat"), 422)
        #expect(two.fields == ["labels", "labels"])
        #expect(two.detail.hasPrefix("2 unknown labels: \"catt\" (nearest: cat, ") && two.detail.contains("\"dgo\""))
        #expect(
            two.errors?.last?.detail.hasPrefix("unknown label \"dgo\"; the model's nearest classes are dog") == true)
        for (label, meant) in [("Cat", "cat"), ("CAT%7Cdog", "cat, dog"), ("dog%20cat", "dog, cat")] {
            let problem = try problem(try client.postMask(.jpeg, "labels=\(label)"), 422)
            #expect(problem.detail.hasSuffix("did you mean \(meant)?"), "\(problem.detail)")
        }
    }

    @Test func unknownLabel_ofAnyLength_isAnsweredInAFewWords() throws {
        let answer = try client.postMask(.jpeg, "labels=" + String(repeating: "x", count: 8000))
        #expect(try problem(answer, 422).fields == ["labels"])
        #expect(answer.body.count < 2000)
    }

    @Test(arguments: [
        ("colour=red", "colour"), ("label=cat", "label"), ("Labels=cat", "Labels"), ("=", ""),
        ("refinement=crf", "refinement"), ("refinement=", "refinement"), ("refinement=Binomial", "refinement"),
        ("background=2", "background"), ("background=-0.1", "background"), ("background=dark", "background"),
        ("certainty=0.5", "certainty"), ("certainty=1", "certainty"), ("certainty=0.2", "certainty"),
        ("certainty=much", "certainty"), ("certainty=0.7&certainty=0.7", "certainty"),
        ("background=nan", "background"), ("background=inf", "background"), ("background=", "background"),
        ("background=0.1&background=0.1", "background"), ("background=1e400", "background"),
        ("scales=", "scales"), ("scales=0", "scales"), ("scales=-1", "scales"), ("scales=4", "scales"),
        ("scales=1,1", "scales"), ("scales=1,,2", "scales"), ("scales=one", "scales"), ("scales=nan", "scales"),
        ("scales=1;2", "scales"), ("scales=.3,.4,.5,.6,.7,.8,.9,1,1.1", "scales"),
        ("flip=maybe", "flip"), ("flip=", "flip"), ("flip=2", "flip"),
        ("labels=cat,", "labels"), ("labels=cat,,dog", "labels"), ("labels=;", "labels"),
        ("labels=cat&labels=", "labels"),
        ("labels=%5B%22cat%22", "labels"),
    ])
    func invalidField_isNamed(_ query: String, _ field: String) throws {
        let problem = try problem(try client.postMask(.jpeg, query), 400)
        #expect(problem.fields == [field])
        #expect(field.isEmpty || problem.detail.contains(field))
        #expect(problem.instance == "/v1/masks")
    }

    // MARK: - Bodies

    @Test(arguments: ["GIF89a......", "%PDF-1.7", "hello", "\0", "\u{ff}\u{d8}"])
    func bytesThatAreNoPicture_areRefused(_ text: String) throws {
        _ = try problem(try client.post("/v1/masks", "image/png", Data(text.utf8)), 415)
    }

    /// The body was read: the next request goes over the same connection.
    @Test(arguments: ["text/plain", "application/pdf", "image"])
    func otherContentType_isRefusedWithTheOnesTaken_andTheConnectionStays(_ type: String) throws {
        let answer = try client.post("/v1/masks", type, try Picture.png.bytes)
        #expect(try problem(answer, 415).detail.contains("image/jpeg"))
        let types = ImageFormat.acceptedMediaTypes + ["multipart/form-data"]
        #expect(types.contains("image/webp") && answer.field("Accept") == types.joined(separator: ", "))
        #expect(answer.field("Connection") == nil)
        #expect(try client.get("/healthz").status == 200)
    }

    @Test(arguments: [
        nil, "application/octet-stream", "application/x-www-form-urlencoded", "image/jpg", "image/pjpeg", "image/gif",
    ])
    func contentTypeThatSaysNothing_leavesItToTheBytes(_ type: String?) throws {
        for picture in Picture.allCases {
            let answer = try client.post("/v1/masks?labels=cat&\(TestClient.fastOptions)", type, picture.bytes)
            #expect(answer.status == 200)
            #expect(try answer.document(MaskAnswer.self).image.mediaType == picture.mediaType)
        }
        _ = try problem(try client.post("/v1/masks", type, Data("GIF89a..".utf8)), 415)
        _ = try problem(try client.post("/v1/masks", type, Data()), 400)
    }

    /// Of a JPEG the signature survives.
    @Test(arguments: Picture.allCases) func fileWithoutItsLineBreaks_isToldHowToBeSent(_ picture: Picture) throws {
        let mangled = try picture.bytes.filter { ![0, 10, 13].contains($0) }
        let answer = try client.post("/v1/masks", "application/x-www-form-urlencoded", mangled)
        #expect(try problem(answer, 415).detail.contains("--data-binary"))
        #expect(answer.field("Accept")?.contains("image/png, ") == true)
    }

    /// What curl --data-binary sends is whole.
    @Test func wholeFileOfAnotherFormat_isRefusedByName() throws {
        let tiff = Data("II*".utf8) + Data([0, 8, 0, 0, 0])
        let answer = try client.post("/v1/masks", "application/x-www-form-urlencoded", tiff)
        let detail = try problem(answer, 415).detail
        #expect(detail.contains("looks like TIFF") && !detail.contains("curl"))
    }

    @Test func contentTypeOfTheOtherKind_isNoFault() throws {
        let answer = try client.post("/v1/masks?labels=cat&\(TestClient.fastOptions)", "image/png", Picture.jpeg.bytes)
        #expect(answer.status == 200)
        #expect(try answer.document(MaskAnswer.self).image.mediaType == "image/jpeg")
    }

    @Test func formatsThatAreNotRead_areNamedWithAdvice() throws {
        let heic = Data([0, 0, 0, 24]) + Data("ftypheic....mif1".utf8)
        let detail = try problem(try client.post("/v1/masks", "image/jpeg", heic), 415).detail
        #expect(detail.contains("looks like HEIC") && detail.contains("Export it as JPEG"))
    }

    @Test(arguments: Picture.allCases, [40, 500, 3000])
    func truncatedPicture_isRefused(_ picture: Picture, _ bytes: Int) throws {
        let answer = try client.post("/v1/masks?labels=cat", picture.mediaType, try picture.bytes.prefix(bytes))
        #expect(try problem(answer, 422).fields == ["image"])
    }

    @Test(arguments: ["image/jpeg", "image/png", "image/webp"]) func emptyBody_isRefused(_ type: String) throws {
        #expect(try problem(try client.post("/v1/masks", type, Data()), 400).fields == ["image"])
        let chunked = try client.request(
            "POST /v1/masks HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "0\r\n\r\n")
        #expect(try problem(chunked, 400).fields == ["image"])
    }

    @Test func requestWithoutABody_isToldWhatToSend() throws {
        for text in ["", "Content-Length: 0\r\n"] {
            let answer = try client.request("POST /v1/masks HTTP/1.1\r\nHost: a\r\n\(text)\r\n")
            #expect(try problem(answer, 400).detail.contains("JPEG, PNG or WebP"))
        }
        let form = try client.request("POST /v1/masks HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data\r\n\r\n")
        #expect(try problem(form, 400).detail.contains("boundary"))
    }

    @Test func pictureOfTooManyPixels_isRefusedWithTheLimit() throws {
        let server = try RouteServer.make(maximumPixels: Picture.width * Picture.height - 1)
        let answer = try server.client().postMask()
        #expect(try problem(answer, 413).detail.contains("112 x 75"))
        let exact = try RouteServer.make(maximumPixels: Picture.width * Picture.height)
        #expect(try exact.client().postMask().status == 200)
    }

    @Test func pictureThatClaimsAGigapixel_isRefusedFromItsHeader() throws {
        let answer = try client.post("/v1/masks", "image/png", Picture.enormousPNG)
        #expect(try problem(answer, 413).detail.contains("30000 x 30000"))
    }

    @Test func bodyOverTheLimit_isRefusedBeforeItIsSent() throws {
        let bytes = RequestLimits().maximumBodyBytes + 1
        try client.send(TestClient.head("/v1/masks", "image/png", bodyBytes: bytes, fields: "Expect: 100-continue\r\n"))
        let answer = try client.answer()
        _ = try problem(answer, 413)
        #expect(answer.field("Connection") == "close")
    }

    @Test func bodyOverTheLimit_isRefusedAlsoInChunks() throws {
        var limits = RequestLimits()
        limits.maximumBodyBytes = 100_000
        let client = try RouteServer.make(limits: limits).client()
        try client.send(
            "POST /v1/masks HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "20000\r\n")
        try client.send(Data(count: 0x20000))
        _ = try problem(try client.answer(), 413)
    }

    // MARK: - Negotiation, paths, methods

    @Test(arguments: ["text/html", "image/jpeg", "application/json;q=0", "image/png;q=0, application/xml"])
    func acceptOfNeitherForm_isRefused(_ accept: String) throws {
        _ = try problem(try client.postMask(fields: "Accept: \(accept)\r\n"), 406)
        let id = String(repeating: "0", count: 64)
        _ = try problem(try client.get("/v1/masks/\(id)", fields: "Accept: \(accept)\r\n"), 406)
    }

    @Test(arguments: ["", "/mask.png", "/overlay.png"]) func unknownMask_isNotFound(_ form: String) throws {
        for id in [String(repeating: "0", count: 64), "x", String(repeating: "A", count: 64), "..%2f..%2fetc"] {
            _ = try problem(try client.get("/v1/masks/\(id)\(form)"), 404)
        }
    }

    @Test(arguments: ["/index.html", "/v1", "/v1//masks", "/v2/masks", "/v1/models//", "/favicon.ico"])
    func otherPath_isNotFound(_ path: String) throws {
        _ = try problem(try client.get(path), 404)
    }

    @Test(arguments: [
        ("GET", "/v1/masks", "OPTIONS, POST"), ("DELETE", "/v1/masks/1", "GET, HEAD, OPTIONS"),
        ("POST", "/v1/models", "GET, HEAD, OPTIONS"), ("PUT", "/healthz", "GET, HEAD, OPTIONS"),
    ])
    func otherMethod_isRefusedWithTheAllowedOnes(_ method: String, _ path: String, _ allow: String) throws {
        let answer = try client.request("\(method) \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try problem(answer, 405)
        #expect(answer.field("Allow") == allow)
    }
}
