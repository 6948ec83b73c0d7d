import Engine

extension OpenAPIDocument {
    static func object(_ required: [String], _ properties: String) -> String {
        #"{"type": "object", "required": [\#(list(required))], "properties": {\#(properties)}}"#
    }

    /// Strings of JSON.
    static func list(_ names: [String]) -> String { names.map { "\"\($0)\"" }.joined(separator: ", ") }

    static let share = #"{"type": "number", "minimum": 0, "maximum": 1}"#
    static let count = #"{"type": "integer", "minimum": 0}"#
    static let time = #"{"type": "string", "format": "date-time"}"#
    static let text = #"{"type": "string"}"#
    static func warnings(_ description: String) -> String {
        ##"{"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Warning"}, "description": "\##(description)"}"##
    }
    static let path = #"{"type": "string", "format": "uri-reference"}"#
    static let digest = ##"{"$ref": "#/components/schemas/Digest"}"##

    /// A number of 0 to 1 with what it is of.
    static func share(_ description: String) -> String {
        #"{"type": "number", "minimum": 0, "maximum": 1, "description": "\#(description)"}"#
    }

    var schemas: String {
        let all =
            Self.commonSchemas + Self.modelSchemas + optionSchemas + Self.maskSchemas + Self.scoreSchemas + jobSchemas
        return "{\n" + all.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ",\n") + "\n}"
    }

    private static let commonSchemas = [
        ("Digest", #"{"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "A SHA-256."}"#),
        ("JobID", #"{"type": "string", "pattern": "^[0-9a-f]{32}$"}"#),
        (
            "LabelSource",
            #"{"type": "string", "enum": ["given", "predicted"], "description": "By the client, or by the model's classifier."}"#
        ),
        (
            "Problem",
            object(
                ["type", "title", "status", "request_id"],
                #"""
                "type": {"type": "string", "format": "uri-reference", "description": "about:blank: the status tells it all."},
                "title": {"type": "string", "description": "The status in words."},
                "status": {"type": "integer", "minimum": 400, "maximum": 599},
                "detail": {"type": "string", "description": "What is wrong with this request, for people."},
                "instance": {"type": "string", "description": "The request's path, where one could be read."},
                "request_id": {"type": "string", "description": "As in X-Request-Id."},
                "errors": {"type": "array", "minItems": 1, "items": {"type": "object",
                "required": ["field", "detail"], "properties": {
                "field": {"type": "string", "description": "Query item, part, header or member at fault."}, "detail": \#(text)}}}
                """#)
        ),
        (
            "Warning",
            object(
                ["code", "detail"],
                #"""
                "code": {"type": "string", "enum": [\#(list(Warning.Code.allCases.map(\.rawValue)))], "description": "What programs tell warnings apart by."},
                "detail": {"type": "string", "description": "For people."}
                """#)
        ),
        ("Alive", object(["status"], #""status": {"type": "string", "const": "ok"}"#)),
        ("Ready", object(["status"], #""status": {"type": "string", "const": "ready"}"#)),
    ]

    private static let modelSchemas = [
        (
            "ModelReference",
            object(
                ["digest"],
                #""digest": \#(digest), "name": {"type": "string", "description": "Not of one that is not loaded now."}"#
            )
        ),
        (
            "Models",
            object(["models"], ##""models": {"type": "array", "items": {"$ref": "#/components/schemas/Model"}}"##)
        ),
        (
            "Model",
            object(
                [
                    "name", "digest", "default", "architecture", "output_stride", "classes", "background_score",
                    "provenance",
                ],
                #"""
                "name": \#(text), "digest": \#(digest),
                "default": {"type": "boolean", "description": "Whether it labels what names no model."},
                "architecture": \#(text), "output_stride": {"type": "integer", "enum": [8, 16, 32], "description": "Pixels of the picture to one of a map."},
                "classes": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"type": "string", "minLength": 1},
                "description": "The k-th is k in a mask."},
                "background_score": {"type": "object", "required": ["binomial", "none"],
                "description": "The map value at which class and background are even, by refinement.",
                "properties": {"binomial": \#(share), "none": \#(share)}},
                "provenance": {"type": "object", "required": ["data", "split", "method", "seed", "metrics", "licence"],
                "description": "Where the weights come from.", "properties": {
                "data": \#(text), "split": \#(text), "method": \#(text), "seed": \#(text),
                "metrics": {"type": "object", "additionalProperties": {"type": "number"},
                "description": "Figures by name, which states split, stage, labels and background score."},
                "licence": \#(text)}}
                """#)
        ),
    ]

    private var optionSchemas: [(String, String)] {
        let range = LabelingOptions.scaleRange
        let properties = #"""
            "scales": {"type": "array", "minItems": 1, "maxItems": \#(LabelingOptions.maximumScales), "uniqueItems": true,
            "description": "Sizes at which the network sees the picture, as factors of its own.",
            "items": {"type": "number", "minimum": \#(range.lowerBound), "maximum": \#(range.upperBound)}},
            "flip": {"type": "boolean", "description": "Whether each scale is seen mirrored too."},
            "refinement": {"type": "string", "enum": [\#(Self.list(Refinement.allCases.map(\.rawValue)))], "description": "What is done to class maps."},
            "background": \#(Self.share("The map value at which class and background are even.")),
            "certainty": {"type": "number", "exclusiveMinimum": 0.5, "exclusiveMaximum": 1,
            "description": "Pixels whose label is less certain become 255; without it, none do."},
            "minimum_area": {"type": "number", "minimum": 0, "maximum": 1,
            "description": "Connected parts of a class below this share of the picture's pixels have no box; without it \#(LabelingOptions.defaultMinimumArea)."},
            "drop_small": {"type": "boolean", "description": "Whether such parts are left out of the masks too; without it they are not."}
            """#
        return [
            ("Options", Self.object(["scales", "flip", "refinement", "background"], properties)),
            ("NewOptions", #"{"type": "object", "additionalProperties": false, "properties": {\#(properties)}}"#),
        ]
    }
}
