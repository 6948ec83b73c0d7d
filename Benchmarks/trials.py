#!/usr/bin/env python3
"""Many short trainings: do they work by default, and does any fail without a word? Standard library only.

    trials.py --data VOC --backbone BACKBONE.safetensors [--binary FILE] [--work DIR] [--only GROUP[/VARIANT] ...]
              [--seeds N] [--again] [--jobs N] [--budget MINUTES] [--list] [--report-only]

VOC has JPEGImages, SegmentationClass, labels.csv, classes.txt, train.txt and val.txt; the other data sets are made out of it
in DIR. --list says what would run, and for about how long. A finished run is kept in Benchmarks/trials.jsonl and never run
again, so a stopped script goes on where it was; --again drops the chosen entries first. DIR/runs keeps the log, the curves
and the messages of each run, not its model. The table goes between the markers in docs/Results.md.
"""
import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time

import runs
import trial_data

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "Benchmarks/trials.jsonl"
DOCUMENT = ROOT / "docs/Results.md"
HOLDOUT = "--holdout 0.1"
# One scale after training: what is asked here is whether the network learned.
SHORT_LOOK = "--validate-scales 1"
SMALL = "--crop 224 --long-side 224-448"
RECORDED = f"--batch 16 {SMALL} --lr 0.01 --method isl+fsl"
# A run at chance has to say so. What such a warning contains, in lower case.
SPEAKS_OF_CHANCE = ("no better than chance", "little more than how frequent")
USAGE_ERROR = 64


@dataclasses.dataclass
class Trial:
    group: str
    variant: str
    options: str
    seed: int
    data: trial_data.DataSet
    # "while": val.txt after training, by `train` itself. "after": by `label` and `evaluate`, raw and refined.
    judged: str = ""

    @property
    def key(self):
        return self.group, self.variant, self.options, self.seed

    @property
    def slug(self):
        return re.sub(r"[^a-z0-9+]+", "-", f"{self.group} {self.variant} {self.seed}".lower())

    def option(self, name, default):
        words = self.options.split()
        return words[words.index(name) + 1] if name in words else default

    def seconds(self):
        """Estimate on two cores: 37.7 images/s at crop 224, 28 images/s and scale in the looks afterwards."""
        images = max(len(self.data.train), 16)
        pixels = (int(self.option("--crop", 288)) / 224) ** 2
        steps = images * int(self.option("--epochs", 12)) / 37.7 * pixels * (1.26 if "seam" in self.options else 1)
        scales = 1 if SHORT_LOOK in self.options else 3.5
        looks = min(len(self.data.train), 192) + (len(self.data.val) if self.judged == "while" else 0)
        after = 0.27 * len(self.data.val) if self.judged == "after" else 0
        return 3 + steps + looks * scales * 2 / 28 + after


