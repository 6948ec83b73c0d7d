#!/bin/bash
# Schemathesis (PyPI) against the built binary: requests made of /openapi.json, valid and not, and every answer held to what
# it says. From a fixed seed. Exit status 77 where PyPI cannot be reached.
#   run.sh BINARY [EXAMPLES an operation]       run.sh --prepare       only installs it
set -uo pipefail
binary="$1"
examples="${2:-10}"
cd "$(dirname "$0")/../.."
environment="$PWD/.build/schemathesis"
if [ ! -x "$environment/bin/schemathesis" ]; then
    python3 -m venv "$environment" && "$environment/bin/pip" install -q "schemathesis>=4.32,<5" || exit 77
fi
[ "$binary" = --prepare ] && exit 0
work="$(mktemp -d)"
"$binary" serve --port 0 --data-dir "$work/data" --threads 2 >"$work/out" 2>"$work/err" &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$work"' EXIT
while ! grep -q listening "$work/out"; do kill -0 $server || { cat "$work/err"; exit 1; }; done
url="$(sed -n 's/^listening on //p' "$work/out")"
# Left out: positive_data_acceptance, because most operations are about things that only exist once somebody made them, and
# whether bytes are a picture or a class is known no schema can say; and ignored_auth, because this server has no tokens.
# The events of a job that waits for images never end: each such request takes the whole --request-timeout.
# Phases: "stateful" follows links, of which the document has none.
# It keeps what it found beside where it runs.
cd "$work" || exit 1
"$environment/bin/schemathesis" run "$url/openapi.json" --checks all \
    --exclude-checks positive_data_acceptance,ignored_auth --phases examples,coverage,fuzzing \
    --max-examples "$examples" --seed 1 --generation-deterministic --request-timeout 5 --no-color --warnings off --continue-on-failure
status=$?
if ! kill -0 $server; then echo "the server ended:"; tail -20 "$work/err"; exit 1; fi
exit $status
