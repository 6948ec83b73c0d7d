import Engine
import HTTPTypes
import Store
import Text

/// `/v1/metrics/summary`: how good all masks are that have ground truth.
struct MetricsRoutes: Sendable {
    let service: MaskService

    private static let pageSizes = 1...100
    /// A shorter one would hardly be meant.
    private static let prefixLengths = 8...64

    func add(to router: inout Router) {
        router.on(.get, "/v1/metrics/summary", handler: summary)
    }

    private func summary(_ request: Request, _ parameters: PathParameters, _ reply: @escaping Router.Reply) throws {
        struct Page: Encodable {
            let groups: [ScoreGroupDocument]
            let nextCursor: String?
        }
        let query = try RequestQuery(request, known: ["model", "options", "limit", "cursor"])
        let model = try digestPrefix("model", query)
        let options = try digestPrefix("options", query)
        let limit = try query.limit(Self.pageSizes, default: Self.pageSizes.upperBound)
        let after = try query.text("cursor").map { text in
            guard let group = GroundTruthGroup(cursor: text) else {
                throw query.invalid("cursor", "must be one that an earlier answer gave")
            }
            return group
        }
        let client = request.head.client
        service.reads.perform(
            for: client,
            onFailure: { [logger = service.logger] in reply(Response(logging: $0, to: logger)) }
        ) {
            let groups = try service.store.groundTruthGroups(
                model: model, options: options, after: after, limit: limit + 1, for: client.tenant)
            let page = groups.prefix(limit)
            reply(
                try .json(
                    Page(
                        groups: page.compactMap {
                            try ScoreGroupDocument($0, service.store, for: client.tenant, models: service.models)
                        },
                        nextCursor: groups.count > limit ? page.last?.cursor : nil)))
        }
    }

    private func digestPrefix(_ name: String, _ query: RequestQuery) throws -> String {
        guard let text = query.text(name) else { return "" }
        let isHex = text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
        guard isHex, Self.prefixLengths.contains(text.utf8.count) else {
            throw query.invalid(name, "must be a digest, or at least its first 8 digits, in lower-case hex")
        }
        return text
    }
}

extension GroundTruthGroup {
    /// Names the group in a query.
    var cursor: String { "\(modelDigest)-\(optionsDigest)-\(labelSource.rawValue)" }

    init?(cursor: String) {
        guard cursor.isASCII else { return nil }
        let parts = cursor.split(onByte: "-").map(String.init)
        guard parts.count == 3, let model = ContentDigest(rawValue: parts[0]),
            let options = ContentDigest(rawValue: parts[1]), let source = LabelSource(rawValue: parts[2])
        else { return nil }
        self.init(modelDigest: model, optionsDigest: options, labelSource: source)
    }
}
