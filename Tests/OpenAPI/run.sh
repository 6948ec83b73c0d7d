#!/bin/bash
# Against the built binary, all from PyPI: check.py, whether /openapi.json is OpenAPI 3.1 with valid examples; then
# Schemathesis, requests made of it, valid and not, and every answer held to what it says. From a fixed seed. Exit status 77
# where PyPI cannot be reached.
#   run.sh BINARY [EXAMPLES an operation]       run.sh --prepare       only installs it
set -uo pipefail
binary="$1"
examples="${2:-10}"
cd "$(dirname "$0")/../.."
folder="$PWD/Tests/OpenAPI"
environment="$PWD/.build/schemathesis"
# Through the interpreter, because the programs in bin/ name the folder in which they were installed.
python="$environment/bin/python"
has() { "$python" -c "import schemathesis, openapi_spec_validator, jsonschema, rfc3339_validator" 2>/dev/null; }
if ! has; then
    python3 -m venv "$environment" && "$python" -m pip install -q "schemathesis>=4.32,<5" \
        "openapi-spec-validator>=0.9,<1" "jsonschema[format]>=4.26,<5" && has || exit 77
fi
[ "$binary" = --prepare ] && exit 0
. "$folder/service.sh"
"$python" "$folder/check.py" "$url/openapi.json" || exit 1
# Which checks are left out, and why, is in schemathesis.toml.
# It keeps what it found beside where it runs.
cd "$work" || exit 1
SCHEMATHESIS_HOOKS="$folder/serializers.py" "$python" -m schemathesis.cli --config-file "$folder/schemathesis.toml" run "$url/openapi.json" \
    --phases examples,coverage,fuzzing,stateful \
    --max-examples "$examples" --seed 1 --generation-deterministic --request-timeout 5 --no-color --warnings off --continue-on-failure
status=$?
if ! kill -0 $server; then echo "the server ended:"; tail -20 "$work/err"; exit 1; fi
exit $status
