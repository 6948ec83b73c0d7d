#!/bin/bash
# Whether a running service does what it should, from health to a finished job.
#   smoke.sh URL [TOKEN]        TOKEN with the scopes read,label where the service asks for one
set -euo pipefail
# Behind a pipe grep reads to the end (no -q): what writes into it would fail with it.
url="${1:?usage: smoke.sh URL [TOKEN]}"
url="${url%/}"
picture="$(cd "$(dirname "$0")/.." && pwd)/Samples/chelsea.png"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
authorization=()
[ -n "${2:-}" ] && authorization=(-H "Authorization: Bearer $2")
ask() { curl -sS --max-time 60 "${authorization[@]}" "$@"; }
passed() { echo "ok    $1"; }
failed() { echo "FAIL  $1" >&2; exit 1; }
status() { ask -o "$work/body" -w '%{http_code}' "$@"; }
expect() { [ "$2" = "$3" ] || failed "$1: $3 instead of $2: $(head -c 300 "$work/body")"; passed "$1"; }

expect "alive" 200 "$(status "$url/healthz")"
expect "ready" 200 "$(status "$url/readyz")"
expect "page" 200 "$(status "$url/")"
expect "API description" 200 "$(status "$url/openapi.json")"
expect "metrics" 200 "$(status "$url/metrics")"
grep -q '^pseudolabel_model_info{' "$work/body" || failed "metrics name no model"
expect "model" 200 "$(status "$url/v1/models")"

# The same picture under another name for the store: with a random number behind its end, which decoders pass over.
unique="$work/picture.png"
{ cat "$picture"; head -c 16 /dev/urandom; } >"$unique"
post() { ask -o "$work/mask.png" -D "$work/head" -w '%{http_code}' --data-binary @"$unique" -H "Content-Type: image/png" \
    -H "Accept: image/png" "$url/v1/masks?scales=0.5&flip=false"; }
expect "mask" 200 "$(post)"
[ "$(head -c 8 "$work/mask.png" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ] || failed "the mask is no PNG"
expect "mask again" 200 "$(post)"
grep -qi '^x-cache: hit' "$work/head" || failed "the second answer does not come from the store"
passed "from the store"
expect "unknown mask" 404 "$(status "$url/v1/masks/$(printf '0%.0s' {1..64})")"
grep -q '"request_id"' "$work/body" || failed "the refusal is no problem document"
expect "bad picture" 422 "$(status --data-binary @<(head -c 3000 "$picture") -H "Content-Type: image/png" "$url/v1/masks")"

sha="$(sha256sum "$unique" | cut -d' ' -f1)"
expect "job" 202 "$(status -H "Content-Type: application/json" "$url/v1/jobs" \
    -d "{\"name\": \"smoke\", \"options\": {\"scales\": [0.5]}, \"items\": [{\"name\": \"chelsea\", \"sha256\": \"$sha\"}]}")"
job="$(sed -n 's/.*"self":"\([^"]*\)".*/\1/p' "$work/body")"
case "$(status -X PUT --data-binary @"$unique" "$url/v1/images/$sha")" in 200 | 201 | 409) passed "picture taken in" ;;
*) failed "picture: $(head -c 300 "$work/body")" ;; esac
# Ends with the job.
ask -N "$url$job/events" | grep '^event: end' >/dev/null || failed "the job did not end"
expect "job's end" 200 "$(status "$url$job")"
grep -q '"state":"done"' "$work/body" || failed "the job is not done: $(head -c 300 "$work/body")"
expect "result" 200 "$(ask -o "$work/result.tar" -w '%{http_code}' "$url$job/result.tar")"
tar -tf "$work/result.tar" | grep '^SegmentationClass/chelsea.png$' >/dev/null || failed "the result has no mask"
passed "all"
