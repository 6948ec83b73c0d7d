#!/bin/bash
# All of the engine's speed on this machine: the network's steps, whole passes, the pipeline by stages, a training step, a cold
# start; and the peers' where Benchmarks/peers/setup.sh has installed them.
#   bench.sh BINARY
set -euo pipefail
binary="$1"
cd "$(dirname "$0")/.."
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
for threads in 1 2; do
    echo && "$binary" bench layers --threads $threads
    for size in "320 320" "375 500"; do
        echo && "$binary" bench forward --height ${size% *} --width ${size#* } --threads $threads
    done
    echo && "$binary" bench convolution --threads $threads
    echo && "$binary" bench label Samples/chelsea.png --width 500 --height 375 --classes 1 --threads $threads
done
echo && "$binary" bench train --threads 2 --repetitions 3
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
echo
TIMEFORMAT="cold start, process to mask written: %R s"
time "$binary" label Samples/chelsea.png --labels cat --out "$out" 2>/dev/null
python=.build/peers/bin/python
if [ -x $python ]; then
    echo && $python Benchmarks/peers/compare.py --binary "$binary"
else
    echo && echo "The peers are left out: Benchmarks/peers/setup.sh installs them (several gigabytes from PyPI)."
fi
