# Sourced: starts $binary on a free port with a fresh store, which ends and goes with the shell. Sets work, a folder that
# goes too, server, its process, and url.
work="$(mktemp -d)"
: >"$work/out"
"$binary" serve --port 0 --data-dir "$work/data" --threads 2 >"$work/out" 2>"$work/err" &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$work"' EXIT
while ! grep -q listening "$work/out"; do kill -0 $server || { cat "$work/err"; exit 1; }; done
url="$(sed -n 's/^listening on //p' "$work/out")"
