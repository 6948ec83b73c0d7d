import Foundation
import TestSupport
import Testing

@testable import Server

private let digest = sha256(stubPicture(1))

/// A body of a job, and which field is told to be at fault.
private struct Fault: CustomTestStringConvertible {
    let body: String
    let field: String
    var testDescription: String { "\(field) in \(body.prefix(80))" }

    init(_ body: String, _ field: String) { (self.body, self.field) = (body, field) }

    static func item(_ members: String, _ field: String) -> Fault {
        Fault(#"{"items":[{"name":"first","sha256":"\#(digest)"},{\#(members)}]}"#, field)
    }

    static func head(_ member: String, _ field: String) -> Fault {
        Fault(#"{\#(member),"items":[{"name":"a","sha256":"\#(digest)"}]}"#, field)
    }

    static let sha = #""sha256":"\#(digest)""#
    static let all: [Fault] = [
        Fault("{}", "items"), Fault(#"{"items":[]}"#, "items"), Fault(#"{"items":null}"#, "items"),
        Fault(#"{"items":7}"#, "items"), Fault(#"{"items":[7]}"#, "items[0]"),
        head(#""name":7"#, "name"), head(#""name":"a/b""#, "name"), head(#""nmae":"a""#, "nmae"),
        head(#""name":"\#(String(repeating: "n", count: 201))""#, "name"),
        head(#""options":7"#, "options"), head(#""options":{"scale":[1]}"#, "options.scale"),
        head(#""options":{"scales":[]}"#, "options.scales"), head(#""options":{"scales":[9]}"#, "options.scales"),
        head(#""options":{"scales":["1"]}"#, "options.scales[0]"), head(#""options":{"flip":1}"#, "options.flip"),
        head(#""options":{"refinement":"crf"}"#, "options.refinement"),
        head(#""options":{"background":1.5}"#, "options.background"),
        head(#""callback_url":"http://example.org/""#, "callback_url"),
        item(#""name":"a""#, "items[1].sha256"), item(sha, "items[1].name"),
        item(#""name":"first",\#(sha)"#, "items[1].name"), item(#""name":"",\#(sha)"#, "items[1].name"),
        item(#""name":"..",\#(sha)"#, "items[1].name"), item(#""name":"/a",\#(sha)"#, "items[1].name"),
        item(#""name":"a/../b",\#(sha)"#, "items[1].name"), item(#""name":"a//b",\#(sha)"#, "items[1].name"),
        item(#""name":"a/",\#(sha)"#, "items[1].name"), item(#""name":"./a",\#(sha)"#, "items[1].name"),
        item(#""name":"..\\a",\#(sha)"#, "items[1].name"), item(#""name":"first.png/a",\#(sha)"#, "items[1].name"),
        item(#""name":"a\u0000",\#(sha)"#, "items[1].name"), item(#""name":"a\u007f",\#(sha)"#, "items[1].name"),
        item(#""name":"C:\\b",\#(sha)"#, "items[1].name"), item(#""name":"a\u0085",\#(sha)"#, "items[1].name"),
        item(#""name":"a\u202eb",\#(sha)"#, "items[1].name"), item(#""name":"a\u2028",\#(sha)"#, "items[1].name"),
        head(#""name":"a\u2066""#, "name"),
        head(#""name":"a","name":"b""#, "name"), item(#""name":"a","name":"b",\#(sha)"#, "name"),
        item(#""name":"a",\#(sha),"labels":["\#(String(repeating: "e\u{301}", count: 100))"]"#, "items[1].labels"),
        item(#""name":"\#(String(repeating: "é", count: 101))",\#(sha)"#, "items[1].name"),
        item(#""name":"a","sha256":"\#(digest.uppercased())""#, "items[1].sha256"),
        item(#""name":"a","sha256":"\#(digest.dropLast())""#, "items[1].sha256"),
        item(#""name":"a",\#(sha),"labels":[""]"#, "items[1].labels"),
        item(#""name":"a",\#(sha),"labels":["cat,"]"#, "items[1].labels"),
        item(#""name":"a",\#(sha),"labels":["unicorn"]"#, "items[1].labels"),
        item(#""name":"a",\#(sha),"labels":"cat""#, "items[1].labels"),
        item(#""name":"a",\#(sha),"labels":[1]"#, "items[1].labels[0]"),
        item(#""name":"a",\#(sha),"label":["cat"]"#, "items[1].label"),
    ]
}

@Suite struct SubmissionRefusalTests {
    @Test(arguments: Fault.all) fileprivate func fault_isNamed(_ fault: Fault) throws {
        let server = try JobServer.make(isWorking: false)
        let answer = try server.client().post("/v1/jobs", "application/json", Data(fault.body.utf8))
        #expect(answer.status == 422)
        let problem: ProblemAnswer = try answer.document()
        #expect(problem.fields == [fault.field])
        #expect(problem.detail.contains(fault.field))
    }

    @Test func allFaults_areToldAtOnce() throws {
        let server = try JobServer.make(isWorking: false)
        let answer = try server.client().post(
            "/v1/jobs", "application/json",
            Data(
                """
                {"name":"a/b","callback_url":"ftp://a","options":{"scales":[]},"items":[
                    {"name":"a","sha256":"\(digest)"},{"name":"a","sha256":"x","labels":["unicorn"]},
                    {"name":"","sha256":"\(digest)","labels":["cat","griffin"]}]}
                """.utf8))
        let problem: ProblemAnswer = try answer.document()
        #expect(
            problem.fields == [
                "name", "callback_url", "options.scales", "items[1].name", "items[1].sha256", "items[1].labels",
                "items[2].name", "items[2].labels",
            ])
        #expect(problem.detail.contains("8 errors"))
        #expect(problem.errors?.last?.detail.contains("griffin") == true)
    }

    @Test func allUnknownLabelsOfAnItem_areTold() throws {
        let server = try JobServer.make(isWorking: false)
        let answer = try server.client().postJob([item("a", stubPicture(1), labels: ["catt", "cat", "Dog"])])
        let problem: ProblemAnswer = try answer.document()
        #expect(problem.fields == ["items[0].labels", "items[0].labels"])
        #expect(problem.errors?.map(\.detail).last == "unknown label \"Dog\"; did you mean dog?")
    }

    @Test func soManyFaults_areToldInPart() throws {
        let server = try JobServer.make(isWorking: false)
        let answer = try server.client().postJob((0..<150).map { ["name": "\($0)", "sha256": "x"] })
        let problem: ProblemAnswer = try answer.document()
        #expect(problem.fields.count == 100)
        #expect(problem.detail.contains("100 or more errors"))
    }

    @Test(arguments: [
        "", "{", "[1", "\u{FEFF}nonsense", #"{"items":[}"#, #"{"options":{"background":1e999}}"#,
        String(repeating: "[", count: 100_000),
    ])
    func whatIsNotJSON_is400(_ body: String) throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        #expect(try client.post("/v1/jobs", "application/json", Data(body.utf8)).status == 400)
        #expect(try client.post("/v1/jobs", "application/x-ndjson", Data(body.utf8)).status == 400)
    }

    @Test(arguments: [("", 400, "is empty"), (" \n", 400, "is empty"), ("null", 422, "must be an object"), ("7", 422, "an object")])
    func bodyThatIsNoObject_isToldWhatItMustBe(_ body: String, _ status: Int, _ detail: String) throws {
        let answer = try JobServer.make(isWorking: false).client().post("/v1/jobs", "application/json", Data(body.utf8))
        #expect(answer.status == status)
        #expect(try (answer.document() as ProblemAnswer).detail.contains(detail))
    }

    @Test func faultInALine_isNamedWithItsLine() throws {
        let server = try JobServer.make(isWorking: false)
        let client = try server.client()
        func post(_ lines: String) throws -> ProblemAnswer {
            try client.post("/v1/jobs", "application/x-ndjson", Data(lines.utf8)).document()
        }
        let missing = try post(#"{}"# + "\n\n" + #"{"name":"a"}"#)
        #expect(missing.status == 422 && missing.fields == ["line 3: sha256"])
        let broken = try post("{}\n{\n")
        #expect(broken.status == 400 && broken.detail.contains("line 2"))
        #expect(try post(#"{"items":[]}"#).fields == ["line 1: items"])
        #expect(try post("{}\n").fields == ["items"])
    }

    @Test func tooManyItems_andTooLargeABody_are413() throws {
        var limits = RequestLimits()
        limits.maximumItems = 3
        limits.maximumJobBytes = 100_000
        let server = try JobServer.make(isWorking: false, limits: limits)
        let client = try server.client()
        #expect(try client.postJob(items(0..<3)).status == 202)
        #expect(try client.postJob(items(0..<4)).status == 413)
        let lines = (0..<4).map { #"{"name":"\#($0)","sha256":"\#(digest)"}"# }
        let body = Data((["{}"] + lines).joined(separator: "\n").utf8)
        #expect(try client.post("/v1/jobs", "application/x-ndjson", body).status == 413)
        #expect(try client.post("/v1/jobs", "application/json", Data(count: 100_001)).status == 413)
    }

    @Test func otherMediaTypes_andNoBody_areRefused() throws {
        let server = try JobServer.make(isWorking: false)
        for type in ["text/csv", "image/png"] {
            #expect(try server.client().post("/v1/jobs", type, Data("a".utf8)).status == 415)
        }
        #expect(try server.client().request("POST /v1/jobs HTTP/1.1\r\nHost: a\r\n\r\n").status == 400)
    }
}
