import Crypto
import Engine
import Foundation
import HTTPTypes
import Store

/// `/v1/images`: the pictures that jobs wait for.
struct ImageRoutes: Sendable {
    let service: JobService
    let jobs: JobRoutes

    func add(to router: inout Router) {
        router.on(.put, "/v1/images/{sha256}", maximumBodyBytes: service.limits.maximumBodyBytes, handler: put)
    }

    private func put(_ request: Request, _ parameters: PathParameters, _ reply: @escaping Router.Reply) throws {
        guard let image = ContentDigest(rawValue: parameters["sha256"] ?? "") else {
            throw Problem(.notFound, "An image's address is its SHA-256: 64 lower-case hex digits.")
        }
        let client = request.head.client
        jobs.write(request, reply) {
            if let known = try service.store.uploadIsNeeded(image, from: client.tenant) {
                return try answer(known, image)
            }
            guard !request.body.isEmpty else { throw ImageError.empty }
            let digest = SHA256.hash(data: request.body).hexDigits
            guard digest == image.rawValue else {
                throw Problem(
                    .unprocessableContent, "The body's SHA-256 is \(digest), not that of the address.",
                    errors: [.init(field: "sha256", detail: "is not that of the body")])
            }
            // Whether it is a picture that can be decoded is found out when its turn comes: then only its items fail.
            let type = ImageFormat.sniff(request.body)?.mediaType ?? "application/octet-stream"
            let outcome = try service.store.addImage(
                request.body, as: image, mediaType: type, from: client.tenant, owner: client.token ?? "",
                quota: service.limits.tokenQuota)
            if outcome == .stored { service.imageArrived() }
            return try answer(outcome, image)
        }
    }

    private func answer(_ outcome: UploadOutcome, _ image: ContentDigest) throws -> Response {
        struct Document: Encodable {
            let sha256: String
        }
        switch outcome {
        case .stored: return try .json(Document(sha256: image.rawValue), .created)
        case .alreadyStored: return try .json(Document(sha256: image.rawValue))
        case .notNeeded:
            throw Problem(.conflict, "No job waits for this image; post the job first (POST /v1/jobs).")
        case .overQuota(let held): throw service.overQuota(held, "the image is not kept")
        }
    }
}
