import Engine
import HTTPTypes

/// What is not about one mask: the models, and whether the server is alive and ready.
struct ServiceRoutes: Sendable {
    let service: MaskService

    func add(to router: inout Router) {
        router.on(.get, "/v1/models") { [models = service.models] _, _, reply in
            reply(try .json(ModelsDocument(models: [ModelDocument(models.current.model)])))
        }
        router.on(.get, "/healthz", access: .healthCheck) { _, _, reply in
            reply(try .json(["status": "ok"]))
        }
        router.on(.get, "/readyz", access: .healthCheck) { [service] _, _, reply in
            if let reason = service.models.current.engine.unavailability { throw EngineFailure.unavailable(reason) }
            guard service.isReady else { throw Problem.unavailable("The queue for inference is full.", retryAfter: 2) }
            guard service.readiness.isReady() else {
                throw Problem.unavailable(
                    "The server cannot write to its store; its log has the reason.", retryAfter: 2)
            }
            reply(try .json(["status": "ready"]))
        }
    }
}

private struct ModelsDocument: Encodable {
    let models: [ModelDocument]
}

/// What is told of a model.
private struct ModelDocument: Encodable {
    let name: String
    let digest: String
    let `default`: Bool
    let architecture: String
    let outputStride: Int
    let classes: [String]
    let backgroundScore: ModelDescription.BackgroundScore
    let provenance: ModelDescription.Provenance

    init(_ model: Model) {
        name = model.name
        digest = model.digest
        `default` = true
        architecture = model.description.architecture
        outputStride = model.description.outputStride
        classes = model.description.classes
        backgroundScore = model.description.backgroundScore
        provenance = model.description.provenance
    }
}
