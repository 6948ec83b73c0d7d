extension OpenAPIDocument {
    var groundTruthPaths: String {
        #"""
        "/v1/masks/{id}/ground-truth": {
          "parameters": [{"$ref": "#/components/parameters/MaskID"}],
          "put": {
            "operationId": "setGroundTruth", "tags": ["ground truth"],
            "summary": "Compares a mask with what a person drew, and keeps the counts.",
            \#(Self.access(.label, "The drawing itself is not kept. At most \(limits.maximumBodyBytes) bytes.")),
            "requestBody": {"required": true,
              "description": "Indexed or gray PNG of the mask's size: 0 background, k class k, 255 ignored (in 16 bits 65535); or one in VOC's colours.",
              "content": {\#(Self.bytes(Self.anyBytes)), \#(Self.bytes("image/png"))}},
            "responses": {
              "200": \#(Self.answer("It took the place of an earlier one.", "GroundTruth")),
              "201": \#(Self.answer("It is the first.", "GroundTruth")),
              \#(Self.refusals(404, 409, 413, 415, 422, 507))
            }
          },
          "get": {
            "operationId": "getGroundTruth", "tags": ["ground truth"], "summary": "How the mask compares.",
            \#(Self.access(.read, "404 too where the mask has no ground truth.")),
            "responses": {"200": \#(Self.answer("Its figures.", "GroundTruth")), \#(Self.refusals(404))}
          },
          "delete": {
            "operationId": "deleteGroundTruth", "tags": ["ground truth"], "summary": "Forgets the comparison.",
            \#(Self.access(.label, "The mask stays.")),
            "responses": {"204": {"description": "Forgotten.", \#(Self.fields())}, \#(Self.refusals(404, 507))}
          }
        },
        "/v1/metrics/summary": {
          "get": {
            "operationId": "getMetricsSummary", "tags": ["ground truth"],
            "summary": "Figures over all masks with ground truth.",
            \#(Self.access(.read, "In groups that were made alike: one model, one set of options, labels from one source.")),
            "parameters": [
              {"name": "model", "in": "query", "description": "Digest of a model, or how it begins.", "example": "b987baf1",
                "schema": {"type": "string", "pattern": "^[0-9a-f]{8,64}$"}},
              {"name": "options", "in": "query", "description": "An options_digest, or how it begins.", "example": "bbbb87f7",
                "schema": {"type": "string", "pattern": "^[0-9a-f]{8,64}$"}},
              {"name": "limit", "in": "query", "description": "Most groups of the page.", "example": 20,
                "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 100}},
              {"name": "cursor", "in": "query", "description": "The next_cursor of the page before.",
                "schema": {"type": "string", "pattern": "^[0-9a-f]{64}-[0-9a-f]{64}-(given|predicted)$"},
                "example": "b987baf1f84de67abe02292fec23837b7be227512191ebfcbf4983ffc2058e45-bbbb87f7f0553bc384b8ad47b82d4b524613cd30d976b1f21cd6ac41e54afe77-given"}
            ],
            "responses": {
              "200": \#(Self.answer("The groups.", "MetricsSummary",
                links: [Self.link("getMetricsSummary", "cursor", "$response.body#/next_cursor", "The page after this.")])),
              \#(Self.refusals())
            }
          }
        }
        """#
    }
}
