import Engine

extension OpenAPIDocument {
    /// What jobs take in and give out.
    var resultPaths: String {
        #"""
        "/v1/jobs/{id}/result.tar": {
          "parameters": [{"$ref": "#/components/parameters/JobID"}],
          "get": {
            "operationId": "getJobResult", "tags": ["jobs"], "summary": "All masks in VOC's layout, or COCO results.",
            \#(Self.access(.read, "Also before the job has ended: then what there is.")),
            "parameters": [
              {"name": "format", "in": "query", "description": "voc: an archive; coco: JSON.",
                "schema": {"type": "string", "enum": ["voc", "coco"], "default": "voc"}, "example": "coco"},
              {"name": "cursor", "in": "query", "description": "Only items after this position; -1 is the beginning.",
                "schema": {"$ref": "#/components/schemas/Cursor"}, "example": "-1"},
              {"name": "Range", "in": "header", "schema": {"type": "string"}, "example": "bytes=0-99",
                "description": "One range of bytes of an archive; looked at once the job has ended, else the answer is the whole."},
              {"name": "If-Range", "in": "header", "description": "An ETag; Range holds only for it.", "schema": {"type": "string"},
                "example": "\"c116a5c21ef598594d7f888bd5a2800e-1--1\""},
              {"name": "If-None-Match", "in": "header", "description": "ETags of results that the client has.",
                "schema": {"type": "string"}, "example": "\"c116a5c21ef598594d7f888bd5a2800e-1--1\""}
            ],
            "responses": {
              "200": {"description": "The whole.",
                \#(Self.fields("ETag", "Accept-Ranges", "Content-Disposition", cache: "no-cache")),
                "content": {\#(Self.download("application/x-tar")), \#(Self.json("COCOResults", "COCOResults"))}},
              "206": {"description": "The range asked for, of an archive of a job that has ended.",
                \#(Self.fields("ETag", "Accept-Ranges", "Content-Range", "Content-Disposition", cache: "no-cache")),
                "content": {\#(Self.download("application/x-tar"))}},
              "304": {"description": "The result that the client has.", \#(Self.fields("ETag", cache: "no-cache"))},
              \#(Self.refusals(404, 416))
            }
          }
        },
        "/v1/images/{sha256}": {
          "parameters": [{"$ref": "#/components/parameters/ImageDigest"}],
          "put": {
            "operationId": "uploadImage", "tags": ["jobs"], "summary": "Takes in a picture that a job waits for.",
            \#(Self.access(.label, "409 where no job waits for it. Whether it is a picture is found out when its turn comes. At most \(limits.maximumBodyBytes) bytes.")),
            "requestBody": {"required": true, "description": "A \#(ImageFormat.names) file; its Content-Type is not looked at.",
              "content": {\#(Self.bytes("application/octet-stream"))}},
            "responses": {
              "200": \#(Self.uploaded("It was there already.")),
              "201": \#(Self.uploaded("It is kept.")),
              \#(Self.refusals(404, 409, 413, 422, 507))
            }
          }
        }
        """#
    }

    private static func uploaded(_ description: String) -> String {
        answer(
            description, "UploadedImage",
            links: [link("uploadImage", "sha256", "$response.body#/sha256", "Again: it is there already.")])
    }
}
