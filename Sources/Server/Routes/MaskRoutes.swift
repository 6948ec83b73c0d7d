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
            .post, "/v1/masks", mediaTypes: MaskRequest.imageTypes + [MaskRequest.formType],
            maximumBodyBytes: limits.maximumBodyBytes, handler: post)
        router.on(.get, "/v1/masks/{id}") { request, parameters, reply in
            let type = try negotiated(request)
            try answer(request, parameters, as: type, reply)
        }
        router.on(.get, "/v1/masks/{id}/mask.png") { request, parameters, reply in
            try answer(request, parameters, as: MaskRoutes.png, cached("private, max-age=31536000, immutable", reply))
        }
        router.on(.get, "/v1/masks/{id}/overlay.png") { request, parameters, reply in
            // Another version of the server may draw it otherwise.
            try overlay(request, parameters, cached("private, max-age=3600", reply))
        }
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
        guard request.head.fields[.contentType] != nil else {
            throw Problem(
                .badRequest, "The request has no body; send a JPEG or PNG, or a form with a part named image.")
        }
        let served = service.models.current
        let wanted = try MaskRequest(request, model: served.model, limits: limits)
        service.mask(for: wanted, of: served, client: request.head.client) { respond($0, as: type, reply) }
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

    private func overlay(_ request: Request, _ parameters: PathParameters, _ reply: @escaping Router.Reply) throws {
        let id = try MaskRoutes.maskID(parameters)
        let finish: @Sendable (Result<Data, any Error>) -> Void = { result in
            switch result {
            case .success(let png): reply(Response(.ok, MaskRoutes.png, png))
            case .failure(let error): fail(error, reply)
            }
        }
        let client = request.head.client
        service.read(for: client, finish) { [store = service.store] in
            guard let record = try store.mask(id, for: client.tenant), let bytes = try store.image(record.imageSHA256) else { return nil }
            // Whatever was stored was accepted under the limit of its day.
            let decoder = ImageDecoder(maximumPixels: record.imageWidth * record.imageHeight)
            let mask = try VOCPNG.decode(record.maskPNG, maximumPixels: decoder.maximumPixels)
            return PNGEncoder.rgb(Overlay.render(image: try decoder.decode(bytes), mask: mask))
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
