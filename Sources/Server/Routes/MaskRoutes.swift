import Engine
import Foundation
import HTTPTypes
import Store

/// `/v1/masks`: make a mask, and get it again in its several forms.
struct MaskRoutes: Sendable {
    let service: MaskService
    let limits: RequestLimits

    static let png = "image/png"
    static let json = "application/json"
    /// Class names hold these as they are in a header; everything else is percent-encoded.
    private static let headerCharacters = CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.")

    static func path(_ id: MaskID) -> String { "/v1/masks/\(id.rawValue)" }

    func add(to router: inout Router) {
        router.on(
            .post, "/v1/masks", mediaTypes: MaskRequest.imageTypes + [MaskRequest.formType], tellsTypeByBytes: true,
            maximumBodyBytes: limits.maximumBodyBytes, handler: post)
        router.on(.get, "/v1/masks/{id}") { request, parameters, reply in
            let type = try negotiated(request)
            try answer(request, parameters, as: type, reply)
        }
        router.on(.get, "/v1/masks/{id}/mask.png") { request, parameters, reply in
            try answer(request, parameters, as: MaskRoutes.png, cached("private, max-age=31536000, immutable", reply))
        }
        OverlayRoutes(service: service).add(to: &router)
    }

    /// A mask never changes: its address is made of all that it is made of.
    private func cached(_ cacheControl: String, _ reply: @escaping Router.Reply) -> Router.Reply {
        { response in
            var response = response
            if response.status == .ok { response.fields[.cacheControl] = cacheControl }
            // Its form is in its address: a cache need not keep one for each Accept.
            response.fields[.vary] = nil
            reply(response)
        }
    }

    private func post(_ request: Request, _ parameters: PathParameters, _ reply: @escaping Router.Reply) throws {
        let type = try negotiated(request)
        guard request.head.framing != .none || request.head.fields[.contentType] != nil else {
            throw Problem(
                .badRequest,
                "The request has no body; send a \(ImageFormat.names), or a form with a part named image.")
        }
        service.mask(for: request, limits: limits) { respond($0, as: type, reply) }
    }

    private func answer(
        _ request: Request, _ parameters: PathParameters, as type: String, _ reply: @escaping Router.Reply
    ) throws {
        let id = try MaskRoutes.maskID(parameters)
        let client = request.head.client
        service.read(for: client, { respond($0, as: type, reply) }) { [service] in
            try service.stored(id, for: client.tenant)
        }
    }

    private func respond(_ result: Result<MaskService.Answer, any Error>, as type: String, _ reply: Router.Reply) {
        do {
            let answer = try result.get()
            var response =
                type == MaskRoutes.png
                ? Response(.ok, MaskRoutes.png, answer.record.maskPNG)
                : try .json(try MaskDocument(answer, models: service.models))
            response.fields[.maskID] = answer.record.id.rawValue
            response.fields[.maskLabels] = answer.record.classes.map { percentEncoded($0.name) }.joined(separator: ",")
            response.fields[.maskLabelSource] = answer.record.labelSource.rawValue
            response.fields[.maskCache] = answer.cached ? "hit" : "miss"
            response.fields[.vary] = "Accept"
            reply(response)
        } catch {
            fail(error, reply)
        }
    }

    private func fail(_ error: any Error, _ reply: Router.Reply) {
        reply(Response(logging: error, to: service.logger))
    }

    private func negotiated(_ request: Request) throws -> String {
        guard let type = Accept.choose([MaskRoutes.json, MaskRoutes.png], for: request.head.fields) else {
            throw Problem(.notAcceptable, "The Accept header allows neither \(MaskRoutes.json) nor \(MaskRoutes.png).")
        }
        return type
    }

    static func maskID(_ parameters: PathParameters) throws -> MaskID {
        guard let id = MaskID(rawValue: parameters["id"] ?? "") else {
            throw Problem(.notFound, "A mask's id is 64 lower-case hex digits.")
        }
        return id
    }

    /// Header values are ASCII; class names may be anything.
    private func percentEncoded(_ name: String) -> String {
        name.addingPercentEncoding(withAllowedCharacters: MaskRoutes.headerCharacters) ?? ""
    }
}

extension HTTPField.Name {
    static let maskID = HTTPField.Name("X-Mask-Id")!
    static let maskLabels = HTTPField.Name("X-Mask-Labels")!
    static let maskLabelSource = HTTPField.Name("X-Mask-Label-Source")!
    static let maskCache = HTTPField.Name("X-Cache")!
}
