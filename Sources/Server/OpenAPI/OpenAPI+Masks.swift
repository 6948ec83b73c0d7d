import Engine

extension OpenAPIDocument {
    private var refinements: String { Self.list(Refinement.allCases.map(\.rawValue)) }

    /// Fields of a picture to be labelled, which may stand in the query or in a form. Defaults are in words: generated
    /// clients send those of schemas, in the query and in the form, and a field may be given once.
    private var labelingFields: [(name: String, description: String, schema: String, example: String)] {
        let scales = LabelingOptions.defaultScales.map { "\($0)" }.joined(separator: ",")
        return [
            (
                "labels",
                "Classes that are in the picture, by name, separated by commas or semicolons; may be repeated. Empty: none "
                    + "of them. Without it the classifier decides.",
                #"{"type": "string"}"#, #""cat""#
            ),
            (
                "refinement", "What is done to class maps. Default: binomial.",
                #"{"type": "string", "enum": [\#(refinements)]}"#,
                #""none""#
            ),
            (
                "background",
                "Background score: the map value at which class and background are even. Default: the model's.",
                #"{"type": "number", "minimum": 0, "maximum": 1}"#, "0.37"
            ),
            (
                "certainty", "Pixels whose label is less certain become 255.",
                #"{"type": "number", "exclusiveMinimum": 0.5, "exclusiveMaximum": 1}"#, "0.9"
            ),
            (
                "minimum_area",
                "Connected parts of a class below this share of the picture's pixels get no box. "
                    + "Default: \(LabelingOptions.defaultMinimumArea).",
                #"{"type": "number", "minimum": 0, "maximum": 1}"#, "0.01"
            ),
            (
                "drop_small", "Whether such parts are left out of the masks too. Default: false.",
                #"{"type": "boolean"}"#, "true"
            ),
            (
                "scales",
                "Sizes at which the network sees the picture, \(LabelingOptions.scaleRange.lowerBound) to "
                    + "\(LabelingOptions.scaleRange.upperBound), at most \(LabelingOptions.maximumScales), each once. Default: \(scales).",
                #"{"type": "string"}"#, #""0.5,1,1.5,2""#
            ),
            ("flip", "Whether each scale is seen mirrored too. Default: true.", #"{"type": "boolean"}"#, "false"),
        ]
    }

    private var queryParameters: String {
        labelingFields.map { field in
            #"{"name": "\#(field.name)", "in": "query", "description": "\#(field.description)", "schema": \#(field.schema), "example": \#(field.example)}"#
        }.joined(separator: ",\n        ")
    }

    private var formProperties: String {
        labelingFields.map { field in #""\#(field.name)": \#(field.schema)"# }.joined(separator: ", ")
    }

    /// The fields of a mask's answer in either form.
    private static let maskFields = ["X-Mask-Id", "X-Mask-Labels", "X-Mask-Label-Source", "X-Cache"]

    private static let maskLinks = [
        ("getMask", "The same again."), ("getMaskImage", "The mask alone."),
        ("getMaskOverlay", "The mask over the picture."),
        ("setGroundTruth", "Compares it with what a person drew."), ("getGroundTruth", "How it compares."),
    ].map { link($0.0, "id", "$response.header.X-Mask-Id", $0.1) }.joined(separator: ", ")

    private static func mask(_ description: String) -> String {
        #"""
        {"description": "\#(description)", \#(fields(maskFields + ["Vary"])),
          "content": {\#(json("Mask", "Mask")), \#(bytes("image/png"))},
          "links": {\#(maskLinks)}}
        """#
    }

    var maskPaths: String {
        #"""
        "/v1/masks": {
          "post": {
            "operationId": "createMask", "tags": ["masks"],
            "summary": "The mask of a picture: looked up, else made.",
            \#(Self.access(.label, "Pictures have at most \(limits.maximumBodyBytes) bytes as a file. Options stand in the query or in the form.")),
            "parameters": [
                \#(queryParameters)
            ],
            "requestBody": {"required": true, "description": "A \#(ImageFormat.names) file, alone or as a form's part named image.", "content": {
              \#(([Self.anyBytes] + ImageFormat.mediaTypes).map(Self.bytes).joined(separator: ",\n  ")),
              "multipart/form-data": {"schema": {"type": "object", "required": ["image"], "properties": {
                "image": {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}, \#(formProperties)
              }}, "encoding": {"image": {"contentType": "\#(ImageFormat.mediaTypes.joined(separator: ", "))"}}}
            }},
            "responses": {
              "200": \#(Self.mask("The mask, as JSON or (Accept: image/png) as an indexed PNG.")),
              \#(Self.refusals(406, 413, 415, 422, 507))
            }
          }
        },
        "/v1/masks/{id}": {
          "parameters": [{"$ref": "#/components/parameters/MaskID"}],
          "get": {
            "operationId": "getMask", "tags": ["masks"], "summary": "A mask that was made before.",
            \#(Self.access(.read, "Until it is evicted.")),
            "responses": {
              "200": \#(Self.mask("As createMask answers.")),
              \#(Self.refusals(404, 406))
            }
          }
        },
        "/v1/masks/{id}/mask.png": {
          "parameters": [{"$ref": "#/components/parameters/MaskID"}],
          "get": {
            "operationId": "getMaskImage", "tags": ["masks"], "summary": "The mask alone.",
            \#(Self.access(.read, "It never changes, and may be kept.")),
            "responses": {
              "200": {"description": "An indexed PNG: 0 background, k the model's k-th class, 255 left out; VOC's palette.",
                \#(Self.fields(Self.maskFields, cache: "private, max-age=31536000, immutable")),
                "content": {\#(Self.download("image/png"))}},
              \#(Self.refusals(404))
            }
          }
        },
        "/v1/masks/{id}/overlay.png": {
          "parameters": [{"$ref": "#/components/parameters/MaskID"}],
          "get": {
            "operationId": "getMaskOverlay", "tags": ["masks"], "summary": "The picture with the mask over it, for people.",
            \#(Self.access(.read, "Drawn once for each width and outline; another version of the service may draw it otherwise.")),
            "parameters": [
              {"name": "width", "in": "query", "description": "Pixels; never more than the image has. The height follows, at most \#(OverlaySize.maximumSide). Without it: the image's own size, the longer side at most \#(OverlaySize.defaultSide).",
                "schema": {"type": "integer", "minimum": \#(OverlayRoutes.widths.lowerBound), "maximum": \#(OverlayRoutes.widths.upperBound)}, "example": 480},
              {"name": "outline", "in": "query", "description": "Whether the borders of classes are drawn, in a lightened colour of the palette and as wide in a thumbnail as in a large overlay; false tints the classes alone.",
                "schema": {"type": "boolean", "default": true}, "example": false},
              {"name": "If-None-Match", "in": "header", "description": "ETags of overlays that the client has.",
                "schema": {"type": "string"}, "example": "\"7d5c1bd6d3a3b7e2a7d0d8b8d0f7a8b0a0b9b1c3f2f7c4f1d5f6a7b8c9d0e1f2-480-1\""}
            ],
            "responses": {
              "200": {"description": "A PNG in colour.", \#(Self.fields("ETag", cache: OverlayRoutes.cacheControl)),
                "content": {\#(Self.download("image/png"))}},
              "304": {"description": "The overlay that the client has.", \#(Self.fields("ETag", cache: OverlayRoutes.cacheControl))},
              \#(Self.refusals(404, 422))
            }
          }
        }
        """#
    }
}
