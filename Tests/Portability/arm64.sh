#!/bin/bash
# Compiles the C targets that depend on no library for arm64, and runs their kernels in an emulator. Exit status 77 where a
# tool is missing (Debian: libc6-dev-arm64-cross libgcc-12-dev-arm64-cross binutils-aarch64-linux-gnu qemu-user-static).
set -euo pipefail
cd "$(dirname "$0")/../.."
root=/usr/aarch64-linux-gnu
gcc="$(ls -d /usr/lib/gcc-cross/aarch64-linux-gnu/* 2>/dev/null | sort -V | tail -1)" || exit 77
for tool in clang aarch64-linux-gnu-ld qemu-aarch64-static; do command -v $tool >/dev/null || exit 77; done
[ -e "$root/lib/libc.a" ] && [ -e "$gcc/libgcc.a" ] || exit 77
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
compile() { clang --target=aarch64-linux-gnu -isystem $root/include -O2 -Wall -Werror "$@"; }
compile -ISources/COpenBLAS/include -fsyntax-only Sources/COpenBLAS/coretypes.c
for source in Sources/CSandbox/*.c; do compile -ISources/CSandbox/include -fsyntax-only "$source"; done
for source in Sources/CKernels/*.c Tests/Portability/kernels.c; do
    compile -ISources/CKernels/include -c "$source" -o "$work/$(basename "$source").o"
done
aarch64-linux-gnu-ld -static -o "$work/kernels" $root/lib/crt1.o $root/lib/crti.o "$gcc/crtbeginT.o" "$work"/*.o \
    -L$root/lib -L"$gcc" -lm --start-group -lgcc -lgcc_eh -lc --end-group "$gcc/crtend.o" $root/lib/crtn.o
qemu-aarch64-static "$work/kernels"
