#!/bin/bash
# Writes the seeds that come from code into Tests/Fuzz/Corpus; see Seeds.swift.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p .build/fuzz
swiftc -parse-as-library -swift-version 6 -module-name seeds -o .build/fuzz/seeds Tests/Fuzz/Seeds.swift \
    Tests/EngineTests/Image/{JPEG,PNG,WebP,Exif}Fixture.swift
.build/fuzz/seeds Tests/Fuzz/Corpus
cp Tests/Fixtures/cat.jpg Tests/Fuzz/Corpus/jpeg/cat
