#!/usr/bin/env python3
"""Quality against cost over scales, mirror images and refinements: a table and a plot. Standard library only.

    cost_curve.py --data VOC --list train.txt --every 6 --work DIR [--binary FILE] [--model FILE] [--report-only]

Labels every n-th image of the list with each of SETTINGS and several background scores (labels given), and measures the masks
against the ground truth; a setting counts with the score that is best for it over all these images. Cost is the wall time
of `label` an image, everything included, on an otherwise idle machine. What is measured is kept in DIR/cost.jsonl and not
measured again. The table goes between the markers in docs/Results.md, the plot to docs/plots/cost.svg.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs/Results.md"
PLOT = ROOT / "docs/plots/cost.svg"
SCALES = ["1", "0.5,1", "1,1.5", "0.5,1,1.5", "1,1.5,2", "0.5,1,1.5,2"]
SETTINGS = [(scales, flip, "binomial") for scales in SCALES for flip in (False, True)] + [
    ("0.5,1,1.5", True, "none"), ("0.5,1,1.5", True, "multinomial"), ("1", False, "none"), ("1", False, "multinomial")]
SCORES = {"binomial": [0.33, 0.37], "none": [0.3, 0.34], "multinomial": [0.26, 0.3]}


def name_of(scales, flip):
    return scales.replace(",", "/") + (" with flips" if flip else "")


def measure(arguments, names, scales, flip, refinement, score):
    data, out = arguments.data, arguments.work / "masks"
    shutil.rmtree(out, ignore_errors=True)
    command = [
        arguments.binary, "label", *[str(data / "JPEGImages" / f"{name}.jpg") for name in names], "--labels-file",
        str(data / "labels.csv"), "--out", str(out), "--format", "voc", "--scales", scales, "--refinement", refinement,
        "--background", str(score), "--flip" if flip else "--no-flip"]
    if arguments.model:
        command += ["--model", arguments.model]
    start = time.perf_counter()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    listed = arguments.work / "list.txt"
    listed.write_text("\n".join(names) + "\n")
    report = json.loads(subprocess.check_output([
        arguments.binary, "evaluate", "--predictions", str(out / "SegmentationClass"), "--ground-truth",
        str(data / "SegmentationClass"), "--list", str(listed), "--classes", str(data / "classes.txt"), "--json",
        "--bootstrap", "100"]))
    return {
        "scales": scales, "flip": flip, "refinement": refinement, "score": score, "images": len(names),
        "milliseconds": 1000 * seconds / len(names), "mIoU": 100 * report["mean_iou"]["value"],
        "contourF": 100 * report["contour_f"]["value"]}


def best_rows(results):
    rows = []
    for scales, flip, refinement in SETTINGS:
        found = [row for row in results if (row["scales"], row["flip"], row["refinement"]) == (scales, flip, refinement)]
        if found:
            best = dict(max(found, key=lambda row: row["mIoU"]))
            best["milliseconds"] = min(row["milliseconds"] for row in found)
            rows.append(best)
    return rows


def report(arguments, rows):
    lines = [
        f"{rows[0]['images']} images of `{arguments.list}` (every {arguments.every}th), labels given; the best of the background "
        "scores tried, in brackets.", "",
        "| scales | refinement | ms an image | mIoU | contour F |", "|---|---|---|---|---|"]
    for row in rows:
        lines.append(
            f"| {name_of(row['scales'], row['flip'])} | {row['refinement']} | {row['milliseconds']:.0f} | "
            f"{row['mIoU']:.1f} ({row['score']:.2f}) | {row['contourF']:.1f} |")
    begin, end = "<!-- cost begins -->", "<!-- cost ends -->"
    before, rest = DOCUMENT.read_text().split(begin)
    DOCUMENT.write_text(before + begin + "\n" + "\n".join(lines) + "\n" + end + rest.split(end)[1])
    PLOT.write_text(plot(rows))


def plot(rows):
    """mIoU over milliseconds an image."""
    width, height, left, top = 560, 300, 50, 20
    high = max(row["milliseconds"] for row in rows) * 1.25
    low_iou, high_iou = min(row["mIoU"] for row in rows) - 0.5, max(row["mIoU"] for row in rows) + 0.5
    x = lambda value: left + value / high * width
    y = lambda value: top + (high_iou - value) / (high_iou - low_iou) * height
    colours = {"binomial": "#08519c", "multinomial": "#a63603", "none": "#636363"}
    parts = [
        f'<line x1="{left}" y1="{top + height}" x2="{left + width}" y2="{top + height}" stroke="black"/>',
        f'<line x1="{left}" y1="{top}" x2="{left}" y2="{top + height}" stroke="black"/>',
        f'<text x="{left + width / 2}" y="{top + height + 32}" text-anchor="middle">ms an image, two cores</text>',
        f'<text x="{left}" y="{top - 6}">mIoU</text>']
    for value in range(0, int(high) + 1, 50):
        parts.append(f'<text x="{x(value):.0f}" y="{top + height + 15}" text-anchor="middle">{value}</text>')
    for value in range(int(low_iou) + 1, int(high_iou) + 1):
        parts.append(f'<text x="{left - 6}" y="{y(value) + 4:.0f}" text-anchor="end">{value}</text>')
        parts.append(
            f'<line x1="{left}" y1="{y(value):.0f}" x2="{left + width}" y2="{y(value):.0f}" stroke="#dddddd"/>')
    for row in rows:
        place = f'{x(row["milliseconds"]):.1f}" cy="{y(row["mIoU"]):.1f}'
        fill = colours[row["refinement"]] if row["flip"] else "white"
        parts.append(f'<circle cx="{place}" r="4" fill="{fill}" stroke="{colours[row["refinement"]]}"/>')
        parts.append(
            f'<text x="{x(row["milliseconds"]) + 7:.1f}" y="{y(row["mIoU"]) + 4:.1f}">'
            f'{row["scales"].replace(",", "/")}{"" if row["refinement"] == "binomial" else ", " + row["refinement"]}</text>')
    for number, (name, colour) in enumerate(colours.items()):
        parts.append(f'<text x="{left + width - 150}" y="{top + height - 50 + 15 * number}" fill="{colour}">{name}</text>')
    parts.append(f'<text x="{left + width - 150}" y="{top + height - 5}">filled: with flips</text>')
    size = (left + width + 20, top + height + 45)
    body = "\n".join(parts)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" font-family="sans-serif" '
            f'font-size="11">\n<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="VOC layout, with labels.csv and classes.txt")
    parser.add_argument("--list", default="train.txt", help="file of image names, within --data")
    parser.add_argument("--every", type=int, default=6)
    parser.add_argument("--model", help="model file; default: the binary's own")
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--binary", default=str(ROOT / ".build/release/pseudolabel"))
    parser.add_argument("--report-only", action="store_true")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    kept = arguments.work / "cost.jsonl"
    results = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    names = [line.split(".")[0] for line in (arguments.data / arguments.list).read_text().split()][::arguments.every]
    for scales, flip, refinement in [] if arguments.report_only else SETTINGS:
        for score in SCORES[refinement]:
            key = (scales, flip, refinement, score)
            if any((row["scales"], row["flip"], row["refinement"], row["score"]) == key for row in results):
                continue
            results.append(measure(arguments, names, scales, flip, refinement, score))
            with kept.open("a") as file:
                file.write(json.dumps(results[-1], sort_keys=True) + "\n")
            print(results[-1], flush=True)
    report(arguments, best_rows(results))


if __name__ == "__main__":
    main()
