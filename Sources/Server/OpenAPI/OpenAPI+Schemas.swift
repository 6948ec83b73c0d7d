import Engine

extension OpenAPIDocument {
    private static func object(_ required: [String], _ properties: String) -> String {
        let names = required.map { "\"\($0)\"" }.joined(separator: ", ")
        return #"{"type": "object", "required": [\#(names)], "properties": {\#(properties)}}"#
    }

    private static let share = #"{"type": "number", "minimum": 0, "maximum": 1}"#
    private static let count = #"{"type": "integer", "minimum": 0}"#
    private static let time = #"{"type": "string", "format": "date-time"}"#
    private static let text = #"{"type": "string"}"#

    var schemas: String {
        let all = Self.common + [("Options", options)] + Self.masks + Self.scores + jobs
        return "{\n" + all.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ",\n") + "\n}"
    }

    private static let common = [
        ("Digest", #"{"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "A SHA-256."}"#),
        ("JobID", #"{"type": "string", "pattern": "^[0-9a-f]{32}$"}"#),
        (
            "Problem",
            object(
                ["type", "title", "status", "request_id"],
                """
                "type": \(text), "title": \(text), "status": {"type": "integer"}, "detail": \(text), "instance": \(text),
                "request_id": \(text), "errors": {"type": "array", "items": {"type": "object",
                "required": ["field", "detail"], "properties": {"field": \(text), "detail": \(text)}}}
                """)
        ),
        ("Status", object(["status"], "\"status\": \(text)")),
        ("ModelReference", object(["digest"], ##""digest": {"$ref": "#/components/schemas/Digest"}, "name": {"type": "string"}"##)),
        (
            "Models",
            object(
                ["models"],
                #"""
                "models": {"type": "array", "items": {"type": "object",
                "required": ["name", "digest", "default", "architecture", "output_stride", "classes", "background_score", "provenance"],
                "properties": {"name": {"type": "string"}, "digest": {"$ref": "#/components/schemas/Digest"},
                "default": {"type": "boolean"}, "architecture": {"type": "string"}, "output_stride": {"enum": [8, 16, 32]},
                "classes": {"type": "array", "items": {"type": "string"}}, "background_score": {"type": "object"},
                "provenance": {"type": "object"}}}}
                """#)
        ),
    ]

    private var options: String {
        let refinements = Refinement.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        let range = LabelingOptions.scaleRange
        return #"""
            {"type": "object", "additionalProperties": false, "properties": {
            "scales": {"type": "array", "minItems": 1, "maxItems": \#(LabelingOptions.maximumScales), "uniqueItems": true,
            "items": {"type": "number", "minimum": \#(range.lowerBound), "maximum": \#(range.upperBound)}},
            "flip": {"type": "boolean"}, "refinement": {"enum": [\#(refinements)]}, "background": \#(Self.share),
            "certainty": {"type": "number", "exclusiveMinimum": 0.5, "exclusiveMaximum": 1}}}
            """#
    }

    private static let masks = [
        (
            "Mask",
            object(
                ["id", "cached", "image", "model", "labels", "label_source", "classes", "timings", "created_at", "links"],
                #"""
                "id": {"$ref": "#/components/schemas/Digest"}, "cached": {"type": "boolean"},
                "image": {"type": "object", "required": ["sha256", "width", "height", "media_type"], "properties": {
                "sha256": {"$ref": "#/components/schemas/Digest"}, "width": {"type": "integer"}, "height": {"type": "integer"},
                "media_type": {"type": "string"}}},
                "model": {"$ref": "#/components/schemas/ModelReference"},
                "labels": {"type": "array", "items": {"type": "string"}}, "label_source": {"enum": ["given", "predicted"]},
                "options": {"$ref": "#/components/schemas/Options"},
                "classes": {"type": "array", "items": {"$ref": "#/components/schemas/MaskClass"}},
                "timings": {"type": "object", "description": "Seconds by stage.", "additionalProperties": {"type": "number"}},
                "created_at": \#(time), "ground_truth": {"$ref": "#/components/schemas/GroundTruth"}, "links": {"type": "object"}
                """#)
        ),
        (
            "MaskClass",
            object(
                ["index", "name", "posterior", "area_share", "boxes", "segmentation"],
                #"""
                "index": {"type": "integer", "minimum": 1}, "name": {"type": "string"}, "posterior": \#(share),
                "area_share": \#(share), "mean_posterior": \#(share),
                "boxes": {"type": "array", "description": "[x, y, width, height] in pixels.",
                "items": {"type": "array", "items": {"type": "integer"}, "minItems": 4, "maxItems": 4}},
                "segmentation": {"type": "object", "description": "COCO's compressed run lengths.",
                "required": ["size", "counts"], "properties": {"size": {"type": "array", "items": {"type": "integer"}},
                "counts": {"type": "string"}}}
                """#)
        ),
    ]

    private static let figures = #"""
        "mean_iou": \#(share), "mean_contour_f": \#(share), "pixel_accuracy": \#(share), "coverage": \#(share),
        "classes": {"type": "array", "items": {"type": "object", "required": ["index"], "properties": {
        "index": \#(count), "name": {"type": "string"}, "iou": \#(share), "precision": \#(share), "recall": \#(share),
        "contour": {"type": "object"}}}}
        """#

    private static let scores = [
        (
            "GroundTruth",
            object(
                ["mask", "model", "options_digest", "label_source", "sha256", "created_at", "classes"],
                #"""
                "mask": {"$ref": "#/components/schemas/Digest"}, "model": {"$ref": "#/components/schemas/ModelReference"},
                "options_digest": {"$ref": "#/components/schemas/Digest"}, "label_source": {"enum": ["given", "predicted"]},
                "sha256": {"$ref": "#/components/schemas/Digest"}, "created_at": \#(time), \#(figures)
                """#)
        ),
        (
            "MetricsSummary",
            object(
                ["groups"],
                #"""
                "groups": {"type": "array", "items": {"type": "object",
                "required": ["model", "options_digest", "label_source", "images", "classes"], "properties": {
                "model": {"$ref": "#/components/schemas/ModelReference"}, "options": {"$ref": "#/components/schemas/Options"},
                "revision": \#(count), "options_digest": {"$ref": "#/components/schemas/Digest"},
                "label_source": {"enum": ["given", "predicted"]}, "images": \#(count), \#(figures)}}},
                "next_cursor": {"type": "string"}
                """#)
        ),
    ]

    private var jobs: [(String, String)] {
        let states = JobDocument.State.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        let counts = ["total", "waiting_for_image", "queued", "running", "done", "from_cache", "failed", "cancelled"]
        return [
            (
                "NewJob",
                #"""
                {"type": "object", "additionalProperties": false, "required": ["items"], "properties": {
                "name": {"type": "string", "maxLength": 200}, "options": {"$ref": "#/components/schemas/Options"},
                "callback_url": {"type": "string", "description": "Only on hosts that the operator allows."},
                "items": {"type": "array", "minItems": 1, "maxItems": \#(limits.maximumItems), "items": {"type": "object",
                "additionalProperties": false, "required": ["name", "sha256"], "properties": {
                "name": {"type": "string", "minLength": 1}, "sha256": {"$ref": "#/components/schemas/Digest"},
                "labels": {"type": "array", "items": {"type": "string"}}}}}}}
                """#
            ),
            (
                "Job",
                Self.object(
                    ["id", "name", "state", "model", "counts", "metrics", "created_at", "links"],
                    #"""
                    "id": {"$ref": "#/components/schemas/JobID"}, "name": {"type": "string"}, "state": {"enum": [\#(states)]},
                    "problem": {"type": "string"}, "model": {"$ref": "#/components/schemas/ModelReference"},
                    "options": {"$ref": "#/components/schemas/Options"},
                    "counts": {"type": "object", "required": [\#(counts.map { "\"\($0)\"" }.joined(separator: ", "))],
                    "additionalProperties": \#(Self.count)},
                    "images_per_second": {"type": "number"}, "eta_seconds": {"type": "number"}, "metrics": {"type": "object"},
                    "created_at": \#(Self.time), "finished_at": \#(Self.time), "callback": {"type": "object"},
                    "links": {"type": "object"},
                    "missing": {"type": "array", "items": {"$ref": "#/components/schemas/Digest"}}
                    """#)
            ),
            (
                "JobPage",
                Self.object(
                    ["jobs"],
                    ##""jobs": {"type": "array", "items": {"$ref": "#/components/schemas/Job"}}, "next_cursor": {"type": "string"}"##)
            ),
            (
                "JobItemPage",
                Self.object(
                    ["items", "cursor"],
                    #"""
                    "items": {"type": "array", "items": {"type": "object",
                    "required": ["position", "name", "sha256", "state", "attempts", "from_cache"], "properties": {
                    "position": \#(Self.count), "name": {"type": "string"}, "sha256": {"$ref": "#/components/schemas/Digest"},
                    "labels": {"type": "array", "items": {"type": "string"}}, "state": {"type": "string"},
                    "attempts": \#(Self.count), "reason": {"type": "string"}, "mask": {"$ref": "#/components/schemas/Digest"},
                    "from_cache": {"type": "boolean"}}}},
                    "cursor": {"type": "string"}, "next_cursor": {"type": "string"}
                    """#)
            ),
            (
                "JobEvent",
                Self.object(
                    ["event", "data"],
                    #"""
                    "event": {"enum": ["item", "progress", "end"]}, "id": {"type": "string"},
                    "data": {"type": "string", "contentMediaType": "application/json",
                    "description": "An item of listJobItems, or the job."}
                    """#)
            ),
            ("UploadedImage", Self.object(["sha256"], ##""sha256": {"$ref": "#/components/schemas/Digest"}"##)),
        ]
    }
}
