#!/bin/bash
# Builds the fuzz targets, runs each for a while from its seeds, and prints one line for each. Exits 1 when one
# crashed; the input that did it stays in .build/fuzz/crashes/TARGET.
#
#   run.sh --seconds N            N seconds a target, at random; what is found is kept in .build/fuzz/corpus
#   run.sh --runs N [--seed S]    N executions a target, from the seeds alone; with the same S nearly the same
#   run.sh ... TARGET...          these targets only
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly out=.build/fuzz

bound=() seed=0 keep=yes targets=()
while [ $# -gt 0 ]; do
    case "$1" in
    --seconds) bound=("-max_total_time=$2") && shift 2 ;;
    --runs) bound=("-runs=$2") keep= && shift 2 ;;
    --seed) seed=$2 && shift 2 ;;
    *) targets+=("$1") && shift ;;
    esac
done
[ ${#bound[@]} -gt 0 ] || bound=(-max_total_time=30)
[ ${#targets[@]} -gt 0 ] || targets=(request connection inflate multipart csv safetensors jpeg png webp)

Tests/Fuzz/build.sh

# Swift's own crash reports read memory that AddressSanitizer guards. Its quarantine of freed memory is kept small:
# filling it is most of what a run costs.
export SWIFT_BACKTRACE=enable=no
# Sets and dictionaries in the same order each time.
export SWIFT_DETERMINISTIC_HASHING=1
export ASAN_OPTIONS=quarantine_size_mb=16
ASAN_SYMBOLIZER_PATH=$(dirname "$(readlink -f "$(command -v swiftc)")")/llvm-symbolizer
export ASAN_SYMBOLIZER_PATH

run() {
    local target=$1 log="$out/$1.log" crashes="$out/crashes/$1"
    local corpus options=() status=0 seeds=("Tests/Fuzz/Corpus/$1")
    mkdir -p "$crashes" "$out/corpus/$target"
    corpus="$out/corpus/$target"
    [ -n "$keep" ] || corpus=$(mktemp -d "$out/corpus.XXXXXX")
    [ ! -e "Tests/Fuzz/Dictionaries/$target.dict" ] || options=("-dict=Tests/Fuzz/Dictionaries/$target.dict")
    # Each request is what a client may send first on a connection.
    [ "$target" != connection ] || seeds+=(Tests/Fuzz/Corpus/request)
    local started=$EPOCHREALTIME
    # One allocation above 16 MiB, where no input is above 4 KiB and no picture above 16,384 pixels, is one of a size
    # that the input claims; ten seconds are a loop.
    "$out/$target" "${bound[@]}" "${options[@]}" -seed="$seed" -max_len=4096 -timeout=10 -rss_limit_mb=1024 \
        -malloc_limit_mb=16 -artifact_prefix="$crashes/" -print_final_stats=1 "$corpus" "${seeds[@]}" \
        >"$log" 2>&1 </dev/null || status=$?
    [ -n "$keep" ] || rm -rf "$corpus"
    summarise "$target" "$log" "$status" "$(awk "BEGIN { print ${EPOCHREALTIME/,/.} - ${started/,/.} }")"
    return "$status"
}

summarise() {
    local target=$1 log=$2 status=$3 seconds=$4 found
    # The last line of progress: "#N DONE cov: EDGES ft: FEATURES corp: COUNT/SIZE ...".
    awk -v target="$target" -v status="$status" -v seconds="$seconds" '
        /^#[0-9]+.* cov: / { for (i = 1; i < NF; i++) value[$i] = $(i + 1) }
        /^stat::number_of_executed_units/ { executions = $2 }
        END {
            printf "fuzz %-11s %9d executions, %6d/s, %5d edges, %5d features, corpus %s, %s\n", target, executions,
                executions / seconds, value["cov:"], value["ft:"], value["corp:"], status == 0 ? "no crash" : "CRASHED"
        }' "$log"
    [ "$status" -ne 0 ] || return 0
    found=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
    grep -E -m 3 'Fatal error|ERROR: |SUMMARY: ' "$log" | sed 's/^/    /' || tail -n 5 "$log" | sed 's/^/    /'
    echo "    input: ${found:-none}; everything it said: $log"
    echo "    again: SWIFT_BACKTRACE=enable=no $out/$target ${found:-INPUT}"
}

failed=0
for target in "${targets[@]}"; do
    run "$target" || failed=1
done
exit $failed
