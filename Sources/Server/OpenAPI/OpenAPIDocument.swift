import Engine
import Foundation

/// The description of the whole API, OpenAPI 3.1. Limits and defaults are the server's own; classes come with the model and
/// are told by `/v1/models`. Tests compare its paths with the router's.
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
                "summary": "Pixel masks from images of which only the classes are known."
              },
              "servers": [{"url": "/"}],
              "security": [{}, {"token": []}],
              "tags": [
                {"name": "masks"}, {"name": "ground truth", "description": "How good masks are."},
                {"name": "jobs", "description": "Data sets."}, {"name": "service"}
              ],
              "paths": {
            \([maskPaths, groundTruthPaths, jobPaths, servicePaths].joined(separator: ",\n"))
              },
              "components": {
                "securitySchemes": {
                  "token": {"type": "http", "scheme": "bearer", "description": "Where the operator gives out tokens."}
                },
                "parameters": \(Self.parameters),
                "responses": \(Self.responses),
                "schemas": \(schemas)
              }
            }
            """.utf8)
    }

    /// Answers that are problem documents: these, and any other.
    static func problems(_ codes: Int...) -> String {
        codes.map { "\"\($0)\": {\"$ref\": \"#/components/responses/\($0 == 503 ? "Busy" : "Problem")\"}, " }.joined()
            + "\"default\": {\"$ref\": \"#/components/responses/Problem\"}"
    }

    /// A JSON answer of a schema in `components`.
    static func answer(_ description: String, _ schema: String, headers: String = "") -> String {
        ##"{"description": "\##(description)", \##(headers)"content": {"application/json": {"schema": {"$ref": "#/components/schemas/\##(schema)"}}}}"##
    }

    private static let parameters = """
        {
          "MaskID": {"name": "id", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/Digest"},
            "description": "Address of a mask, as an answer gave it."},
          "JobID": {"name": "id", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/JobID"}}
        }
        """

    private static let responses = """
        {
          "Problem": {"description": "What is wrong, and with which field (RFC 9457).",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
          "Busy": {"description": "The queue is full, or the engine is not ready.",
            "headers": {"Retry-After": {"description": "Seconds.", "schema": {"type": "string"}}},
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
          "PNG": {"description": "An indexed PNG: 0 background, k the model's k-th class, 255 left out; VOC's palette.",
            "content": {"image/png": {"schema": {"type": "string", "contentMediaType": "image/png"}}}}
        }
        """
}
