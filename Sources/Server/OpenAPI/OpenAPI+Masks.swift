import Engine

extension OpenAPIDocument {
    private var refinements: String { Refinement.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ") }

    /// Fields of a picture to be labelled, which may stand in the query or in a form.
    private var labelingFields: [(name: String, description: String, schema: String)] {
        let scales = LabelingOptions.defaultScales.map { "\($0)" }.joined(separator: ",")
        return [
            (
                "labels",
                "Classes that are in the picture, by name, separated by commas; without it the classifier decides.",
                #"{"type": "string", "minLength": 1, "examples": ["cat,dog"]}"#
            ),
            ("refinement", "What is done to class maps.", #"{"enum": [\#(refinements)], "default": "binomial"}"#),
            (
                "background",
                "Background score: the map value at which class and background are even. Default: the model's.",
                #"{"type": "number", "minimum": 0, "maximum": 1}"#
            ),
            (
                "certainty", "Pixels whose label is less certain become 255.",
                #"{"type": "number", "exclusiveMinimum": 0.5, "exclusiveMaximum": 1}"#
            ),
            (
                "scales",
                "Sizes at which the network sees the picture, \(LabelingOptions.scaleRange.lowerBound) to "
                    + "\(LabelingOptions.scaleRange.upperBound), at most \(LabelingOptions.maximumScales), each once.",
                #"{"type": "string", "default": "\#(scales)", "examples": ["1", "0.5,1,1.5,2"]}"#
            ),
            ("flip", "Whether each scale is seen mirrored too.", #"{"type": "boolean", "default": true}"#),
        ]
    }

    private var queryParameters: String {
        labelingFields.map { field in
            #"{"name": "\#(field.name)", "in": "query", "description": "\#(field.description)", "schema": \#(field.schema)}"#
        }.joined(separator: ",\n        ")
    }

    private var formProperties: String {
        labelingFields.map { field in #""\#(field.name)": \#(field.schema)"# }.joined(separator: ", ")
    }

    var maskPaths: String {
        #"""
        "/v1/masks": {
          "post": {
            "operationId": "createMask", "tags": ["masks"],
            "summary": "The mask of a picture: looked up, else made.",
            "description": "Pictures have at most \#(limits.maximumBodyBytes) bytes as a file.",
            "parameters": [
                \#(queryParameters)
            ],
            "requestBody": {"required": true, "content": {
              "image/jpeg": {"schema": {"type": "string", "contentMediaType": "image/jpeg"}},
              "image/png": {"schema": {"type": "string", "contentMediaType": "image/png"}},
              "multipart/form-data": {"schema": {"type": "object", "required": ["image"], "properties": {
                "image": {"type": "string", "contentMediaType": "application/octet-stream"}, \#(formProperties)
              }}}
            }},
            "responses": {
              "200": {"description": "The mask, as JSON or (Accept: image/png) as PNG.",
                "headers": {
                  "X-Mask-Id": {"schema": {"$ref": "#/components/schemas/Digest"}},
                  "X-Mask-Labels": {"description": "Names, percent-encoded, separated by commas.", "schema": {"type": "string"}},
                  "X-Mask-Label-Source": {"schema": {"enum": ["given", "predicted"]}},
                  "X-Cache": {"schema": {"enum": ["hit", "miss"]}}
                },
                "content": {
                  "application/json": {"schema": {"$ref": "#/components/schemas/Mask"}},
                  "image/png": {"schema": {"type": "string", "contentMediaType": "image/png"}}
                }},
              \#(Self.problems(400, 406, 413, 415, 422, 503, 507))
            }
          }
        },
        "/v1/masks/{id}": {
          "parameters": [{"$ref": "#/components/parameters/MaskID"}],
          "get": {
            "operationId": "getMask", "tags": ["masks"], "summary": "A mask that was made before.",
            "responses": {
              "200": {"description": "As createMask answers.", "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Mask"}},
                "image/png": {"schema": {"type": "string", "contentMediaType": "image/png"}}
              }},
              \#(Self.problems(404, 406))
            }
          }
        },
        "/v1/masks/{id}/mask.png": {
          "parameters": [{"$ref": "#/components/parameters/MaskID"}],
          "get": {
            "operationId": "getMaskImage", "tags": ["masks"], "summary": "The mask alone.",
            "responses": {"200": {"$ref": "#/components/responses/PNG"}, \#(Self.problems(404))}
          }
        },
        "/v1/masks/{id}/overlay.png": {
          "parameters": [{"$ref": "#/components/parameters/MaskID"}],
          "get": {
            "operationId": "getMaskOverlay", "tags": ["masks"], "summary": "The picture with the mask over it, for people.",
            "responses": {
              "200": {"description": "A PNG in colour.", "content": {
                "image/png": {"schema": {"type": "string", "contentMediaType": "image/png"}}}},
              \#(Self.problems(404))
            }
          }
        }
        """#
    }

    var groundTruthPaths: String {
        #"""
        "/v1/masks/{id}/ground-truth": {
          "parameters": [{"$ref": "#/components/parameters/MaskID"}],
          "put": {
            "operationId": "setGroundTruth", "tags": ["ground truth"],
            "summary": "Compares a mask with what a person drew, and keeps the counts.",
            "requestBody": {"required": true, "content": {
              "image/png": {"schema": {"type": "string", "contentMediaType": "image/png",
                "description": "Indexed or gray PNG of the mask's size: 0 background, k class k, 255 ignored."}}}},
            "responses": {
              "200": \#(Self.answer("It took the place of an earlier one.", "GroundTruth")),
              "201": \#(Self.answer("It is the first.", "GroundTruth")),
              \#(Self.problems(400, 404, 409, 413, 415, 422, 503))
            }
          },
          "get": {
            "operationId": "getGroundTruth", "tags": ["ground truth"], "summary": "How the mask compares.",
            "responses": {"200": \#(Self.answer("Its figures.", "GroundTruth")), \#(Self.problems(400, 404))}
          },
          "delete": {
            "operationId": "deleteGroundTruth", "tags": ["ground truth"], "summary": "Forgets the comparison.",
            "responses": {"204": {"description": "Forgotten."}, \#(Self.problems(400, 404))}
          }
        },
        "/v1/metrics/summary": {
          "get": {
            "operationId": "getMetricsSummary", "tags": ["ground truth"],
            "summary": "Figures over all masks with ground truth, in groups that were made alike.",
            "parameters": [
              {"name": "model", "in": "query", "description": "Digest of a model, or how it begins.",
                "schema": {"type": "string", "pattern": "^[0-9a-f]{8,64}$"}},
              {"name": "options", "in": "query", "description": "An options_digest, or how it begins.",
                "schema": {"type": "string", "pattern": "^[0-9a-f]{8,64}$"}},
              {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 100}},
              {"name": "cursor", "in": "query", "description": "A next_cursor.", "schema": {"type": "string"}}
            ],
            "responses": {"200": \#(Self.answer("The groups.", "MetricsSummary")), \#(Self.problems(400))}
          }
        }
        """#
    }
}
