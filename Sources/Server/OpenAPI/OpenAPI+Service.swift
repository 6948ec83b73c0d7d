extension OpenAPIDocument {
    private func status(_ path: String, _ id: String, _ summary: String) -> String {
        #"""
        "\#(path)": {
          "get": {
            "operationId": "\#(id)", "tags": ["service"], "summary": "\#(summary)", "security": [],
            "responses": {"200": \#(Self.answer("Yes.", "Status")), \#(Self.problems(503))}
          }
        }
        """#
    }

    var servicePaths: String {
        #"""
        "/v1/models": {
          "get": {
            "operationId": "listModels", "tags": ["service"], "summary": "The model being served, with its classes.",
            "responses": {"200": \#(Self.answer("One model.", "Models")), \#(Self.problems())}
          }
        },
        \#(status("/healthz", "getHealth", "Whether the process lives.")),
        \#(status("/readyz", "getReadiness", "Whether the engine runs and the queue has room.")),
        "/": {
          "get": {
            "operationId": "getPage", "tags": ["service"], "summary": "A page for people.", "security": [],
            "responses": {
              "200": {"description": "HTML.", "content": {"text/html": {"schema": {"type": "string"}}}},
              "304": {"description": "As the client has it."},
              \#(Self.problems())
            }
          }
        },
        "/metrics": {
          "get": {
            "operationId": "getMetrics", "tags": ["service"], "summary": "Prometheus' text format.",
            "responses": {
              "200": {"description": "All metrics.", "content": {"text/plain": {"schema": {"type": "string"}}}},
              \#(Self.problems())
            }
          }
        },
        "/openapi.json": {
          "get": {
            "operationId": "getOpenAPI", "tags": ["service"], "summary": "This document.", "security": [],
            "responses": {
              "200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"}}}},
              \#(Self.problems())
            }
          }
        }
        """#
    }
}
