import Engine

extension OpenAPIDocument {
    private static let jobParameter = ##""parameters": [{"$ref": "#/components/parameters/JobID"}]"##

    private func command(_ name: String, _ summary: String, _ description: String) -> String {
        #"""
        "/v1/jobs/{id}/\#(name)": {
          \#(Self.jobParameter),
          "post": {
            "operationId": "\#(name)Job", "tags": ["jobs"], "summary": "\#(summary)",
            \#(Self.access(.label, description)),
            "responses": {"200": \#(Self.answer("The job now.", "Job")), \#(Self.refusals(404, 409, 413, 507))}
          }
        }
        """#
    }

    private static let accepted: String = {
        let links = [
            ("getJob", "How it goes."), ("listJobItems", "Its items."), ("followJob", "What happens to it."),
            ("getJobResult", "Its masks."), ("pauseJob", "Begins no more of it."), ("resumeJob", "Goes on with it."),
            ("retryJob", "What failed, again."), ("cancelJob", "Ends it."),
        ].map { link($0.0, "id", "$response.body#/id", $0.1) }
        return answer(
            "It is kept and will be worked on; missing lists the pictures to be uploaded.", "AcceptedJob",
            fields: fields("Location", "Retry-After", "Idempotent-Replayed"),
            links: links + [
                link("uploadImage", "sha256", "$response.body#/missing/0", "The first picture that it waits for.")
            ])
    }()

    var jobPaths: String {
        #"""
        "/v1/jobs": {
          "post": {
            "operationId": "createJob", "tags": ["jobs"], "summary": "Takes in a data set to be labelled.",
            \#(Self.access(.label, "At most \(limits.maximumItems) items and \(limits.maximumJobBytes) bytes as JSON, \(limits.maximumJobLinesBytes) as NDJSON, whose first line is the job without items, and each further line an item.")),
            "parameters": [
              {"name": "Idempotency-Key", "in": "header", "description": "The same key with the same body gets the same job.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255}, "example": "cats-1"}
            ],
            "requestBody": {"required": true, "description": "Pictures are named by their SHA-256, and uploaded where they are missing.",
              "content": {
                \#(Self.json("NewJob", "NewJob")),
                \#(Self.content("application/x-ndjson", #"{"type": "string"}"#, ["NewJobLines"]))
              }},
            "responses": {
              "202": \#(Self.accepted),
              \#(Self.refusals(409, 413, 415, 422, 507))
            }
          },
          "get": {
            "operationId": "listJobs", "tags": ["jobs"], "summary": "All jobs, newest first.",
            \#(Self.access(.read, "Page by page.")),
            "parameters": [{"$ref": "#/components/parameters/PageSize"},
              {"name": "cursor", "in": "query", "description": "The next_cursor of the page before.",
                "schema": {"$ref": "#/components/schemas/JobID"}, "example": "c116a5c21ef598594d7f888bd5a2800e"}],
            "responses": {
              "200": \#(Self.answer("A page of them.", "JobPage",
                links: [
                    Self.link("listJobs", "cursor", "$response.body#/next_cursor", "The page after this."),
                    Self.link("getJob", "id", "$response.body#/jobs/0/id", "The newest."),
                ])),
              \#(Self.refusals())
            }
          }
        },
        "/v1/jobs/{id}": {
          \#(Self.jobParameter),
          "get": {
            "operationId": "getJob", "tags": ["jobs"], "summary": "State, counts, rate, time left, metrics.",
            \#(Self.access(.read, "As it is now.")),
            "responses": {"200": \#(Self.answer("The job.", "Job")), \#(Self.refusals(404))}
          },
          "delete": {
            "operationId": "cancelJob", "tags": ["jobs"], "summary": "Cancels; with purge forgets the job.",
            \#(Self.access(.label, "A cancelled job stays, with what was done. Items that were never begun are only counted from then on. With purge it is gone; others' jobs need the scope admin:")),
            "parameters": [{"name": "purge", "in": "query", "description": "Whether the job is forgotten too.",
              "schema": {"type": "boolean", "default": false}, "example": true}],
            "responses": {
              "200": \#(Self.answer("Cancelled.", "Job")), "204": {"description": "Purged.", \#(Self.fields())},
              \#(Self.refusals(404, 409, 507))
            }
          }
        },
        "/v1/jobs/{id}/items": {
          \#(Self.jobParameter),
          "get": {
            "operationId": "listJobItems", "tags": ["jobs"], "summary": "A job's items, with masks and reasons.",
            \#(Self.access(.read, "Page by page, in the job's order; those of done, failed, cancelled and finished (all three) in the order in which they ended.")),
            "parameters": [{"$ref": "#/components/parameters/PageSize"},
              {"name": "state", "in": "query", "description": "Only items in this state.", "example": "done",
                "schema": {"type": "string", "enum": ["waiting_for_image", "queued", "running", "done", "failed", "cancelled", "finished"]}},
              {"name": "warning", "in": "query", "description": "Only items with such a warning, or with any.", "example": "any",
                "schema": {"type": "string", "enum": ["any", \#(Self.list(Warning.Code.allCases.map(\.rawValue)))]}},
              {"name": "cursor", "in": "query", "description": "A cursor or next_cursor of the same state; -1 is the beginning.",
                "schema": {"$ref": "#/components/schemas/Cursor"}, "example": "-1"}],
            "responses": {
              "200": \#(Self.answer("A page of them.", "JobItemPage",
                links: [Self.link("getMask", "id", "$response.body#/items/0/mask", "The mask of the first.")])),
              \#(Self.refusals(404))
            }
          }
        },
        "/v1/jobs/{id}/events": {
          \#(Self.jobParameter),
          "get": {
            "operationId": "followJob", "tags": ["jobs"], "summary": "Server-sent events: item, progress, end.",
            \#(Self.access(.read, "The first answer has all items that ended before; a comment every 15 s says that the connection lives.")),
            "parameters": [{"name": "Last-Event-ID", "in": "header", "description": "The id of the last item seen; goes on after it.",
              "schema": {"type": "string"}, "example": "1"}],
            "responses": {
              "200": {"description": "Ends with the job. Events are item (its data is a JobItem, its id for Last-Event-ID), progress and end (their data is the Job, or null when it was purged).", \#(Self.fields()),
                "content": {\#(Self.content("text/event-stream", Self.text, ["JobEvents"]))}},
              \#(Self.refusals(404))
            }
          }
        },
        \#(command("pause", "Begins no more items.", "Those that run are finished. 409 where the job has ended.")),
        \#(command("resume", "Goes on.", "409 where the job has ended.")),
        \#(command("retry", "Has failed items begun again.", "409 where the job was cancelled."))
        """#
    }
}
