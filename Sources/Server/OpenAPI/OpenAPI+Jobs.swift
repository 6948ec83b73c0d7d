extension OpenAPIDocument {
    private func command(_ name: String, _ summary: String) -> String {
        #"""
        "/v1/jobs/{id}/\#(name)": {
          "parameters": [{"$ref": "#/components/parameters/JobID"}],
          "post": {
            "operationId": "\#(name)Job", "tags": ["jobs"], "summary": "\#(summary)",
            "responses": {"200": \#(Self.answer("The job now.", "Job")), \#(Self.problems(404, 409))}
          }
        }
        """#
    }

    private static let paging = #"""
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}}
        """#

    var jobPaths: String {
        #"""
        "/v1/jobs": {
          "post": {
            "operationId": "createJob", "tags": ["jobs"], "summary": "Takes in a data set to be labelled.",
            "description": "At most \#(limits.maximumItems) items. As NDJSON the first line is the job without items, and each further line an item.",
            "parameters": [
              {"name": "Idempotency-Key", "in": "header", "description": "The same key with the same body gets the same job.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255}}
            ],
            "requestBody": {"required": true, "content": {
              "application/json": {"schema": {"$ref": "#/components/schemas/NewJob"},
                "examples": {"one picture": {"value": {"name": "cats", "items": [{"name": "chelsea",
                  "sha256": "4dc4f8a2b1de4d0a2b7d5c0a0f3e9a5d6c1b2e3f4a5b6c7d8e9f0a1b2c3d4e5f", "labels": ["cat"]}]}}}},
              "application/x-ndjson": {"schema": {"type": "string"}}
            }},
            "responses": {
              "202": {"description": "It is kept and will be worked on; missing lists the images to be uploaded.",
                "headers": {
                  "Location": {"description": "Of the job.", "schema": {"type": "string"}},
                  "Retry-After": {"schema": {"type": "string"}},
                  "Idempotent-Replayed": {"schema": {"const": "true"}}
                },
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}}},
              \#(Self.problems(400, 409, 413, 415, 422, 429, 503, 507))
            }
          },
          "get": {
            "operationId": "listJobs", "tags": ["jobs"], "summary": "All jobs, newest first.",
            "parameters": [\#(Self.paging),
              {"name": "cursor", "in": "query", "description": "A next_cursor.", "schema": {"type": "string"}}],
            "responses": {"200": \#(Self.answer("A page of them.", "JobPage")), \#(Self.problems(400))}
          }
        },
        "/v1/jobs/{id}": {
          "parameters": [{"$ref": "#/components/parameters/JobID"}],
          "get": {
            "operationId": "getJob", "tags": ["jobs"], "summary": "State, counts, rate, time left, metrics.",
            "responses": {"200": \#(Self.answer("The job.", "Job")), \#(Self.problems(400, 404))}
          },
          "delete": {
            "operationId": "cancelJob", "tags": ["jobs"], "summary": "Cancels; with purge forgets the job.",
            "parameters": [{"name": "purge", "in": "query", "schema": {"type": "boolean", "default": false}}],
            "responses": {
              "200": \#(Self.answer("Cancelled.", "Job")), "204": {"description": "Purged."},
              \#(Self.problems(400, 404, 409))
            }
          }
        },
        "/v1/jobs/{id}/items": {
          "parameters": [{"$ref": "#/components/parameters/JobID"}],
          "get": {
            "operationId": "listJobItems", "tags": ["jobs"], "summary": "A job's items, with masks and reasons.",
            "parameters": [\#(Self.paging),
              {"name": "state", "in": "query", "description": "Those of done, failed, cancelled and finished (all three) come in the order in which they ended.",
                "schema": {"enum": ["waiting_for_image", "queued", "running", "done", "failed", "cancelled", "finished"]}},
              {"name": "cursor", "in": "query", "description": "A cursor or next_cursor.",
                "schema": {"type": "integer", "minimum": -1}}],
            "responses": {"200": \#(Self.answer("A page of them.", "JobItemPage")), \#(Self.problems(400, 404))}
          }
        },
        "/v1/jobs/{id}/events": {
          "parameters": [{"$ref": "#/components/parameters/JobID"}],
          "get": {
            "operationId": "followJob", "tags": ["jobs"], "summary": "Server-sent events: item, progress, end.",
            "parameters": [{"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}}],
            "responses": {
              "200": {"description": "Ends with the job.", "content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/JobEvent"}}}},
              \#(Self.problems(400, 404))
            }
          }
        },
        \#(command("pause", "Begins no more items.")),
        \#(command("resume", "Goes on.")),
        \#(command("retry", "Has failed items begun again.")),
        "/v1/jobs/{id}/result.tar": {
          "parameters": [{"$ref": "#/components/parameters/JobID"}],
          "get": {
            "operationId": "getJobResult", "tags": ["jobs"], "summary": "All masks in VOC's layout, or COCO results.",
            "parameters": [
              {"name": "format", "in": "query", "schema": {"enum": ["voc", "coco"], "default": "voc"}},
              {"name": "cursor", "in": "query", "description": "Only items after this position.",
                "schema": {"type": "integer", "minimum": -1}}
            ],
            "responses": {
              "200": {"description": "The whole.",
                "headers": {"ETag": {"schema": {"type": "string"}}},
                "content": {
                "application/x-tar": {"schema": {"type": "string", "contentMediaType": "application/x-tar"}},
                "application/json": {"schema": {"type": "array"}}
              }},
              "206": {"description": "The range asked for, of a job that has ended.", "content": {
                "application/x-tar": {"schema": {"type": "string", "contentMediaType": "application/x-tar"}}}},
              \#(Self.problems(400, 404, 416))
            }
          }
        },
        "/v1/images/{sha256}": {
          "parameters": [{"name": "sha256", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/Digest"}}],
          "put": {
            "operationId": "uploadImage", "tags": ["jobs"], "summary": "Takes in a picture that a job waits for.",
            "requestBody": {"required": true, "content": {
              "application/octet-stream": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}}},
            "responses": {
              "200": \#(Self.answer("It was there already.", "UploadedImage")),
              "201": \#(Self.answer("It is kept.", "UploadedImage")),
              \#(Self.problems(404, 409, 413, 422, 503, 507))
            }
          }
        }
        """#
    }
}
