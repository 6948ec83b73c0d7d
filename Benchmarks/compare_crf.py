#!/usr/bin/env python3
"""The product's refinement against the reference's dense CRF in pydensecrf2 (PyPI), on the same class maps, in one run.

    compare_crf.py --data VOC --list val.txt --work DIR        # numpy, pillow and pydensecrf2 from PyPI

Labels every image of the list (labels given), stores its class maps too, refines these with pydensecrf2 as the reference
pipeline does (max-normalised maps at the picture's size, background (1 - max)^alpha, Gaussian 3 / 3, bilateral 80 / 13 / 10,
10 iterations), and measures both with `evaluate`. Times: the product's stage "refinement" from its manifest; for
pydensecrf2 unary term, inference and argmax.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np
import pydensecrf.densecrf as densecrf
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Benchmarks/peers"))
import tensors  # noqa: E402


def stored_maps(path):
    """The class maps of `label --format maps`: {value in the mask: [height, width], highest value 1}."""
    maps = {int(name): plane / max(1, plane.max()) for name, plane in tensors.read(path).items()}
    return dict(sorted(maps.items()))


def reference(image, maps, alpha):
    """The mask of the reference's dense CRF."""
    height, width = image.shape[:2]
    planes = np.stack([
        np.asarray(Image.fromarray(plane).resize((width, height), Image.BILINEAR)) for plane in maps.values()])
    start = time.perf_counter()
    background = (1 - planes.max(0, keepdims=True)) ** alpha
    probabilities = np.clip(np.concatenate([background, planes]), 1e-5, 1)
    crf = densecrf.DenseCRF2D(width, height, len(probabilities))
    crf.setUnaryEnergy(np.ascontiguousarray(-np.log(probabilities).reshape(len(probabilities), -1), dtype=np.float32))
    crf.addPairwiseGaussian(sxy=3, compat=3)
    crf.addPairwiseBilateral(sxy=80, srgb=13, rgbim=np.ascontiguousarray(image), compat=10)
    winner = np.array(crf.inference(10)).argmax(0).reshape(height, width)
    seconds = time.perf_counter() - start
    return np.array([0] + list(maps), np.uint8)[winner], seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="VOC layout, with labels.csv and classes.txt")
    parser.add_argument("--list", required=True, help="file of image names, within --data")
    parser.add_argument("--alpha", type=float, nargs="+", default=[3, 4])
    parser.add_argument("--model", help="model file; default: the binary's own")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="directory for masks and maps")
    parser.add_argument("--binary", default=str(ROOT / ".build/release/pseudolabel"))
    arguments = parser.parse_args()
    data, work = arguments.data, arguments.work
    names = [line.split(".")[0] for line in (data / arguments.list).read_text().split()]
    pictures = [str(data / "JPEGImages" / f"{name}.jpg") for name in names]

    def label(folder, *options):
        model = ["--model", arguments.model] if arguments.model else []
        subprocess.run([
            arguments.binary, "label", *pictures, "--labels-file", str(data / "labels.csv"), "--out",
            str(work / folder), *model, *options], check=True, stderr=subprocess.DEVNULL)

    label("product", "--format", "voc")
    label("maps", "--format", "maps")
    lines = [json.loads(line) for line in (work / "product/manifest.jsonl").read_text().splitlines()]
    product_times = [line["seconds"]["refinement"] for line in lines]
    for alpha in arguments.alpha:
        folder = work / f"reference-{alpha:g}"
        folder.mkdir(parents=True, exist_ok=True)
        times = []
        for name, picture in zip(names, pictures):
            image = np.array(Image.open(picture).convert("RGB"))
            mask, seconds = reference(image, stored_maps(work / f"maps/maps/{name}.safetensors"), alpha)
            Image.fromarray(mask).save(folder / f"{name}.png")
            times.append(seconds)
        ratio = statistics.median(product_times) / statistics.median(times)
        print(
            f"refinement, median of {len(names)} images: product {1000 * statistics.median(product_times):.0f} ms, "
            f"pydensecrf2 (alpha {alpha:g}) {1000 * statistics.median(times):.0f} ms, ratio {ratio:.2f}", flush=True)
        subprocess.run([
            arguments.binary, "evaluate", "--predictions", str(work / "product/SegmentationClass"), "--compare",
            str(folder), "--ground-truth", str(data / "SegmentationClass"), "--list", str(data / arguments.list),
            "--classes", str(data / "classes.txt")], check=True)


if __name__ == "__main__":
    main()
