"""Whether a document is OpenAPI 3.1 and says what a reader needs: check.py URL

Each operation has a summary, an operationId and a description of what comes where it succeeds; each body and answer in JSON
has an example, each parameter too; and each example is what its schema says, with no member that the schema does not name.
"""

import copy
import json
import sys
import urllib.request

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")


class Check:
    def __init__(self, document):
        self.document = document
        self.faults = []
        # References lead into the document itself: its components go along with each schema.
        self.components = {"components": closed(copy.deepcopy(document["components"]))}

    def resolve(self, node):
        while "$ref" in node:
            target = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def fault(self, place, text):
        self.faults.append(f"{place}: {text}")

    def examples(self, node):
        if "example" in node:
            yield "example", node["example"]
        for name, example in node.get("examples", {}).items():
            yield name, self.resolve(example)["value"]

    def validate(self, place, node):
        """How many examples a media type, a parameter or a header has; each against its schema."""
        validator = Draft202012Validator(
            closed(copy.deepcopy(node["schema"])) | self.components, format_checker=Draft202012Validator.FORMAT_CHECKER)
        count = 0
        for name, value in self.examples(node):
            count += 1
            for error in validator.iter_errors(value):
                self.fault(place, f"{name}: {error.json_path}: {error.message}"[:300])
        return count

    def content(self, place, content):
        if not content:
            self.fault(place, "no content")
        for media_type, node in content.items():
            here = f"{place} {media_type}"
            # Of bytes and of a page there is no example in JSON.
            is_text = "json" in media_type or media_type in ("text/event-stream", "text/plain")
            if self.validate(here, node) == 0 and is_text:
                self.fault(here, "no example")

    def operation(self, place, item, operation):
        for member in ("summary", "operationId", "description", "tags", "security"):
            if member not in operation:
                self.fault(place, f"no {member}")
        for parameter in map(self.resolve, item.get("parameters", []) + operation.get("parameters", [])):
            here = f"{place} {parameter['name']}"
            if not parameter.get("description"):
                self.fault(here, "no description")
            if self.validate(here, parameter) == 0:
                self.fault(here, "no example")
        if "requestBody" in operation:
            self.content(f"{place} body", operation["requestBody"]["content"])
        statuses = operation["responses"]
        if not any(status.startswith("2") for status in statuses):
            self.fault(place, "no answer where it succeeds")
        for status, answer in statuses.items():
            answer = self.resolve(answer)
            here = f"{place} {status}"
            if not answer.get("description"):
                self.fault(here, "no description")
            if status not in ("204", "304"):
                self.content(here, answer.get("content", {}))
            for name, header in answer.get("headers", {}).items():
                self.validate(f"{here} {name}", self.resolve(header))

    def unused(self):
        text = json.dumps(self.document)
        for kind, members in self.document["components"].items():
            for name in members:
                if kind != "securitySchemes" and f'"#/components/{kind}/{name}"' not in text:
                    self.fault(f"components.{kind}.{name}", "nothing refers to it")

    def run(self):
        for error in OpenAPIV31SpecValidator(self.document).iter_errors():
            self.fault("OpenAPI 3.1", f"{list(error.absolute_path)}: {error.message}"[:300])
        count = 0
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    count += 1
                    self.operation(f"{method.upper()} {path}", item, item[method])
        self.unused()
        return count


def closed(schema):
    """The schema, with objects that name their members having no others."""
    if isinstance(schema, dict):
        for value in schema.values():
            closed(value)
        if schema.get("type") == "object" and "properties" in schema:
            schema.setdefault("additionalProperties", False)
    elif isinstance(schema, list):
        for value in schema:
            closed(value)
    return schema


def main():
    with urllib.request.urlopen(sys.argv[1], timeout=30) as answer:
        document = json.load(answer)
    check = Check(document)
    count = check.run()
    for fault in check.faults:
        print(fault)
    print(f"{count} operations, {len(check.faults)} faults")
    return 1 if check.faults or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