def plan(source):
    """All trials. First seeds come first, so a stopped script has a row of everything."""
    trials = []

    def add(group, variant, options, seeds, data, judged="", holdout=True):
        options = " ".join([HOLDOUT] * holdout + [options] + [SHORT_LOOK] * (judged != "after"))
        trials.extend(Trial(group, variant, options, seed, data, judged) for seed in seeds)

    whole = trial_data.whole(source)
    add("default", "defaults", "--epochs 4", range(1, 11), whole, "while")

    # As it was recorded: with images held out, another order of images would meet the failing step.
    add("explosion", "as recorded", f"--epochs 15 {RECORDED} --threads 2", [1], whole, "while", holdout=False)

    for method in "gap gmp isl fsl isl+fsl seam seam+isl+fsl".split():
        for posterior in ("binomial", "multinomial") if "sl" in method else ("",):
            options = f"--method {method}" + (f" --posterior {posterior}" if posterior else "")
            variant = f"{method}, {posterior}" if posterior else method
            add("methods", variant, f"{options} --epochs 2 --crop 160 --long-side 160-320", range(1, 4), whole)

    for rate in "0.003 0.005 0.01 0.02 0.05".split():
        add("rates", f"rate {rate}", f"--lr {rate} --epochs 2 {SMALL}", [1], whole)
    for crop in "160 224 288 384".split():
        add("crops", f"crop {crop}", f"--crop {crop} --epochs 2", [1], whole)

    animals = ["cat", "dog", "horse", "cow", "sheep"]
    add("classes", "1 class", "--epochs 4", range(1, 4), trial_data.one_class(source, "person"))
    add("classes", "2 classes", "--epochs 8", range(1, 4), trial_data.few_classes(source, animals[:2]))
    three = trial_data.few_classes(source, animals[:3], most=240, judged=60)
    add("classes", "3 classes", "--epochs 8", range(1, 6), three, "after")
    add("classes", "5 classes", "--epochs 4", range(1, 4), trial_data.few_classes(source, animals))
    add("classes", f"{len(source.classes)} classes", "--epochs 2", range(1, 4), whole)
    for copies in (4, 10, 15):
        many = trial_data.copied_classes(source, copies)
        add("classes", f"{len(many.classes)} classes, each of {len(source.classes)} under {copies} names", "--epochs 2",
            [1], many)
    add("classes", "200 classes, partly arbitrary", "--epochs 2", range(1, 3), trial_data.split_classes(source))

    # One image in ten of five is none.
    add("sizes", "5 images", "--epochs 12", range(1, 4), trial_data.sized(source, 5), holdout=False)
    for count in (20, 100):
        add("sizes", f"{count} images", "--epochs 12", range(1, 4), trial_data.sized(source, count))
    add("sizes", f"{len(source.train)} images", "--epochs 2", [1], whole)

    for variant, option in (("as they are", ""), ("balanced", "--balance ")):
        add("balance", variant, f"{option}--epochs 4 {SMALL}", range(1, 4), whole, "while")

    for variant, data in trial_data.odd_sets(source):
        add("odd", variant, "--epochs 4 --crop 128", range(1, 4), data)
    return trials


