#!/usr/bin/env python3
"""The ablation of the training losses: trains each variant, evaluates it, writes a table and plots. Standard library only.

    ablation.py --data VOC --backbone BACKBONE.safetensors [--binary FILE] [--work DIR] [--only NAME ...] [--seeds N]
                [--again] [--again-steps] [--report-only]

VOC has JPEGImages, SegmentationClass, labels.csv, classes.txt, train.txt and val.txt. Every variant trains with the same
short schedule (SCHEDULE below) on the image-level labels of train.txt and is judged on val.txt: class activation maps
without refinement, labels given, best background score of the set. A finished run is kept in Benchmarks/ablation.jsonl and
never run again, so a stopped ablation goes on where it was; --again drops the chosen runs first, --again-steps the step times
of the chosen rows and of GAP, which they are compared with. The report goes between the markers in docs/Results.md, the plots
to docs/plots.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

import runs

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "Benchmarks/ablation.jsonl"
DOCUMENT = ROOT / "docs/Results.md"
PLOTS = ROOT / "docs/plots"
SCHEDULE = "--epochs 4 --batch 16 --crop 224 --long-side 224-448 --lr 0.01 --threads 2 --validate-every 0 --validate-scales 1,1.5"
SCORED = "scales 1/1.5 with flips"

# name, options, seeds
VARIANTS = [
    ("GAP", "--method gap", 5),
    ("GMP", "--method gmp", 1),
    ("ISL, K = 1", "--method isl --samples 1", 1),
    ("ISL, K = 5", "--method isl --samples 5", 1),
    ("ISL, K = 10", "--method isl --samples 10", 3),
    ("ISL, K = 20", "--method isl --samples 20", 1),
    ("ISL, K = 100", "--method isl --samples 100", 1),
    ("FSL", "--method fsl", 5),
    ("ISL + FSL", "--method isl+fsl", 5),
    ("ISL, multinomial", "--method isl --posterior multinomial", 3),
    ("FSL, multinomial", "--method fsl --posterior multinomial", 3),
    ("ISL + FSL, multinomial", "--method isl+fsl --posterior multinomial", 3),
    ("SEAM", "--method seam", 3),
    ("SEAM + ISL + FSL", "--method seam+isl+fsl", 3),
]


def train(arguments, name, options, seed):
    data, work = arguments.data, arguments.work
    work.mkdir(parents=True, exist_ok=True)
    out = work / "ablation.safetensors"
    command = [
        arguments.binary, "train", "--images", data / "JPEGImages", "--labels", data / "labels.csv", "--list",
        data / "train.txt", "--classes", data / "classes.txt", "--backbone", arguments.backbone, "--validate",
        data / "SegmentationClass", "--validate-list", data / "val.txt", "--out", out, "--seed", seed,
        "--overwrite",
    ] + options.split() + SCHEDULE.split()
    start = time.time()
    result = subprocess.run([str(part) for part in command], stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        print(f"{name}, seed {seed}: exit status {result.returncode}\n{result.stderr[-2000:]}", file=sys.stderr, flush=True)
        return None
    log = runs.read_log(work / "ablation.safetensors.log.jsonl")
    look = [line for line in log if line.get("is_final") and "mean_iou" in line][-1]
    return {
        "name": name, "options": options, "schedule": SCHEDULE, "seed": seed, "mIoU": 100 * look["mean_iou"],
        "contourF": 100 * look["contour_f"], "backgroundScore": look["background_score"],
        "seconds": time.time() - start, **runs.health(log),
    }


def bench(arguments, name, options):
    command = [arguments.binary, "bench", "train", "--json", "--threads", 2, "--repetitions", 8] + options.split()
    report = json.loads(subprocess.check_output([str(part) for part in command]))
    return {"name": name, "options": options, "stepSeconds": report["seconds"]["median"],
            "megabytes": report["megabytes"], "kernels": report["kernels"]}


def report(results):
    trained = [entry for entry in results if "mIoU" in entry and entry["schedule"] == SCHEDULE]
    steps = {entry["name"]: entry for entry in results if "stepSeconds" in entry}
    gap = steps.get("GAP")
    lines = [
        f"Schedule of every row: `{SCHEDULE}`, seeds 1 to n; class activation maps of `val.txt` (200 images, never trained "
        f"on), labels given, no refinement, {SCORED}, best background score of the set (in brackets, of seed 1). Mean ± "
        "standard deviation over seeds. Step time and buffers: `pseudolabel bench train` with the row's options (batch "
        f"16, crop 288, two threads{', ' + gap['kernels'] if gap else ''}), against GAP.",
        "",
        "| variant | options | seeds | mIoU | contour F | step time | buffers |",
        "|---|---|---|---|---|---|---|",
    ]
    bars = []
    for name, options, _ in VARIANTS:
        rows = sorted((run for run in trained if run["name"] == name), key=lambda run: run["seed"])
        if not rows:
            continue
        step = steps.get(name)
        cost = memory = ""
        if step and gap:
            cost = f"{step['stepSeconds']:.2f} s ({step['stepSeconds'] / gap['stepSeconds']:.2f}x)"
            memory = f"{step['megabytes']:.0f} MB ({step['megabytes'] / gap['megabytes']:.2f}x)"
        lines.append(
            f"| {name} | `{options}` | {len(rows)} | {runs.spread([run['mIoU'] for run in rows])} "
            f"({rows[0]['backgroundScore']:.2f}) | {runs.spread([run['contourF'] for run in rows])} | {cost} | {memory} |")
        bars.append((name, [run["mIoU"] for run in rows], [run["contourF"] for run in rows]))
    PLOTS.mkdir(parents=True, exist_ok=True)
    (PLOTS / "ablation.svg").write_text(bar_chart(bars))
    runs.write_between(DOCUMENT, "<!-- ablation begins -->", "<!-- ablation ends -->", lines)


def bar_chart(rows):
    """mIoU and contour F side by side: a bar for the mean, a dot for each seed."""
    height, left, width = 22, 170, 260
    parts = []
    for column, (title, index) in enumerate([("mIoU", 1), ("contour F", 2)]):
        values = [value for row in rows for value in row[index]]
        low = min(values) * 0.8 if values else 0
        high = max(values) * 1.02 if values else 1
        x0 = left + column * (width + 60)
        parts.append(f'<text x="{x0}" y="18" font-weight="bold">{title} (axis from {low:.0f})</text>')
        for number, row in enumerate(rows):
            y = 30 + number * height
            scale = lambda value: (value - low) / (high - low) * width
            mean = statistics.mean(row[index])
            if column == 0:
                parts.append(f'<text x="{left - 8}" y="{y + 13}" text-anchor="end">{row[0]}</text>')
            parts.append(f'<rect x="{x0}" y="{y + 3}" width="{scale(mean):.1f}" height="14" fill="#9ecae1"/>')
            parts.append(f'<text x="{x0 + scale(max(row[index])) + 6:.1f}" y="{y + 14}">{mean:.1f}</text>')
            for value in row[index] if len(row[index]) > 1 else []:
                parts.append(f'<circle cx="{x0 + scale(value):.1f}" cy="{y + 10}" r="2.5" fill="#08519c"/>')
    size = (left + 2 * (width + 60) + 10, 40 + len(rows) * height)
    body = "\n".join(parts)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" font-family="sans-serif" '
            f'font-size="11">\n<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--backbone", type=pathlib.Path, required=True)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/pseudolabel")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/ablation"))
    parser.add_argument("--only", nargs="*", metavar="NAME", help="rows, by the table's first column")
    parser.add_argument("--seeds", type=int, help="seeds 1 to N of each chosen row. Default: the row's own number")
    parser.add_argument("--again", action="store_true",
                        help="drop what is kept of the chosen rows and seeds; after a stop, go on without")
    parser.add_argument("--again-steps", action="store_true", help="measure the step times of the chosen rows, and GAP's, anew")
    parser.add_argument("--report-only", action="store_true")
    arguments = parser.parse_args()
    if unknown := set(arguments.only or []) - {name for name, _, _ in VARIANTS}:
        parser.error(f"--only: no such row: {', '.join(sorted(unknown))}")
    wanted = [
        (name, options, arguments.seeds or seeds) for name, options, seeds in VARIANTS
        if not arguments.only or name in arguments.only]
    failed = 0
    if not arguments.report_only:
        if arguments.again:
            seeds_of = {name: seeds for name, _, seeds in wanted}
            runs.drop(RESULTS, lambda entry: entry.get("schedule") == SCHEDULE
                      and entry["seed"] <= seeds_of.get(entry["name"], 0))
        timed = [(name, options) for name, options, _ in VARIANTS if name in {"GAP", *(row[0] for row in wanted)}]
        if arguments.again_steps:
            names = [name for name, _ in timed]
            runs.drop(RESULTS, lambda entry: "stepSeconds" in entry and entry["name"] in names)
        for name, options in timed:
            if not any(entry["name"] == name and "stepSeconds" in entry for entry in runs.load(RESULTS)):
                runs.save(RESULTS, bench(arguments, name, options))
        # All first seeds first: a stopped ablation then has a row of everything.
        for seed in range(1, 1 + max(seeds for _, _, seeds in wanted)):
            for name, options, seeds in wanted:
                done = any(
                    entry["name"] == name and entry.get("seed") == seed and entry.get("schedule") == SCHEDULE
                    for entry in runs.load(RESULTS))
                if seed > seeds or done:
                    continue
                entry = train(arguments, name, options, seed)
                if entry is None:
                    failed += 1
                    continue
                runs.save(RESULTS, entry)
                print(f"{name}, seed {seed}: mIoU {entry['mIoU']:.2f}, contour F {entry['contourF']:.2f}, "
                      f"{entry['seconds']:.0f} s", flush=True)
    report(runs.load(RESULTS))
    if failed:
        sys.exit(f"{failed} runs ended badly and are in no row")


if __name__ == "__main__":
    main()
