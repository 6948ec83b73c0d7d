import Engine
import Foundation
import HTTPTypes
import Store

/// `/v1/masks/{id}/ground-truth`: how a mask compares with what a person drew.
struct GroundTruthRoutes: Sendable {
    let service: MaskService
    let limits: RequestLimits

    static func path(_ id: MaskID) -> String { MaskRoutes.path(id) + "/ground-truth" }

    func add(to router: inout Router) {
        let path = "/v1/masks/{id}/ground-truth"
        router.on(
            .put, path, mediaTypes: [MaskRoutes.png], tellsTypeByBytes: true,
            maximumBodyBytes: limits.maximumBodyBytes, handler: put)
        router.on(.get, path, handler: get)
        router.on(.delete, path, handler: delete)
    }

    private func put(_ request: Request, _ parameters: PathParameters, _ reply: @escaping Router.Reply) throws {
        try RequestQuery.requireNone(request)
        let id = try MaskRoutes.maskID(parameters)
        service.setGroundTruth(request.body, of: id, for: request.head.client) { result in
            respond(
                result.flatMap { answer in
                    Result { try .json(answer.document, answer.isNew ? .created : .ok) }
                }, reply)
        }
    }

    private func get(_ request: Request, _ parameters: PathParameters, _ reply: @escaping Router.Reply) throws {
        try RequestQuery.requireNone(request)
        let id = try MaskRoutes.maskID(parameters)
        let client = request.head.client
        service.read(for: client, { respond($0, reply) }) { [service] in
            guard let answer = try service.stored(id, for: client.tenant) else { return nil }
            guard let truth = answer.groundTruth else { throw GroundTruthRoutes.none }
            return try .json(GroundTruthDocument(truth, of: answer.record, models: service.models))
        }
    }

    private func delete(_ request: Request, _ parameters: PathParameters, _ reply: @escaping Router.Reply) throws {
        try RequestQuery.requireNone(request)
        let id = try MaskRoutes.maskID(parameters)
        let client = request.head.client
        service.write(for: client, { respond($0, reply) }) { [service] in
            if try service.store.removeGroundTruth(of: id, for: client.tenant) { return Response(.noContent) }
            guard try service.store.mask(id, for: client.tenant) != nil else { return nil }
            throw GroundTruthRoutes.none
        }
    }

    private static let none = Problem(
        .notFound, "This mask has no ground truth; PUT an indexed PNG here to compare it with one.")

    private func respond(_ result: Result<Response, any Error>, _ reply: Router.Reply) {
        switch result {
        case .success(let response): reply(response)
        case .failure(let error): reply(Response(logging: error, to: service.logger))
        }
    }
}
