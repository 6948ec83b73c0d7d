import Engine
import Foundation
import Store
import TestSupport
import Testing

@testable import Server

/// What is odd about images and labels, from the engine to every answer.
@Suite struct WarningTests {
    private static let odd = Warning(.oddHeader, "a field has a value that its format forbids")

    /// Five pictures: 1 is odd, 2 is given a label that finds nothing, 3 is both, 4 fails.
    private static func ended() throws -> (server: JobServer, client: TestClient, job: String) {
        let server = try JobServer.make()
        let client = try server.client()
        for number in [1, 3] { server.engine.warn(stubPicture(number), odd) }
        server.engine.plan(stubPicture(4), .fail(ImageError.empty))
        let labels = [["cat"], ["cat"], ["cat", "dog"], ["cat", "dog"], ["cat", "dog"]]
        let job = try client.newJob(labels.enumerated().map { item("\($0)", stubPicture($0), labels: $1) })
        for number in labels.indices { _ = try client.put(stubPicture(number)) }
        try server.awaitEnd(job.id)
        return (server, client, job.id)
    }

    @Test func maskAnswers_haveThoseOfTheImageAndOfTheLabelsApart() throws {
        let (_, client, job) = try Self.ended()
        let items = try client.items(job).items
        func mask(_ position: Int) throws -> MaskAnswer {
            try client.get("/v1/masks/\(try #require(items[position].mask))").document()
        }
        let plain = try client.get("/v1/masks/\(try #require(items[0].mask))")
        #expect(!plain.text.contains("warnings"))
        #expect(try mask(1).image.warnings?.map(\.code) == ["odd_header"] && mask(1).warnings == nil)
        #expect(try mask(1).image.warnings?.map(\.detail) == [Self.odd.detail])
        #expect(try mask(2).image.warnings == nil && mask(2).warnings?.map(\.code) == ["label_found_nothing"])
        #expect(try mask(3).image.warnings == mask(1).image.warnings && mask(3).warnings?.count == 1)
    }

    @Test func itemsAndManifest_haveThem() throws {
        let (_, client, job) = try Self.ended()
        let items = try client.items(job).items
        #expect(
            items.map { $0.warnings?.map(\.code) } == [
                nil, ["odd_header"], ["label_found_nothing"], ["odd_header", "label_found_nothing"], nil,
            ])
        let tar = try TarReader(try client.get("/v1/jobs/\(job)/result.tar").body)
        let lines = try #require(tar["manifest.jsonl"]).split(separator: 10).prefix(4)
            .map { try JSONDecoder().decode(ManifestLine.self, from: $0) }
        #expect(
            lines.map { $0.allWarnings.map(\.code) } == [
                [], [.oddHeader], [.labelFoundNothing], [.oddHeader, .labelFoundNothing],
            ])
        #expect(lines[3].image?.warnings == [Self.odd] && lines[3].warnings?.count == 1)
    }

    @Test func filter_findsItemsByWarning_pageByPage() throws {
        let (_, client, job) = try Self.ended()
        func names(_ query: String) throws -> [String] { try client.items(job, query).items.map(\.name) }
        #expect(try names("?warning=any") == ["1", "2", "3"])
        #expect(try names("?warning=odd_header") == ["1", "3"])
        #expect(try names("?warning=label_found_nothing") == ["2", "3"])
        #expect(try names("?warning=nearly_black").isEmpty)
        #expect(try names("?warning=any&state=failed").isEmpty)
        #expect(Set(try names("?warning=any&state=done")) == ["1", "2", "3"])
        let first = try client.items(job, "?warning=any&limit=2")
        #expect(first.items.map(\.name) == ["1", "2"])
        let cursor = try #require(first.nextCursor)
        #expect(try names("?warning=any&limit=2&cursor=\(cursor)") == ["3"])
        let answer = try client.get("/v1/jobs/\(job)/items?warning=odd")
        #expect(answer.status == 400)
        #expect(try answer.document(ProblemAnswer.self).fields == ["warning"])
    }

    @Test func secondJob_hasThemFromTheStore() throws {
        let (server, client, _) = try Self.ended()
        let job = try client.newJob([item("again", stubPicture(3), labels: ["cat", "dog"])])
        try server.awaitEnd(job.id)
        let again = try #require(try client.items(job.id, "?warning=odd_header").items.first)
        #expect(again.fromCache && again.warnings?.count == 2)
    }
}
