import Store

extension OpenAPIDocument {
    var jobSchemas: [(String, String)] {
        [("NewJob", newJob), ("NewJobItem", newItem)] + Self.jobAnswers
    }

    /// Bytes in UTF-8 are at least as many as characters.
    private var jobName: String {
        #"""
        {"type": "string", "maxLength": \#(limits.maximumNameBytes), "pattern": "^[^/\\\\\#(Self.forbidden)]*$",
        "description": "At most \#(limits.maximumNameBytes) bytes; not . or .., no slashes, backslashes, control characters, line ends or bidirectional controls."}
        """#
    }

    /// It becomes a file's path.
    private var itemName: String {
        #"""
        {"type": "string", "minLength": 1, "maxLength": \#(limits.maximumNameBytes),
        "pattern": "^[^/\\\\\#(Self.forbidden)]+([/\\\\][^/\\\\\#(Self.forbidden)]+)*$",
        "description": "A relative path of at most \#(limits.maximumNameBytes) bytes with slashes between its parts; backslashes are taken for slashes. No part is . or .. or empty; no control characters, line ends or bidirectional controls. Compared byte by byte."}
        """#
    }

    /// `NameRule`
    private static let forbidden =
        #"\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069"#

    private var newJob: String {
        #"""
        {"type": "object", "additionalProperties": false, "required": ["items"], "properties": {
        "name": \#(jobName), "options": {"$ref": "#/components/schemas/NewOptions"},
        "callback_url": {"type": "string", "format": "uri", "maxLength": 2048,
        "description": "Called at the job's end; http or https, and only on hosts that the operator allows."},
        "items": {"type": "array", "minItems": 1, "maxItems": \#(limits.maximumItems),
        "items": {"$ref": "#/components/schemas/NewJobItem"}, "description": "Their names are unique."}}}
        """#
    }

    private var newItem: String {
        #"""
        {"type": "object", "additionalProperties": false, "required": ["name", "sha256"], "properties": {
        "name": \#(itemName), "sha256": {"$ref": "#/components/schemas/Digest", "description": "Of the picture's bytes."},
        "labels": {"type": "array", "maxItems": \#(limits.maximumLabels), "items": \#(Self.text),
        "description": "Classes that are in the picture; empty: none of them. Without it the classifier decides."}}}
        """#
    }

    private static let jobAnswers = [
        ("Job", object(jobRequired, jobProperties)),
        (
            "AcceptedJob",
            object(
                jobRequired + ["missing"],
                #"""
                \#(jobProperties),
                "missing": {"type": "array", "items": \#(digest), "description": "Distinct pictures that the server lacks."},
                "warnings": {"type": "array", "items": \#(text), "maxItems": 102,
                "description": "What is odd and no fault, such as images with no class; not in a replayed answer."}
                """#)
        ),
        (
            "JobPage",
            object(
                ["jobs"],
                ##"""
                "jobs": {"type": "array", "items": {"$ref": "#/components/schemas/Job"}},
                "next_cursor": {"$ref": "#/components/schemas/JobID", "description": "Of the page after this; not in the last."}
                """##)
        ),
        ("JobItem", item),
        (
            "JobItemPage",
            object(
                ["items", "cursor"],
                ##"""
                "items": {"type": "array", "items": {"$ref": "#/components/schemas/JobItem"}},
                "cursor": {"$ref": "#/components/schemas/Cursor", "description": "Goes on after this page, also later."},
                "next_cursor": {"$ref": "#/components/schemas/Cursor", "description": "Of the page after this; not in the last."}
                """##)
        ),
        (
            "Cursor",
            #"{"type": "string", "pattern": "^(-1|[0-9]+)$", "description": "Of a job's items: after which one."}"#
        ),
        ("UploadedImage", object(["sha256"], #""sha256": \#(digest)"#)),
        (
            "COCOResults",
            ##"""
            {"type": "array", "description": "COCO's format of results.", "items": {"type": "object",
            "required": ["image_id", "category_id", "segmentation", "score"], "properties": {
            "image_id": {"type": ["integer", "string"],
            "description": "The item's name; a number where all names of the job are, and no two the same. Of one type in a result."},
            "category_id": {"type": "integer", "minimum": 1, "description": "As in the mask."},
            "segmentation": {"$ref": "#/components/schemas/RunLengths"}, "score": \##(share),
            "ignored": {"$ref": "#/components/schemas/RunLengths",
            "description": "Pixels that the mask leaves out as less certain, which segmentation does not."}}}}
            """##
        ),
    ]

    private static let jobRequired = ["id", "name", "state", "model", "counts", "metrics", "created_at", "links"]

    private static let jobProperties: String = {
        let counts = ["total", "waiting_for_image", "queued", "running", "done", "from_cache", "failed", "cancelled"]
        let callStates = [JobCallback.State.waiting, .pending, .delivered, .failed].map(\.rawValue)
        return #"""
            "id": {"$ref": "#/components/schemas/JobID"}, "name": \#(text),
            "state": {"type": "string", "enum": [\#(list(JobDocument.State.allCases.map(\.rawValue)))]},
            "problem": {"type": "string", "description": "What keeps it from going on, beside missing pictures."},
            "model": {"$ref": "#/components/schemas/ModelReference"}, "options": {"$ref": "#/components/schemas/Options"},
            "counts": {"type": "object", "description": "Items; done has those from_cache.", "required": [\#(list(counts))],
            "properties": {\#(counts.map { "\"\($0)\": \(count)" }.joined(separator: ", "))}},
            "images_per_second": {"type": "number", "exclusiveMinimum": 0, "description": "Where it is known."},
            "eta_seconds": {"type": "number", "minimum": 0, "description": "Where the rate is known and the job goes on."},
            "metrics": {"type": "object", "required": ["classes", "empty_classes"], "description": "Over the masks finished so far.",
            "properties": {"classes": \#(count), "empty_classes": {"type": "integer", "minimum": 0, "description": "Classes without a pixel."},
            "mean_posterior": \#(share("Over the classes with pixels.")),
            "mean_area_share": \#(share("Over all classes looked for."))}},
            "created_at": \#(time), "finished_at": \#(time),
            "callback": {"type": "object", "required": ["url", "state", "attempts"], "properties": {"url": \#(text),
            "state": {"type": "string", "enum": [\#(list(callStates))],
            "description": "waiting for the job's end, pending until a 2xx came, delivered, or failed: given up."},
            "attempts": {"type": "integer", "minimum": 0, "maximum": \#(WebhookSender.maximumAttempts)}}},
            "links": {"type": "object", "required": ["self", "items", "events", "result"], "properties": {
            "self": \#(path), "items": \#(path), "events": \#(path), "result": \#(path)}}
            """#
    }()

    private static let item = object(
        ["position", "name", "sha256", "state", "attempts", "from_cache"],
        #"""
        "position": {"type": "integer", "minimum": 0, "description": "In the job as it was posted."}, "name": \#(text),
        "sha256": {"$ref": "#/components/schemas/Digest", "description": "Of the picture."},
        "labels": {"type": "array", "items": \#(text), "description": "Not where the classifier decides."},
        "state": {"type": "string", "enum": [\#(list(JobItemState.allCases.map(JobItemDocument.name)))]},
        "attempts": {"type": "integer", "minimum": 0, "description": "How often it was begun."},
        "reason": {"type": "string", "description": "Why it failed."},
        "mask": {"$ref": "#/components/schemas/Digest", "description": "The mask's id, once it is there."},
        "from_cache": {"type": "boolean", "description": "Whether the store had its mask."},
        "warnings": \#(warnings("Of its picture and its labels; not where there are none."))
        """#)
}
