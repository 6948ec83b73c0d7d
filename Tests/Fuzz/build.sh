#!/bin/bash
# Builds the fuzz targets into .build/fuzz: with the fuzzer's coverage and AddressSanitizer in everything that is
# compiled here (C too), and nothing compiled that no target reads. Not through SwiftPM, which would build every
# package anew with these flags; this takes half a minute.
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly out=.build/fuzz
readonly script=Tests/Fuzz/build.sh
readonly http_types=.build/checkouts/swift-http-types/Sources/HTTPTypes

give_up() {
    echo "fuzz: $1" >&2
    exit 1
}

# The compiler's own runtime libraries; Swift for some systems comes without the fuzzer's.
resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath" *: *"\(.*\)".*/\1/p')
machine=$(uname -m)
for library in fuzzer asan; do
    [ -e "$resources/clang/lib/linux/libclang_rt.$library-$machine.a" ] ||
        give_up "this Swift ($(swiftc --version 2>/dev/null | head -n 1)) has no lib$library for $machine"
done
# The clang of the same toolchain: its instrumentation must be that of the runtime library.
clang=$(dirname "$(readlink -f "$(command -v swiftc)")")/clang
[ -x "$clang" ] || give_up "there is no clang beside swiftc"
[ -d "$http_types" ] || swift package resolve

mkdir -p "$out"
readonly sanitize=-sanitize=fuzzer,address
swift_flags=(
    -O -g -wmo -swift-version 6 -parse-as-library -enable-testing -suppress-warnings "$sanitize"
    -I "$out")

# compile MODULE SOURCES...: an object and a module, unless it is newer than all its sources.
compile() {
    local module=$1 object="$out/$1.o" source
    shift
    local is_new=yes
    for source in "$@" "$script"; do
        [ "$object" -nt "$source" ] || is_new=
    done
    if [ -n "$is_new" ]; then return; fi
    swiftc "${swift_flags[@]}" -module-name "$module" -emit-module -emit-module-path "$out/$module.swiftmodule" \
        -emit-object "$@" -o "$object"
}

mkdir -p "$out/codecs"
# As SwiftPM makes it for a C target.
echo "module CImageCodecs { header \"$PWD/Sources/CImageCodecs/include/CImageCodecs.h\" export * }" \
    >"$out/module.modulemap"
for source in Sources/CImageCodecs/*.c; do
    [ "$out/codecs/$(basename "$source" .c).o" -nt "$source" ] || "$clang" -O1 -g -fsanitize=fuzzer-no-link,address -I Sources/CImageCodecs/include -c "$source" \
        -o "$out/codecs/$(basename "$source" .c).o"
done
compile HTTPTypes "$http_types"/*.swift
compile Server Sources/Server/HTTP/*.swift Sources/Server/Socket/SocketAddress.swift
compile Engine Sources/Engine/Image/*.swift Sources/Engine/Mask/{BinaryMask,IndexMask,VOCPNG,VOCPalette}.swift \
    Sources/Engine/Model/{ModelError,Safetensors,SafetensorsHeader,SafetensorsWriter}.swift

# link TARGET OTHERS...: the target's own file with other sources, objects and libraries; unless nothing is newer.
link() {
    local target=$1
    shift
    local source is_new=yes
    for source in "Tests/Fuzz/Targets/$target.swift" Tests/Fuzz/Support/*.swift "$out"/*.o "$out"/codecs/*.o; do
        [ "$out/$target" -nt "$source" ] || is_new=
    done
    if [ -n "$is_new" ]; then return; fi
    swiftc "${swift_flags[@]}" -use-ld=lld -module-name "fuzz_$target" "Tests/Fuzz/Targets/$target.swift" \
        Tests/Fuzz/Support/FuzzInput.swift "$@" -o "$out/$target"
}

for target in request connection multipart; do
    link "$target" Tests/Fuzz/Support/Refusals.swift "$out"/{HTTPTypes,Server}.o
done
link safetensors "$out/Engine.o" "$out"/codecs/*.o -lpng -ljpeg
for target in jpeg png; do
    link "$target" Tests/Fuzz/Support/Pictures.swift "$out/Engine.o" "$out"/codecs/*.o -lpng -ljpeg
done
