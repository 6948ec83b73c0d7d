#!/bin/sh
# Starts the service, labels the sample picture through it over HTTP, says where the results are, and keeps serving.
# With ONCE=1 it stops the service and exits instead. Called by `make run`.
set -eu

: "${PORT:=8080}" "${HOST:=127.0.0.1}" "${DATA_DIR:=data}" "${BINARY:=.build/release/pseudolabel}" "${ONCE:=}"
sample=Samples/chelsea.png
label=cat
output=$DATA_DIR/sample
mkdir -p "$output"

ready=$(mktemp -d)
mkfifo "$ready/line"
"$BINARY" serve --host "$HOST" --port "$PORT" --data-dir "$DATA_DIR/store" >"$ready/line" &
server=$!
stop() {
    rm -rf "$ready"
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The server says in one line where it listens; when it stops instead, the pipe ends and the line is empty.
line=""
read -r line <"$ready/line" || true
url=${line#listening on }
if [ -z "$url" ]; then
    wait "$server" || true
    echo "The service did not start; the reason is above." >&2
    exit 1
fi

fetch() { curl --fail-with-body --silent --show-error "$@"; }
id=$(fetch --data-binary "@$sample" -H "Content-Type: image/png" -H "Accept: image/png" \
    --dump-header - -o "$output/mask.png" "$url/v1/masks?labels=$label" |
    tr -d '\r' | sed -n 's/^[Xx]-[Mm]ask-[Ii]d: //p')
fetch -o "$output/overlay.png" "$url/v1/masks/$id/overlay.png"
fetch -o "$output/mask.json" "$url/v1/masks/$id"

cat <<TEXT

The sample picture $sample (label: $label) is labelled:
    mask      $output/mask.png     (indexed PNG, PASCAL VOC palette)
    overlay   $output/overlay.png  (for people)
    details   $output/mask.json    (metrics, boxes, COCO RLE)

The service runs at $url. Try it from this directory in another terminal:
    curl --data-binary @$sample -H "Content-Type: image/png" "$url/v1/masks?labels=$label"

TEXT

[ "$ONCE" = 1 ] && exit 0
echo "Press Ctrl-C to stop."
wait "$server"
