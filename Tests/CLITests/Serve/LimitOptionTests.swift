import Foundation
import Server
import Store
import TestSupport
import Testing

@testable import CLI

/// The flags of the limits.
@Suite struct LimitOptionTests {
    /// Names of the members that are the same in both.
    private func unchanged<Limits>(_ first: Limits, _ second: Limits) -> [String] {
        zip(Mirror(reflecting: first).children, Mirror(reflecting: second).children).compactMap { one, other in
            String(describing: one.value) == String(describing: other.value) ? one.label : nil
        }
    }

    private func options(_ names: [String]) -> [String] { names.map { "--\($0)=7" } }

    @Test func everyLimitOfTheServer_hasAFlag() throws {
        var limits = ServerLimits()
        try ConnectionOptions.parse(
            options([
                "header-timeout", "body-idle-timeout", "minimum-body-rate", "body-timeout", "write-idle-timeout",
                "minimum-answer-rate", "keep-alive-timeout",
                "linger-timeout", "linger-idle-timeout", "maximum-linger-bytes", "maximum-connections",
                "maximum-refusals", "reserved-descriptors", "backlog", "lanes",
            ])
        ).apply(to: &limits)
        try MessageOptions.parse(
            [
                "maximum-head-bytes", "maximum-fields", "maximum-target-bytes", "maximum-chunk-extension-bytes",
                "maximum-trailer-bytes", "maximum-pipelined-bytes", "maximum-buffered-bytes",
                "maximum-dropped-bytes",
            ].map { "--\($0)=777" }
        ).apply(to: &limits)
        try ShareOptions.parse(
            options([
                "client-connections", "client-streams", "maximum-streams", "client-body-bytes", "buffered-answer-bytes",
                "client-answer-bytes",
            ])
        ).apply(to: &limits)
        #expect(unchanged(ServerLimits(), limits) == [])
        #expect(limits.headerTimeout == .seconds(7) && limits.headBytes == 777)
        #expect(try ConnectionOptions.parse(["--header-timeout", "0.25"]).headerTimeout.duration == .milliseconds(250))
    }

    @Test func everyLimitOfARequest_hasAFlag() throws {
        let limits = try ContentOptions.parse(
            options([
                "maximum-body-bytes", "maximum-job-bytes", "maximum-job-lines-bytes", "maximum-parts", "maximum-text-bytes",
                "maximum-labels",
                "maximum-items", "maximum-name-bytes", "maximum-json-depth",
            ])
        ).limits
        // The quota of a token is an option of access.
        #expect(unchanged(RequestLimits(), limits) == ["tokenQuota"])
    }

    @Test func whatJobsMayHold_isBoundedWithTokensOnly_unlessItIsSaid() throws {
        let standard = try HoldingOptions.parse([])
        #expect(standard.quota(queue: nil, hasTokens: false, storeLimit: 1000) == JobQuota.none)
        #expect(
            standard.quota(queue: 3, hasTokens: true, storeLimit: 1000)
                == JobQuota(unfinished: 3, items: 1_000_000, bytes: 500))
        let given = try HoldingOptions.parse(["--token-items", "7", "--token-bytes", "8"])
        for hasTokens in [false, true] {
            #expect(
                given.quota(queue: nil, hasTokens: hasTokens, storeLimit: 1000)
                    == JobQuota(unfinished: nil, items: 7, bytes: 8))
        }
        #expect(standard.jobRetention == nil)
    }

    @Test func withoutFlags_theLimitsAreTheStandardOnes() throws {
        var limits = ServerLimits()
        try ConnectionOptions.parse([]).apply(to: &limits)
        try MessageOptions.parse([]).apply(to: &limits)
        try ShareOptions.parse([]).apply(to: &limits)
        #expect(limits == ServerLimits())
        #expect(try ContentOptions.parse([]).limits == RequestLimits())
    }

    @Test(arguments: [
        "--header-timeout=0", "--body-idle-timeout=-1", "--keep-alive-timeout=86401", "--write-idle-timeout=nan",
        "--minimum-body-rate=0", "--maximum-head-bytes=1", "--maximum-connections=0", "--lanes=65",
        "--maximum-body-bytes=0", "--maximum-items=0", "--maximum-name-bytes=251", "--maximum-json-depth=513",
        "--maximum-labels=x", "--body-timeout=0", "--minimum-answer-rate=0", "--client-connections=0",
        "--client-streams=0", "--maximum-streams=0", "--client-body-bytes=0", "--buffered-answer-bytes=0",
        "--client-answer-bytes=0",
    ])
    func valueOutOfRange_isRefusedByName(_ option: String) throws {
        let name = try #require(option.split(separator: "=").first)
        let result = try pseudolabel("serve", option)
        #expect(result.status == 64 && result.errors.contains(name), "\(result.errors)")
    }

    @Test func help_listsEveryLimitUnderATitle() throws {
        let help = try pseudolabel("serve", "--help").output
        for title in [
            "LIMITS OF A REQUEST'S CONTENT:", "LIMITS OF HTTP MESSAGES:", "CONNECTIONS AND TIME:",
            "SHARES OF ONE CLIENT:",
        ] {
            #expect(help.contains(title))
        }
        #expect(help.contains("PSEUDOLABEL_STORE_LIMIT") && help.contains("--config <file>"))
    }

    @Test func limits_areTheOnesGiven() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(
            dataDirectory: directory.path,
            ["--maximum-body-bytes", "1000", "--maximum-fields", "3", "--maximum-labels", "2"])
        #expect(try server.client().post("/v1/masks", "image/png", Data(count: 1001)).status == 413)
        #expect(try server.client().get("/healthz", fields: "A: 1\r\nB: 2\r\n").status == 200)
        #expect(try server.client().get("/healthz", fields: "A: 1\r\nB: 2\r\nC: 3\r\n").status == 431)
        let labels = try server.client().post("/v1/masks?labels=cat,dog,cow", "image/png", Data(count: 10))
        let problem: ProblemAnswer = try labels.document()
        #expect(problem.status == 400 && problem.fields == ["labels"])
    }
}
