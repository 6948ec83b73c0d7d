#!/bin/bash
# Trains the default model from the image-level labels of VOC's train.txt and says whether it is Models/default.safetensors
# bit for bit (Models/README.md says of which program it is). Needs DATA (JPEGImages, SegmentationClass for the figures, labels.csv,
# classes.txt, train.txt, val.txt) and BACKBONE (see `pseudolabel import-backbone`).
set -euo pipefail
cd "$(dirname "$0")/.."
if [ ! -f "${DATA:-}/labels.csv" ] || [ ! -f "${BACKBONE:-}" ]; then
    echo "usage: make train-default DATA=VOC BACKBONE=FILE.safetensors; DATA needs labels.csv, JPEGImages and lists" >&2
    exit 2
fi
# The engine chooses its kernels itself: they decide the last digits.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
OUT="${OUT:-.build/train-default}"
mkdir -p "$OUT"
# An earlier run's model there is what this one replaces.
resume=(--overwrite)
[ -f "$OUT/default.safetensors.checkpoint" ] && resume=(--resume "$OUT/default.safetensors.checkpoint")
"$BINARY" train --images "$DATA/JPEGImages" --labels "$DATA/labels.csv" --list "$DATA/train.txt" \
    --classes "$DATA/classes.txt" --backbone "$BACKBONE" --threads 2 --seed 1 \
    --method isl+fsl --crop 384 --long-side 384-768 --epochs 6 \
    --self-rounds 3 --self-epochs 5 --self-shift 3 --self-rate-factor 0.4 --validate-every 3 \
    --validate "$DATA/SegmentationClass" --validate-list "$DATA/val.txt" --calibrate-list "$DATA/train.txt" \
    --binomial-score 0.37 \
    --data-name "PASCAL VOC 2012, a part of its validation set" --licence "Apache-2.0 (trunk: Apache-2.0, see NOTICE)" \
    --out "$OUT/default.safetensors" "${resume[@]}"
rm -f "$OUT/default.safetensors.checkpoint"
sha256sum "$OUT/default.safetensors" Models/default.safetensors
if cmp -s "$OUT/default.safetensors" Models/default.safetensors; then
    echo "the same as the shipped model"
else
    echo "not the same as the shipped model: other kernels, data, backbone or sources" >&2
    exit 1
fi
