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
echo "module CZlib [system] { header \"$PWD/Sources/CZlib/shim.h\" export * }" >>"$out/module.modulemap"
for source in Sources/CImageCodecs/*.c; do
    object="$out/codecs/$(basename "$source" .c).o"
    if [ "$object" -nt "$source" ] && [ "$object" -nt Sources/CImageCodecs/include/CImageCodecs.h ] &&
        [ "$object" -nt Sources/CImageCodecs/png_chunks.h ]; then continue; fi
    "$clang" -O1 -g -fsanitize=fuzzer-no-link,address -I Sources/CImageCodecs/include -c "$source" -o "$object"
done
compile Text Sources/Text/*.swift
compile HTTPTypes "$http_types"/*.swift
compile Store Sources/Store/Tenants/{JobQuota,Tenant}.swift
compile Server Sources/Server/HTTP/*.swift Sources/Server/Socket/SocketAddress.swift \
    Sources/Server/Access/{ClientIdentity,ClientKey,IPAddress,Scope,SecurityFields}.swift
compile Engine Sources/Engine/Warning.swift Sources/Engine/Image/*.swift Sources/Engine/Image/Formats/*.swift \
    Sources/Engine/Mask/{BinaryMask,ForeignColours,ForeignMask,GroundTruth,IndexMask,VOCPNG,VOCPalette}.swift Sources/Engine/Metrics/TruthContent.swift \
    Sources/Engine/Dataset/{CSVRows,ImageName,LabelsFile,LabelsHeader,LabelsLine,ProblemList}.swift \
    Sources/Engine/Model/{HalfPrecision,ModelError,Safetensors,SafetensorsHeader,SafetensorsWriter}.swift

# link TARGET SUPPORT LIBRARIES...: the target's file with files of Support (names with blanks between them), then with
# objects and libraries; unless nothing is newer.
link() {
    local target=$1 sources=("Tests/Fuzz/Targets/$1.swift") name source is_new=yes
    for name in $2; do sources+=("Tests/Fuzz/Support/$name.swift"); done
    shift 2
    for source in "${sources[@]}" "$script" "$out"/{Text,HTTPTypes,Store,Server,Engine}.o "$out"/codecs/*.o; do
        [ "$out/$target" -nt "$source" ] || is_new=
    done
    if [ -n "$is_new" ]; then return; fi
    # In two steps: in one, the module for the debugger would be left where this runs.
    swiftc "${swift_flags[@]}" -module-name "fuzz_$target" -emit-object "${sources[@]}" -o "$out/fuzz_$target.o"
    swiftc "$sanitize" -use-ld=lld "$out/fuzz_$target.o" "$@" -o "$out/$target"
}

codecs=("$out/Text.o" "$out/Engine.o" "$out"/codecs/*.o -lpng -ljpeg -lwebp -lwebpdemux -lz)
link request "FuzzInput Refusals" "$out"/{Text,HTTPTypes,Store,Server}.o -lz
link connection "FuzzInput Refusals" "$out"/{Text,HTTPTypes,Store,Server}.o -lz
link inflate FuzzInput "$out"/{Text,HTTPTypes,Store,Server}.o -lz
link multipart FuzzInput "$out"/{Text,HTTPTypes,Store,Server}.o -lz
link csv FuzzInput "${codecs[@]}"
link safetensors FuzzInput "${codecs[@]}"
link jpeg "FuzzInput Pictures" "${codecs[@]}"
link png "FuzzInput Pictures" "${codecs[@]}"
link webp "FuzzInput Pictures" "${codecs[@]}"
