import Engine
import Foundation

/// The description of the whole API, OpenAPI 3.1. Limits and defaults are the server's own; classes come with the model and
/// are told by `/v1/models`. Tests compare its paths and scopes with the router's, and real answers with its schemas.
struct OpenAPIDocument: Sendable {
    let limits: RequestLimits

    var json: Data {
        Data(
            """
            {
              "openapi": "3.1.0",
              "info": {
                "title": "pseudolabel",
                "version": "\(ServiceVersion.current)",
                "summary": "Pixel masks from images of which only the classes are known.",
                "description": "\(Self.description)"
              },
              "servers": [{"url": "/", "description": "Where this document comes from."}],
              "security": [{}, {"token": ["read"]}],
              "tags": \(Self.tags),
              "paths": {
            \([maskPaths, groundTruthPaths, jobPaths, resultPaths, servicePaths].joined(separator: ",\n"))
              },
              "components": {
                "securitySchemes": {
                  "token": {"type": "http", "scheme": "bearer",
                    "description": "Where the operator gives out tokens. Roles are scopes: read looks up, label makes and changes, admin sees and deletes what others made; each implies those before it."}
                },
                "parameters": \(Self.parameters),
                "headers": \(Self.headers),
                "responses": \(Self.refusals),
                "examples": {
            \([Self.maskExamples, Self.jobExamples, Self.problemExamples].joined(separator: ",\n"))
                },
                "schemas": \(schemas)
              }
            }
            """.utf8)
    }

    /// Markdown. What holds for every operation is said here once.
    private static let description = [
        "A picture and the names of what is in it become an indexed mask: 0 is the background, k the model's k-th class, "
            + "255 is left out.",
        "**Methods.** HEAD is answered for every GET: its status and fields, no body, Range not looked at. OPTIONS is "
            + "answered 204 with Allow, any other method 405 with Allow.",
        "**Bodies** without a Content-Type, or with one that says nothing of them (application/octet-stream, "
            + "application/x-www-form-urlencoded, any image/… where images are taken), are told by their bytes. They "
            + "may come with Content-Encoding gzip or deflate; limits are of the decompressed size.",
        "**Refusals** are problem documents (RFC 9457). Those that any request may meet, whatever its operation, are under "
            + "default: 405, 408 and 417 of the exchange, 414 and 431 of a head that is too long, 501 and 505.",
        "**Fields of every answer:** X-Request-Id (the client's own where it sent up to 128 letters, digits, `-`, `_`, `.`, "
            + "`:`), Date, X-Content-Type-Options, Content-Security-Policy and Referrer-Policy. Cache-Control is no-store "
            + "where nothing else is said. Where the operator allows pages of other origins, Vary has Origin too.",
        "**Tokens.** Where the operator gives out tokens, each operation with a security requirement needs one with the "
            + "scope it names; where not, nobody does. Each token has masks, images and jobs of its own, unless the operator "
            + "shares them: those of another are 404, as if they were not there.",
        "**Idempotence.** The same picture, model, labels and options are the same mask, with the same id; POST "
            + "/v1/jobs takes an Idempotency-Key.",
    ].joined(separator: #"\n\n"#)

    private static let tags = """
        [
            {"name": "masks", "description": "Masks of single pictures, made at once and kept until they are evicted."},
            {"name": "ground truth", "description": "How good masks are: compared with what a person drew."},
            {"name": "jobs", "description": "Data sets: taken in, worked through, followed, and had as one archive."},
            {"name": "service", "description": "The model, whether the service lives, and what operators and clients read."}
          ]
        """

    private static let parameters = """
        {
          "MaskID": {"name": "id", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/Digest"},
            "description": "Address of a mask, as an answer gave it.",
            "example": "2f616e9acfa718def215cfc4ae2b27f220910ab0ad272fc1c9d1b162c4fc6708"},
          "JobID": {"name": "id", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/JobID"},
            "description": "Of a job, as an answer gave it.", "example": "c116a5c21ef598594d7f888bd5a2800e"},
          "ImageDigest": {"name": "sha256", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/Digest"},
            "description": "SHA-256 of the picture's bytes.",
            "example": "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb"},
          "PageSize": {"name": "limit", "in": "query", "description": "Most entries of the page.", "example": 20,
            "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}}
        }
        """
}
