import Engine

extension OpenAPIDocument {
    static let maskSchemas = [
        (
            "Mask",
            object(
                [
                    "id", "cached", "image", "model", "labels", "label_source", "classes", "timings", "created_at",
                    "links",
                ],
                #"""
                "id": \#(digest), "cached": {"type": "boolean", "description": "Whether the store had it."},
                "image": {"type": "object", "required": ["sha256", "width", "height", "media_type"], "properties": {
                "sha256": \#(digest), "width": {"type": "integer", "minimum": 1, "description": "Pixels."},
                "height": {"type": "integer", "minimum": 1, "description": "Pixels."},
                "media_type": {"type": "string", "enum": [\#(list(ImageFormat.mediaTypes))]},
                "warnings": \#(warnings("What is odd about the file; not of one without fault."))}},
                "model": {"$ref": "#/components/schemas/ModelReference"},
                "labels": {"type": "array", "items": \#(text), "description": "Names of the classes looked for."},
                "label_source": {"$ref": "#/components/schemas/LabelSource"},
                "options": {"$ref": "#/components/schemas/Options"},
                "classes": {"type": "array", "items": {"$ref": "#/components/schemas/MaskClass"}},
                "ignored": {"$ref": "#/components/schemas/RunLengths",
                "description": "The pixels that the mask leaves out as less certain; not where there are none."},
                "warnings": \#(warnings("Which given labels found nothing; not where each has a pixel.")),
                "timings": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0},
                "description": "Seconds that making it took, by stage: decode, network, cam, refinement, mask, encoding."},
                "created_at": \#(time), "ground_truth": {"$ref": "#/components/schemas/GroundTruth"},
                "links": {"type": "object", "required": ["self", "mask", "overlay", "ground_truth"], "properties": {
                "self": \#(path), "mask": \#(path), "overlay": \#(path), "ground_truth": \#(path)}}
                """#)
        ),
        (
            "MaskClass",
            object(
                ["index", "name", "posterior", "area_share", "boxes", "segmentation"],
                #"""
                "index": {"type": "integer", "minimum": 1, "description": "Of its pixels in the mask."}, "name": \#(text),
                "posterior": \#(share("The classifier's, that the class is in the picture.")),
                "area_share": \#(share("Of the picture's pixels.")),
                "mean_posterior": \#(share("Over the class's pixels; not of a class without any.")),
                "boxes": {"type": "array", "description": "Of its connected parts of at least minimum_area: [x, y, width, height] in pixels.",
                "items": {"type": "array", "items": \#(count), "minItems": 4, "maxItems": 4}},
                "segmentation": {"$ref": "#/components/schemas/RunLengths"}
                """#)
        ),
        (
            "RunLengths",
            #"""
            {"type": "object", "description": "COCO's compressed run lengths.", "required": ["size", "counts"], "properties": {
            "size": {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 2, "maxItems": 2,
            "description": "[height, width] in pixels."}, "counts": \#(text)}}
            """#
        ),
    ]

    private static let figures = #"""
        "mean_iou": \#(share("Over the background and the classes that either side has; not where there is no pixel.")),
        "mean_contour_f": \#(share("Over the classes that either side has; not where there is none.")),
        "pixel_accuracy": \#(share("Of the pixels that count; not where there is none.")),
        "coverage": \#(share("Of the ground truth's pixels, those that the masks do not leave out; not where there is none.")),
        "ignored_share": \#(share("Of all pixels, those that the ground truth ignores; not of comparisons that earlier versions made.")),
        "classes": {"type": "array", "items": {"$ref": "#/components/schemas/ClassFigures"},
        "description": "The background and the classes that either side has."}
        """#

    static let scoreSchemas = [
        (
            "ClassFigures",
            object(
                ["index"],
                #"""
                "index": {"type": "integer", "minimum": 0, "description": "As in the mask: 0 the background, k the model's k-th class."},
                "name": {"type": "string", "description": "Not of a class whose model is not loaded now."},
                "iou": \#(share("Intersection over union.")), "precision": \#(share), "recall": \#(share),
                "contour": {"type": "object", "required": ["f", "prediction", "matched_prediction", "truth", "matched_truth"],
                "description": "Boundary pixels, and how many of them lie near the other side's; not of the background.",
                "properties": {"f": \#(share("F measure.")), "prediction": \#(count), "matched_prediction": \#(count),
                "truth": \#(count), "matched_truth": \#(count)}}
                """#)
        ),
        (
            "GroundTruth",
            object(
                ["mask", "model", "options_digest", "label_source", "sha256", "created_at", "classes"],
                #"""
                "mask": \#(digest), "model": {"$ref": "#/components/schemas/ModelReference"}, "options_digest": \#(digest),
                "label_source": {"$ref": "#/components/schemas/LabelSource"},
                "sha256": {"$ref": "#/components/schemas/Digest", "description": "Of the ground truth's file."},
                "created_at": \#(time), \#(figures)
                """#)
        ),
        (
            "ScoreGroup",
            object(
                ["model", "options_digest", "label_source", "images", "classes"],
                #"""
                "model": {"$ref": "#/components/schemas/ModelReference"}, "options": {"$ref": "#/components/schemas/Options"},
                "revision": {"type": "integer", "minimum": 0, "description": "Of the pipeline that made the masks."},
                "options_digest": \#(digest), "label_source": {"$ref": "#/components/schemas/LabelSource"},
                "images": {"type": "integer", "minimum": 1}, \#(figures)
                """#)
        ),
        (
            "MetricsSummary",
            object(
                ["groups"],
                ##"""
                "groups": {"type": "array", "items": {"$ref": "#/components/schemas/ScoreGroup"}},
                "next_cursor": {"type": "string", "description": "Of the page after this; not in the last."}
                """##)
        ),
    ]
}
