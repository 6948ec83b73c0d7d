import Engine
import Foundation
import HTTPTypes
import Store

/// `/v1/masks/{id}/overlay.png`: an image with its mask over it, for people.
struct OverlayRoutes: Sendable {
    let service: MaskService

    static let widths = 1...OverlaySize.maximumSide
    /// Another version of the server may draw it otherwise.
    static let cacheControl = "private, max-age=3600"

    func add(to router: inout Router) {
        router.on(.get, "/v1/masks/{id}/overlay.png", handler: get)
    }

    private func get(_ request: Request, _ parameters: PathParameters, _ reply: @escaping Router.Reply) throws {
        let head = request.head
        let query = try RequestQuery(request, known: ["width", "outline"])
        let key = OverlayKey(
            mask: try MaskRoutes.maskID(parameters), width: try OverlayRoutes.width(query),
            outline: try query.flag("outline", default: true), revision: Overlay.revision)
        let etag = OverlayRoutes.etag(key)
        let isKnown = EntityTag.isKnown(etag, to: head.fields)
        // Its address says all that it is made of: no need to look. But * asks whether there is one.
        let asksForAny = head.fields[.ifNoneMatch]?.utf8.elementsEqual("*".utf8) == true
        if isKnown && !asksForAny { return reply(respond(etag, .notModified)) }
        service.overlay(key, for: head.client) { [service] result in
            switch result {
            case .failure(let error): reply(Response(logging: error, to: service.logger))
            case .success where isKnown: reply(respond(etag, .notModified))
            case .success(.drawn(let png)): reply(respond(etag, body: .data(png)))
            case .success(.stored(let length)):
                let source = ResultSource(
                    OverlayPieces(key, store: service.store), range: 0..<length, pool: service.reads,
                    client: ClientKey(head.client), logger: service.logger)
                reply(respond(etag, body: .stream(BodyStream(length: length, source: source))))
            }
        }
    }

    private static func etag(_ key: OverlayKey) -> String {
        let width = key.width.map(String.init) ?? "default"
        return "\"\(key.mask)-\(width)-\(key.outline ? "" : "plain-")\(key.revision)\""
    }

    /// - Throws: a 400 for anything but a number in `widths`.
    private static func width(_ query: RequestQuery) throws -> Int? {
        guard let text = query.text("width") else { return nil }
        // Short before it is looked at more closely.
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy(ASCII.isDigit), let width = Int(text),
            widths.contains(width)
        else {
            throw query.invalid("width", "must be a number of pixels from \(widths.lowerBound) to \(widths.upperBound)")
        }
        return width
    }

    private func respond(
        _ etag: String, _ status: HTTPResponse.Status = .ok, body: Response.Body = .data(Data())
    ) -> Response {
        var response = Response(status, fields: [.eTag: etag, .cacheControl: OverlayRoutes.cacheControl])
        if status == .ok { response.fields[.contentType] = MaskRoutes.png }
        response.body = body
        return response
    }
}
