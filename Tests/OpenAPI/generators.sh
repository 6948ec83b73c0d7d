#!/bin/bash
# Clients made by two generators of /openapi.json, both from PyPI, against the built binary: they post a picture by body
# and by form, take a mask's ground truth, make a job, upload, follow it, and download its archive and a PNG. Exit status 77
# where PyPI cannot be reached, 78 where there is no Java for the second generator (the first has run then).
#   generators.sh BINARY       generators.sh --prepare       only installs them
set -uo pipefail
binary="$1"
cd "$(dirname "$0")/../.."
folder="$PWD/Tests/OpenAPI"
environment="$PWD/.build/generators"
# Through the interpreter, because the programs in bin/ name the folder in which they were installed.
python="$environment/bin/python"
# What the second generator's clients need stands beside the generators themselves.
has() { "$python" -c "import openapi_python_client, openapi_generator_cli, urllib3, pydantic, dateutil" 2>/dev/null; }
if ! has; then
    python3 -m venv "$environment" && "$python" -m pip install -q "openapi-python-client==0.29.*" \
        "openapi-generator-cli==7.26.*" "urllib3>=2,<3" "python-dateutil>=2.8,<3" && has || exit 77
fi
[ "$binary" = --prepare ] && exit 0
. "$folder/service.sh"
"$python" -c "import sys, urllib.request; sys.stdout.buffer.write(urllib.request.urlopen('$url/openapi.json').read())" \
    >"$work/openapi.json" || exit 1

# As it comes, but for the formatter that it would run.
echo "post_hooks: []" >"$work/config.yaml"
"$python" -m openapi_python_client generate --config "$work/config.yaml" --path "$work/openapi.json" --meta none \
    --output-path "$work/first/pseudolabel_client" >"$work/first.log" 2>&1 || { cat "$work/first.log"; exit 1; }
PYTHONPATH="$work/first" "$python" "$folder/use_python_client.py" "$url" Tests/Fixtures/cat.png || exit 1

command -v java >/dev/null || exit 78
"$python" -c "from openapi_generator_cli import cli; cli()" generate -g python -i "$work/openapi.json" -o "$work/second" \
    --additional-properties=packageName=pseudolabel_client >"$work/second.log" 2>&1 || { tail -40 "$work/second.log"; exit 1; }
PYTHONPATH="$work/second" "$python" "$folder/use_generator_client.py" "$url" Tests/Fixtures/cat.png || exit 1
kill -0 $server || { echo "the server ended:"; tail -20 "$work/err"; exit 1; }
