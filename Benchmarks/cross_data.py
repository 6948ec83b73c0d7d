#!/usr/bin/env python3
"""A model on pictures of another data set, where classes of both overlap.

    cross_data.py --data COCO_SAMPLE --work DIR [--model FILE] [--binary FILE]        # numpy and pillow from PyPI

COCO_SAMPLE has JPEGImages, SegmentationClass, labels.csv and classes.txt. Classes are the same if their names are, or if
SAME says so. Pictures with at least one class of the model are labelled twice, with the labels that the model knows and with
those that it predicts; in the ground truth all other classes count as background. Prints what `evaluate` says of both.
"""
import argparse
import csv
import json
import pathlib
import subprocess

import numpy as np
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Names of COCO's and of VOC's.
SAME = {
    "airplane": "aeroplane", "motorcycle": "motorbike", "dining table": "diningtable", "potted plant": "pottedplant",
    "couch": "sofa", "tv": "tvmonitor",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True, help="directory for ground truth and masks")
    parser.add_argument("--model", help="model file; default: the binary's own")
    parser.add_argument("--binary", default=str(ROOT / ".build/release/pseudolabel"))
    arguments = parser.parse_args()
    data, work = arguments.data, arguments.work
    model = ["--model", arguments.model] if arguments.model else []

    described = json.loads(subprocess.check_output([arguments.binary, "models", "--json", *model]))
    known = described["description"]["classes"]
    theirs = (data / "classes.txt").read_text().split("\n")
    theirs = [name for name in theirs if name]
    # Index in their masks to index in ours.
    indices = np.zeros(256, np.uint8)
    indices[255] = 255
    for place, name in enumerate(theirs):
        if SAME.get(name, name) in known:
            indices[place + 1] = known.index(SAME.get(name, name)) + 1

    truth = work / "ground-truth"
    truth.mkdir(parents=True, exist_ok=True)
    (work / "classes.txt").write_text("\n".join(known) + "\n")
    rows = []
    for row in csv.DictReader((data / "labels.csv").open()):
        labels = [SAME.get(name, name) for name in row["labels"].split(";") if SAME.get(name, name) in known]
        name = row["image"].split(".")[0]
        if not labels:
            continue
        rows.append((row["image"], labels))
        mask = np.asarray(Image.open(data / "SegmentationClass" / f"{name}.png"))
        Image.fromarray(indices[mask], "L").save(truth / f"{name}.png")
    with (work / "labels.csv").open("w") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "labels"])
        writer.writerows([(name, ";".join(labels)) for name, labels in rows])
    print(f"{len(rows)} pictures, {len({label for _, labels in rows for label in labels})} classes of the model")

    pictures = [str(data / "JPEGImages" / name) for name, _ in rows]
    for folder, options in [("given", ["--labels-file", str(work / "labels.csv")]), ("predicted", [])]:
        subprocess.run([arguments.binary, "label", *pictures, "--format", "voc", "--out", str(work / folder), *model,
                        *options], check=True, stderr=subprocess.DEVNULL)
        print(f"labels {folder}:", flush=True)
        subprocess.run([arguments.binary, "evaluate", "--predictions", str(work / folder / "SegmentationClass"),
                        "--ground-truth", str(truth), "--classes", str(work / "classes.txt")], check=True)


if __name__ == "__main__":
    main()
