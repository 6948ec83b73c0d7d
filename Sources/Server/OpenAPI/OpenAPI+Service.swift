extension OpenAPIDocument {
    private func status(_ path: String, _ id: String, _ summary: String, _ description: String, _ schema: String)
        -> String
    {
        #"""
        "\#(path)": {
          "get": {
            "operationId": "\#(id)", "tags": ["service"], "summary": "\#(summary)", \#(Self.access(nil, description)),
            "responses": {"200": \#(Self.answer("Yes.", schema)), \#(Self.openRefusals)}
          }
        }
        """#
    }

    private func page(_ path: String, _ id: String, _ summary: String, _ description: String) -> String {
        #"""
        "\#(path)": {
          "get": {
            "operationId": "\#(id)", "tags": ["service"], "summary": "\#(summary)",
            \#(Self.access(nil, description)),
            "parameters": [{"name": "If-None-Match", "in": "header", "description": "ETags of pages that the client has.",
              "schema": {"type": "string"}, "example": "\"a3f95efa176269e7b951d7e22a7ed6c2\""}],
            "responses": {
              "200": {"description": "HTML, complete in itself.", \#(Self.fields("ETag", cache: "no-cache")),
                "content": {"text/html": {"schema": {"type": "string"}}}},
              "304": {"description": "As the client has it.", \#(Self.fields("ETag", cache: "no-cache"))},
              \#(Self.openRefusals)
            }
          }
        }
        """#
    }

    var servicePaths: String {
        #"""
        "/v1/models": {
          "get": {
            "operationId": "listModels", "tags": ["service"], "summary": "The model being served, with its classes.",
            \#(Self.access(.read, "The operator may exchange it while the service runs.")),
            "responses": {"200": \#(Self.answer("One model.", "Models")), \#(Self.refusals())}
          }
        },
        \#(status("/healthz", "getHealth", "Whether the process lives.", "For what restarts it otherwise.", "Alive")),
        \#(status("/readyz", "getReadiness", "Whether the engine runs, the queue has room and the store takes writes.", "For what sends requests elsewhere otherwise.", "Ready")),
        \#(page("/", "getPage", "A page for people.", "It asks for a token where one is needed.")),
        \#(page("/docs", "getDocs", "This document as a page for people.", "It has no script, and loads nothing.")),
        "/metrics": {
          "get": {
            "operationId": "getMetrics", "tags": ["service"], "summary": "Prometheus' text format.",
            \#(Self.access(.read, "Counters begin at zero with the process.")),
            "responses": {
              "200": {"description": "All metrics.", \#(Self.fields()),
                "content": {"text/plain": {"schema": {"type": "string"}, "example": "pseudolabel_queue_depth 0\npseudolabel_queue_capacity 64\npseudolabel_engine_up 1\n"}}},
              \#(Self.refusals())
            }
          }
        },
        "/openapi.json": {
          "get": {
            "operationId": "getOpenAPI", "tags": ["service"], "summary": "This document.",
            \#(Self.access(nil, "With the limits of this server.")),
            "responses": {
              "200": {"description": "OpenAPI 3.1.", \#(Self.fields()), "content": {"application/json": {
                "schema": {"type": "object", "required": ["openapi", "info", "paths"], "properties": {
                  "openapi": {"type": "string", "pattern": "^3[.]1[.]"}, "info": {"type": "object"}, "paths": {"type": "object"}}},
                "example": {"openapi": "3.1.0", "info": {"title": "pseudolabel", "version": "\#(ServiceVersion.current)"}, "paths": {}}}}},
              \#(Self.openRefusals)
            }
          }
        }
        """#
    }
}
