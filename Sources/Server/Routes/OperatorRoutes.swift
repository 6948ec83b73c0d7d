import Foundation
import HTTPTypes

/// What a monitoring system and the writer of a client ask for.
struct OperatorRoutes: Sendable {
    let service: MaskService
    let limits: RequestLimits

    func add(to router: inout Router) {
        router.on(.get, "/metrics", handler: metrics)
        let document = OpenAPIDocument(limits: limits)
        let description = document.json
        router.on(.get, "/openapi.json", access: .open) { _, _, reply in
            reply(Response(.ok, MaskRoutes.json, description))
        }
        let lazyPage = LazyAPIPage(document)
        router.on(.get, "/docs", access: .open) { request, _, reply in
            let page = lazyPage.value
            reply(PageRoutes.answer(request, html: page.html, etag: page.etag, policy: page.policy))
        }
    }

    private func metrics(_ request: Request, _ parameters: PathParameters, _ reply: @escaping Router.Reply) throws {
        service.reads.perform(
            for: request.head.client,
            onFailure: { [logger = service.logger] in reply(Response(logging: $0, to: logger)) }
        ) {
            var counts: [JobDocument.State: Int] = [:]
            for tally in try service.store.jobTallies() { counts[JobDocument.State(tally), default: 0] += tally.count }
            let served = service.models.current
            let page = MetricsPage(
                counts: service.metrics.current, traffic: service.metrics.traffic,
                jobs: JobDocument.State.allCases.map { ($0.rawValue, counts[$0] ?? 0) },
                summary: try service.store.summary, queueDepth: service.inference.depth,
                queueCapacity: service.inference.capacity, model: served.model, engine: served.engine)
            var response = Response(.ok, PrometheusText.mediaType, Data(page.text.utf8))
            response.fields[.cacheControl] = "no-store"
            reply(response)
        }
    }
}
