// Header fields, and the answers that operations share.

extension OpenAPIDocument {
    /// Components, by status; each has an example of its name and "Problem".
    static let refusalNames = [
        400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 406: "NotAcceptable",
        409: "Conflict",
        413: "TooLarge", 415: "UnsupportedMediaType", 416: "RangeNotSatisfiable", 421: "Misdirected",
        422: "Unprocessable", 429: "TooManyRequests", 500: "Failed", 503: "Busy", 507: "StorageFull",
    ]

    private static func refusal(_ name: String, _ description: String, _ fields: String) -> String {
        let content = content(
            "application/problem+json", ##"{"$ref": "#/components/schemas/Problem"}"##, [name + "Problem"])
        return #""\#(name)": {"description": "\#(description)", \#(fields), "content": {\#(content)}}"#
    }

    static let refusals: String = {
        let all = [
            refusal(
                "BadRequest", "Malformed: the request, a parameter, the JSON or the form; errors names the field.",
                fields()),
            refusal("Unauthorized", "A token is needed, or the one sent is not valid.", fields("WWW-Authenticate")),
            refusal(
                "Forbidden",
                "The token lacks the scope (WWW-Authenticate names it), or a page of another origin sent it.",
                fields("WWW-Authenticate.scope")),
            refusal("NotFound", "There is no such thing, or not any more.", fields()),
            refusal("NotAcceptable", "Accept allows none of the forms of the answer.", fields()),
            refusal(
                "Conflict", "Not in this state; with Retry-After it may be tried again.", fields("Retry-After.some")),
            refusal("TooLarge", "The body, the picture or the job is over a limit.", fields()),
            refusal(
                "UnsupportedMediaType", "The body is of no type that is taken.", fields("Accept", "Accept-Encoding")),
            refusal("RangeNotSatisfiable", "The range begins behind the end.", fields("Content-Range")),
            refusal("Misdirected", "The server does not go by the name in Host.", fields()),
            refusal("Unprocessable", "Well-formed, but it cannot be done; errors names the fields.", fields()),
            refusal(
                "TooManyRequests",
                "Over the operator's rate, the client's share of the queue, of connections, streams or memory, or what the "
                    + "token's jobs may have in the queue or hold; of what they hold the type is "
                    + "\(Problem.quotaType), and only a purge helps.", fields("Retry-After.some")),
            refusal("Failed", "The server's own fault; its log has the reason under the request_id.", fields()),
            refusal(
                "Busy",
                "The queue, the connections or the memory are full, or the engine is not ready, or the server is stopping.",
                fields("Retry-After")),
            refusal("StorageFull", "The disk, or the part of the store that jobs may fill, is full.", fields()),
            refusal("Refusal", "Any other refusal.", fields()),
        ]
        return "{\n" + all.joined(separator: ",\n") + "\n}"
    }()

    static let headers = #"""
        {
          "X-Request-Id": {"required": true, "description": "By which the log knows the request.",
            "schema": {"type": "string", "pattern": "^[0-9A-Za-z_.:-]{1,128}$"}, "example": "34e4796d0058d035edcf6a9842274e83"},
          "X-Mask-Id": {"required": true, "description": "The mask's id.", "schema": {"$ref": "#/components/schemas/Digest"}},
          "X-Mask-Labels": {"required": true, "description": "Names, percent-encoded, separated by commas.",
            "schema": {"type": "string"}, "example": "cat"},
          "X-Mask-Label-Source": {"required": true, "description": "Whether the client gave the labels.",
            "schema": {"type": "string", "enum": ["given", "predicted"]}},
          "X-Cache": {"required": true, "description": "Whether the store had the mask.", "schema": {"type": "string", "enum": ["hit", "miss"]}},
          "Vary": {"required": true, "description": "Accept chooses the form.", "schema": {"type": "string"}, "example": "Accept"},
          "Location": {"required": true, "description": "Of the job.", "schema": {"type": "string", "format": "uri-reference"},
            "example": "/v1/jobs/c116a5c21ef598594d7f888bd5a2800e"},
          "Idempotent-Replayed": {"description": "The job was there already, from the same key and body.", "schema": {"type": "string", "const": "true"}},
          "Retry-After": {"required": true, "description": "Seconds.", "schema": {"type": "string", "pattern": "^[0-9]+$"}, "example": "2"},
          "Retry-After.some": {"description": "Seconds, where waiting helps.", "schema": {"type": "string", "pattern": "^[0-9]+$"}, "example": "1"},
          "WWW-Authenticate": {"required": true, "description": "RFC 6750, section 3.",
            "schema": {"type": "string"}, "example": "Bearer realm=\"pseudolabel\""},
          "WWW-Authenticate.scope": {"description": "RFC 6750, section 3, where it is a matter of the token.", "schema": {"type": "string"},
            "example": "Bearer realm=\"pseudolabel\", error=\"insufficient_scope\", scope=\"label\""},
          "Accept": {"description": "The types that are taken; not where the bytes are not what their type says.",
            "schema": {"type": "string"}, "example": "\#((MaskRequest.imageTypes + [MaskRequest.formType]).joined(separator: ", "))"},
          "Accept-Encoding": {"description": "The codings that are taken, where the body's is another one.",
            "schema": {"type": "string", "const": "gzip, deflate"}},
          "ETag": {"required": true, "description": "Of these bytes.", "schema": {"type": "string"},
            "example": "\"c116a5c21ef598594d7f888bd5a2800e-1--1\""},
          "Accept-Ranges": {"description": "bytes once the job has ended; not of COCO results.",
            "schema": {"type": "string", "enum": ["bytes", "none"]}},
          "Content-Range": {"required": true, "description": "Which bytes of how many.",
            "schema": {"type": "string", "pattern": "^bytes ([0-9]+-[0-9]+|[*])/[0-9]+$"}, "example": "bytes 0-99/7168"},
          "Content-Disposition": {"required": true, "description": "A file name.", "schema": {"type": "string"},
            "example": "attachment; filename=\"c116a5c21ef598594d7f888bd5a2800e.tar\""}
        }
        """#
}