def run(arguments, trial, place, cores):
    """One training, measured if it ends. Returns the entry; None for a usage error, which is this script's mistake."""
    kept = arguments.work / "runs"
    kept.mkdir(parents=True, exist_ok=True)
    out, messages = kept / f"{trial.slug}.safetensors", kept / f"{trial.slug}.stderr"
    command = [
        arguments.binary, "train", "--images", place / "JPEGImages", "--labels", place / "labels.csv", "--list",
        place / "train.txt", "--classes", place / "classes.txt", "--backbone", arguments.backbone, "--out", out,
        *trial.options.split(), "--seed", trial.seed, "--overwrite"]
    if trial.judged == "while":
        command += ["--validate", place / "SegmentationClass", "--validate-list", place / "val.txt", "--validate-every", 0]
    if arguments.jobs > 1 and "--threads" not in trial.options:
        command += ["--threads", max(1, cores // arguments.jobs)]
    log_file = pathlib.Path(f"{out}.log.jsonl")
    log_file.unlink(missing_ok=True)
    limit = 600 + 10 * arguments.jobs * trial.seconds()
    start = time.time()
    with messages.open("w") as file:
        try:
            status = subprocess.run(
                [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=file,
                timeout=limit).returncode
        except subprocess.TimeoutExpired:
            status = None
    seconds = time.time() - start
    said = [line.strip() for line in re.split(r"[\r\n]+", messages.read_text(errors="replace")) if line.strip()]
    if status == USAGE_ERROR:
        print(f"{trial.slug}: refused as a usage error, not kept: {reason(said)}", file=sys.stderr, flush=True)
        return None
    entry = {
        "group": trial.group, "variant": trial.variant, "options": trial.options, "seed": trial.seed,
        "images": len(trial.data.train), "classes": len(trial.data.classes), "status": status, "seconds": seconds,
        "machine": machine(), "warnings": [line for line in said if line.lower().startswith("warning")],
        **measured(runs.read_log(log_file)),
    }
    entry["outcome"] = outcome(entry, said, limit)
    if status == 0 and trial.judged == "after":
        entry.update(judge(arguments, trial, place, out))
    entry["silent"] = is_silent(entry)
    # A model and its checkpoint are 40 MB, and there are many.
    for file in (out, pathlib.Path(f"{out}.checkpoint")):
        file.unlink(missing_ok=True)
    return entry


def measured(log):
    """Of a run's log: its steps, the last look at the held-out images, the last one at masks."""
    entry = runs.health(log)
    losses = [line["loss"] for line in log if "step" in line and isinstance(line.get("loss"), (int, float))]
    if losses:
        entry["lastLoss"] = statistics.mean(losses[-10:])
    held_out = [line for line in log if "mean_average_precision" in line]
    for name, field in [("mAP", "mean_average_precision"), ("exactMatches", "exact_matches"), ("chance", "chance")]:
        value = held_out[-1].get(field) if held_out else None
        entry[name] = 100 * value if isinstance(value, (int, float)) else None
    looks = [line for line in log if line.get("is_final") and "mean_iou" in line]
    if looks:
        entry["mIoU"], entry["backgroundScore"] = 100 * looks[-1]["mean_iou"], looks[-1].get("background_score")
    return entry


def outcome(entry, said, limit):
    status, recovered = entry["status"], entry["recoveries"]
    if status is None:
        return f"CRASHED: not finished within {limit / 60:.0f} minutes"
    if status == 0:
        return f"recovered {recovered}" if recovered else "ended"
    if status == 1:
        return ("stopped: " if entry["steps"] else "refused: ") + reason(said)
    what = f"signal {-status}" if status < 0 else f"exit status {status}"
    return f"CRASHED: {what}: {reason(said)}"


def reason(said):
    """The error message to its end, or the last thing said that is no warning."""
    errors = [index for index, line in enumerate(said) if line.startswith(("Error:", "Fatal error"))]
    said_last = [line for line in said if not line.lower().startswith("warning")][-1:]
    lines = said[errors[-1]:] if errors else said_last or ["nothing was said"]
    return " ".join(lines).removeprefix("Error: ")[:300]


def is_silent(entry):
    """Ended, no better than the labels' frequencies, and no warning tells."""
    if entry["status"] != 0 or entry["mAP"] is None or entry["chance"] is None:
        return False
    told = any(word in warning.lower() for warning in entry["warnings"] for word in SPEAKS_OF_CHANCE)
    return entry["mAP"] <= entry["chance"] and not told


def judge(arguments, trial, place, model):
    """Maps without refinement, scale 1, best background score of the set; and masks as `label` makes them by default."""
    masks = arguments.work / "masks" / trial.slug
    shutil.rmtree(masks, ignore_errors=True)
    images = [place / "JPEGImages" / image for image, _ in trial.data.val]
    common = ["--ground-truth", place / "SegmentationClass", "--list", place / "val.txt", "--classes",
              place / "classes.txt", "--json", "--bootstrap", 100]

    def call(*command):
        result = subprocess.run(
            [str(part) for part in (arguments.binary, *command)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        if result.returncode != 0:
            raise RuntimeError(f"{command[0]}: {result.stderr.strip()[-300:]}")
        return result.stdout

    def label(out, *options):
        call("label", *images, "--labels-file", place / "labels.csv", "--model", model, "--out", out, *options)

    try:
        label(masks / "raw", "--format", "maps", "--scales", 1)
        label(masks / "refined", "--format", "voc")
        raw = json.loads(call("evaluate", "--maps", masks / "raw/maps", *common))
        refined = json.loads(call("evaluate", "--predictions", masks / "refined/SegmentationClass", *common))
        return {"mIoU": 100 * raw["mean_iou"]["value"], "refinedMIoU": 100 * refined["mean_iou"]["value"]}
    except (RuntimeError, ValueError, KeyError) as error:
        return {"notMeasured": str(error)}
    finally:
        shutil.rmtree(masks, ignore_errors=True)


def machine():
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1).strip() if found else platform.processor() or platform.machine()


def kind(entry):
    return re.match(r"\w+", entry["outcome"]).group()


def notes(entries):
    """What the runs said, in short: crashes first, then reasons, then warnings, each with how many runs said it."""
    counts = {}
    for entry in entries:
        said = []
        if entry["silent"]:
            said.append("SILENT: no better than chance, and no warning")
        if kind(entry) in ("CRASHED", "stopped", "refused"):
            said.append(entry["outcome"])
        if "notMeasured" in entry:
            said.append("NOT MEASURED: " + entry["notMeasured"])
        said += [shortened(warning) for warning in entry["warnings"]]
        for text in dict.fromkeys(said):
            counts[text] = counts.get(text, 0) + 1
    order = sorted(counts, key=lambda text: (not re.match("[A-Z]{3}", text), not re.match("stopped|refused", text)))
    shown = []
    for text in order[:4]:
        short = text if len(text) <= 120 else text[:119] + "…"
        shown.append(short.replace("|", "\\|") + (f" ({counts[text]} runs)" if counts[text] > 1 else ""))
    return "; ".join(shown + ([f"{len(order) - 4} more kinds of warnings"] if len(order) > 4 else []))


def shortened(warning):
    """Without numbers and names in quotes, so that the same warning of two runs is the same text."""
    text = re.sub(r"^warning:?\s*", "", warning, flags=re.IGNORECASE)
    text = re.sub(r'"[^"]*"|`[^`]*`', "…", re.sub(r"^class .*?: ", "class …: ", text))
    return re.sub(r"\d+(\.\d+)?", "n", text)


def norms(rows):
    """Median, 99 % and largest of the steps, each the largest of the runs."""
    known = [row["gradientNorm"] for row in rows if row["gradientNorm"]]
    return ", ".join(f"{max(norm[name] for norm in known):.1f}" for name in ("median", "p99", "largest")) if known else ""


def report(trials, entries):
    by_key = {(entry["group"], entry["variant"], entry["options"], entry["seed"]): entry for entry in entries}
    entries = [by_key[trial.key] for trial in trials if trial.key in by_key]
    of = lambda word: sum(kind(entry) == word for entry in entries)
    machines = ", ".join(dict.fromkeys(entry["machine"] for entry in entries))
    lines = [
        f"{len(entries)} runs. Ended: {of('ended')}. Recovered and ended: {of('recovered')}. Stopped, and said why: "
        f"{of('stopped')}. Refused before the first step: {of('refused')}. Crashed: {of('CRASHED')}. Ended no better than "
        f"chance without a word: {sum(entry['silent'] for entry in entries)}. Machine: {machines}.",
        "",
        "| group | variant | options | runs | ended | recovered | stopped | refused | gradient norm | clipped steps | skipped | mAP | chance "
        "| exact matches | mIoU | refined | what was said |",
        "|" + "---|" * 17,
    ]
    for group, variant, options in dict.fromkeys((trial.group, trial.variant, trial.options) for trial in trials):
        rows = [entry for entry in entries
                if (entry["group"], entry["variant"], entry["options"]) == (group, variant, options)]
        if not rows:
            continue
        values = lambda name: [row[name] for row in rows if row.get(name) is not None]
        count = lambda word: sum(kind(row) == word for row in rows) or ""
        steps, clipped = sum(row["steps"] for row in rows), sum(row["clippedSteps"] for row in rows)
        shown = options.replace(SHORT_LOOK, "").replace("--holdout 0.1 ", "").strip()
        cells = [
            group, variant, f"`{shown}`", len(rows), count("ended"), count("recovered"), count("stopped"),
            count("refused"), norms(rows), f"{100 * clipped / steps:.1f} %" if clipped else "",
            sum(row["skippedSteps"] for row in rows) or "", runs.spread(values("mAP"), extremes=True),
            f"{statistics.mean(values('chance')):.1f}" if values("chance") else "", runs.spread(values("exactMatches")),
            runs.spread(values("mIoU"), extremes=True), runs.spread(values("refinedMIoU"), extremes=True), notes(rows)]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    runs.write_between(DOCUMENT, "<!-- trials begin -->", "<!-- trials end -->", lines)


def show(trials, done):
    """The plan, with minutes on two cores."""
    total = left = 0.0
    for group in dict.fromkeys(trial.group for trial in trials):
        members = [trial for trial in trials if trial.group == group]
        minutes = sum(trial.seconds() for trial in members) / 60
        print(f"{group}: {len(members)} runs, {minutes:.1f} minutes")
        for variant in dict.fromkeys(trial.variant for trial in members):
            same = [trial for trial in members if trial.variant == variant]
            finished = sum(trial.key in done for trial in same)
            data = same[0].data
            print(f"    {variant}: {len(same)} x {same[0].seconds() / 60:.1f} minutes, {len(data.train)} images, "
                  f"classes: {len(data.classes)}" + (f", {len(data.val)} judged on" if same[0].judged else "")
                  + f", {same[0].options}" + (f" [{finished} done]" if finished else ""))
        total += minutes
        left += sum(trial.seconds() for trial in members if trial.key not in done) / 60
    print(f"{len(trials)} runs, {total:.0f} minutes; {left:.0f} of them are left")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--backbone", type=pathlib.Path, help="needed for training")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/pseudolabel")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/trials"))
    parser.add_argument("--only", nargs="*", help="groups, or GROUP/VARIANT")
    parser.add_argument("--seeds", type=int, help="no seeds above this one")
    parser.add_argument("--again", action="store_true",
                        help="drop what is kept of the chosen runs; after a stop, go on without")
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time; they share the cores, which changes bits")
    parser.add_argument("--budget", type=float, help="minutes after which no further run starts")
    parser.add_argument("--list", action="store_true", help="say what would run, and for how long")
    parser.add_argument("--report-only", action="store_true")
    arguments = parser.parse_args()
    arguments.work = arguments.work.resolve()
    everything = plan(trial_data.Source(arguments.data))
    names = {name for trial in everything for name in (trial.group, f"{trial.group}/{trial.variant}")}
    if unknown := set(arguments.only or []) - names:
        parser.error(f"--only: no such group: {', '.join(sorted(unknown))}; there are: {', '.join(sorted(names))}")
    trials = [
        trial for trial in everything
        if (not arguments.only or {trial.group, f"{trial.group}/{trial.variant}"} & set(arguments.only))
        and trial.seed <= (arguments.seeds or trial.seed)]

    def key(entry):
        return entry["group"], entry["variant"], entry["options"], entry["seed"]
    if arguments.list:
        return show(trials, {key(entry) for entry in runs.load(RESULTS)})
    mistakes = 0
    if not arguments.report_only:
        if not arguments.backbone:
            parser.error("--backbone is needed for training")
        if arguments.again:
            chosen = {(trial.group, trial.variant, trial.seed) for trial in trials}
            runs.drop(RESULTS, lambda entry: (entry["group"], entry["variant"], entry["seed"]) in chosen)
        done = {key(entry) for entry in runs.load(RESULTS)}
        left = sorted((trial for trial in trials if trial.key not in done), key=lambda trial: trial.seed)
        mistakes = train_all(arguments, left)
    report(everything, runs.load(RESULTS))
    if mistakes:
        sys.exit(f"{mistakes} runs were refused as usage errors: is the binary too old, or an option of this script wrong?")


def train_all(arguments, trials):
    """Returns how many could not be counted."""
    places = {data.name: data.write(arguments.work) for data in {trial.data.name: trial.data for trial in trials}.values()}
    start, lock, cores = time.time(), threading.Lock(), os.cpu_count() or 1

    def one(trial):
        if arguments.budget is not None and time.time() - start > 60 * arguments.budget:
            return 0
        entry = run(arguments, trial, places[trial.data.name], cores)
        if entry is None:
            return 1
        with lock:
            runs.save(RESULTS, entry)
            figures = ", ".join(
                f"{name} {entry[name]:.1f}" for name in ("mAP", "chance", "mIoU", "refinedMIoU") if entry.get(name) is not None)
            print(f"{trial.slug}: {entry['outcome']}{'; SILENT' if entry['silent'] else ''}; {figures or 'no figures'}; "
                  f"{entry['seconds']:.0f} s", flush=True)
        return 0

    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        try:
            return sum(pool.map(one, trials))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


if __name__ == "__main__":
    main()
