#!/usr/bin/env python3
"""mIoU and contour F-score of predicted masks against ground truth (needs numpy, pillow and scipy from PyPI).

    score_masks.py PREDICTIONS GROUND_TRUTH LIST CLASSES

PREDICTIONS and GROUND_TRUTH are directories of indexed PNGs, LIST has an image name a line, CLASSES a class name a line.
Protocol: IoU over background and classes, accumulated over the set, ground-truth 255 ignored; contour F with a tolerance
of ceil(0.8 % of the image diagonal), void counted as background, matches accumulated over the set, mean over classes.
"""
import argparse
import math
import pathlib

import numpy as np
from PIL import Image
from scipy.ndimage import distance_transform_edt


def boundary(mask):
    """Pixels that differ from their right, lower or lower-right neighbour."""
    padded = np.pad(mask, ((0, 1), (0, 1)), mode="edge")
    here = padded[:-1, :-1]
    return (here != padded[:-1, 1:]) | (here != padded[1:, :-1]) | (here != padded[1:, 1:])


def near(edge, radius):
    return distance_transform_edt(~edge) <= radius if edge.any() else edge


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("predictions", "ground_truth", "list", "classes"):
        parser.add_argument(name, type=pathlib.Path)
    arguments = parser.parse_args()
    names = arguments.list.read_text().split()
    classes = ["background"] + arguments.classes.read_text().split("\n")
    classes = [name for name in classes if name]
    count = len(classes)
    confusion = np.zeros((count, count), np.int64)
    # Columns: matched prediction boundary, matched truth boundary, prediction boundary, truth boundary.
    contour = np.zeros((count, 4), np.int64)
    for name in names:
        truth = np.array(Image.open(arguments.ground_truth / f"{name}.png"))
        prediction = np.array(Image.open(arguments.predictions / f"{name}.png"))
        valid = truth != 255
        confusion += np.bincount(truth[valid].astype(int) * count + prediction[valid], minlength=count**2).reshape(count, count)
        truth = np.where(valid, truth, 0)
        radius = math.ceil(0.008 * math.hypot(*truth.shape))
        for index in (set(np.unique(truth)) | set(np.unique(prediction))) - {0}:
            ours, theirs = boundary(prediction == index), boundary(truth == index)
            contour[index] += [
                (ours & near(theirs, radius)).sum(), (theirs & near(ours, radius)).sum(), ours.sum(), theirs.sum()]
    intersection = np.diag(confusion)
    union = confusion.sum(0) + confusion.sum(1) - intersection
    iou = intersection / np.maximum(union, 1)
    precision = contour[1:, 0] / np.maximum(contour[1:, 2], 1)
    recall = contour[1:, 1] / np.maximum(contour[1:, 3], 1)
    score = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    present = union > 0
    for name, value in zip(classes, iou):
        print(f"{name:16s} {100 * value:5.1f}")
    print(f"{len(names)} images: mIoU {100 * iou[present].mean():.2f}, contour F {100 * score[present[1:]].mean():.2f}")


if __name__ == "__main__":
    main()
