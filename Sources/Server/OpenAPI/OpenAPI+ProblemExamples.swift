extension OpenAPIDocument {
    /// One problem document for each status; those of 500, 503 and 507 are as the code words them.
    static let problemExamples = #"""
        "BadRequestProblem": {"summary": "A parameter is no truth value", "value": {
          "detail": "flip is \"perhaps\"; it must be true or false.",
          "errors": [{"detail": "is \"perhaps\"; it must be true or false", "field": "flip"}], "instance": "/v1/masks",
          "request_id": "96392fd46ae3b5b687c1aa3a0ae6d8c7", "status": 400, "title": "Bad Request", "type": "about:blank"
        }},
        "UnauthorizedProblem": {"summary": "No token", "value": {
          "detail": "A token is needed: send Authorization: Bearer TOKEN.", "instance": "/v1/models",
          "request_id": "34e4796d0058d035edcf6a9842274e83", "status": 401, "title": "Unauthorized", "type": "about:blank"
        }},
        "ForbiddenProblem": {"summary": "The token lacks the scope", "value": {
          "detail": "The token reader has the scope read; label is needed.", "instance": "/v1/masks",
          "request_id": "d4e17b6a52c726c60696e16cfce0b578", "status": 403, "title": "Forbidden", "type": "about:blank"
        }},
        "NotFoundProblem": {"summary": "No mask has this id", "value": {
          "detail": "There is no such mask, or it was evicted; POST the image again.",
          "instance": "/v1/masks/0000000000000000000000000000000000000000000000000000000000000000",
          "request_id": "08b59ae9c4c6a49fefda03916eadaa03", "status": 404, "title": "Not Found", "type": "about:blank"
        }},
        "RefusalProblem": {"summary": "Another method", "value": {
          "detail": "PUT is not allowed here, only GET, HEAD, OPTIONS.",
          "instance": "/v1/masks/2f616e9acfa718def215cfc4ae2b27f220910ab0ad272fc1c9d1b162c4fc6708",
          "request_id": "68a211053da30531bb0e1710fb2a63db", "status": 405, "title": "Method Not Allowed",
          "type": "about:blank"
        }},
        "NotAcceptableProblem": {"summary": "No form of it is acceptable", "value": {
          "detail": "The Accept header allows neither application/json nor image/png.", "instance": "/v1/masks",
          "request_id": "adc06a405a96a1b64439841758c73c3f", "status": 406, "title": "Not Acceptable", "type": "about:blank"
        }},
        "ConflictProblem": {"summary": "The job has ended", "value": {
          "detail": "The job cannot be paused: the job has ended.",
          "instance": "/v1/jobs/c116a5c21ef598594d7f888bd5a2800e/pause", "request_id": "cafabd369d6fbc1196710575692d0f2a",
          "status": 409, "title": "Conflict", "type": "about:blank"
        }},
        "TooLargeProblem": {"summary": "A file over the limit", "value": {
          "detail": "The body is larger than 1000 bytes, the limit here.", "instance": "/v1/masks",
          "request_id": "4621939555b1a738b6f4f7f58e5b198f", "status": 413, "title": "Content Too Large",
          "type": "about:blank"
        }},
        "UnsupportedMediaTypeProblem": {"summary": "Not a form that is taken", "value": {
          "detail": "The body's Content-Type is \"image/gif\"; it must be one of \#((MaskRequest.imageTypes + [MaskRequest.formType]).joined(separator: ", ")).",
          "instance": "/v1/masks", "request_id": "3149cc17c3429088dc7b2a05afd4af9c", "status": 415,
          "title": "Unsupported Media Type", "type": "about:blank"
        }},
        "RangeNotSatisfiableProblem": {"summary": "A range behind the end", "value": {
          "detail": "The result has 7168 bytes.", "instance": "/v1/jobs/c116a5c21ef598594d7f888bd5a2800e/result.tar",
          "request_id": "b27ba4c1f5645cf7ee801bf4ef926d82", "status": 416, "title": "Range Not Satisfiable",
          "type": "about:blank"
        }},
        "MisdirectedProblem": {"summary": "A name that is not the server's", "value": {
          "detail": "This server does not go by the name label.example.org; its operator can add it with --allow-host.",
          "instance": "/v1/models", "request_id": "4db0d441fa7153b144b60f21460fa340", "status": 421,
          "title": "Misdirected Request", "type": "about:blank"
        }},
        "UnprocessableProblem": {"summary": "A label that the model does not have", "value": {
          "detail": "unknown label \"unicorn\"; the model's nearest classes are bird, car, cow",
          "errors": [
            {"detail": "unknown label \"unicorn\"; the model's nearest classes are bird, car, cow", "field": "labels"}
          ],
          "instance": "/v1/masks", "request_id": "2acadb7ae20b1eaf0c8878f5a5c4dce9", "status": 422,
          "title": "Unprocessable Content", "type": "about:blank"
        }},
        "TooManyRequestsProblem": {"summary": "Over the rate", "value": {
          "detail": "More than 1.0 requests a second; try again in 1 s.", "instance": "/v1/models",
          "request_id": "876911a850001408180b653f5ee71a11", "status": 429, "title": "Too Many Requests",
          "type": "about:blank"
        }},
        "FailedProblem": {"summary": "The server's own fault", "value": {
          "detail": "The server could not use its store; its log has the reason.", "instance": "/v1/jobs",
          "request_id": "7f0d4d2c9b1e4a5f8c3e6b7a90d1f2e3", "status": 500, "title": "Internal Server Error",
          "type": "about:blank"
        }},
        "BusyProblem": {"summary": "The queue is full", "value": {
          "detail": "All 64 places of the queue are taken; try again soon.", "instance": "/v1/masks",
          "request_id": "0c8a5b7e3f9d42d6a1e47c50b2f8d963", "status": 503, "title": "Service Unavailable",
          "type": "about:blank"
        }},
        "StorageFullProblem": {"summary": "The disk is full", "value": {
          "detail": "The server's disk is full; nothing was stored.", "instance": "/v1/jobs",
          "request_id": "e5b1c7094d2f4a83b6d09f1ea7c3285d", "status": 507, "title": "Insufficient Storage",
          "type": "about:blank"
        }}
        """#
}
