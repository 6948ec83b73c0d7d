#!/usr/bin/env python3
"""Times the product's network against PyTorch, ONNX Runtime and OpenVINO: same weights, input and threads, in turns.

    compare.py [--binary .build/release/pseudolabel] [--json FILE] [--only POINT] [--threads N] [--rounds 5]

Prints medians in milliseconds, how many times the peer's time the product takes (the median over rounds), and the
largest difference of outputs, relative to the largest output. Exit status 1 where that is over 1e-3.
"""
import argparse
import contextlib
import datetime
import json
import os
import pathlib
import platform
import statistics
import sys
import tempfile

import numpy as np

import contenders
import export
import peers
import points

TOLERANCE = 1e-3


def difference(outputs, expected):
    """The largest, relative to the largest value of its call."""
    worst = 0
    for output, reference in zip(outputs, expected, strict=True):
        if output.shape != reference.shape:
            raise SystemExit(f"outputs have shapes {output.shape} and {reference.shape}")
        worst = max(worst, float(np.abs(output - reference).max() / np.abs(reference).max()))
    return worst


def measure(point, calls, stems, threads, binary, rounds):
    with contextlib.ExitStack() as stack:
        product = contenders.Product(binary, calls, stems, threads)
        entrants = [product] + [
            stack.enter_context(contenders.Peer(name, stems, threads)) for name in peers.ENGINES]
        expected = list(product.outputs())
        differences = {entrant.name: difference(entrant.outputs(), expected) for entrant in entrants[1:]}
        bursts = {entrant.name: [] for entrant in entrants}
        for turn in range(rounds):
            # Each is first, second, ... in its turn: what the one before leaves of cache and clock meets all.
            for entrant in entrants[turn % len(entrants):] + entrants[:turn % len(entrants)]:
                bursts[entrant.name].append(entrant.burst(point.repetitions))
    medians = {name: [median for median, _ in values] for name, values in bursts.items()}
    ratios = {name: [ours / theirs for ours, theirs in zip(medians[product.name], medians[name])]
              for name in differences}
    return {
        "point": point.name, "threads": threads, "repetitions": point.repetitions, "kernels": product.kernels,
        "shapes": [list(call.tensors["input"].shape) for call in calls],
        "versions": {entrant.name: entrant.version for entrant in entrants},
        "median_milliseconds": {name: statistics.median(values) for name, values in medians.items()},
        "minimum_milliseconds": {name: min(least for _, least in values) for name, values in bursts.items()},
        "round_milliseconds": medians,
        "ratio": {name: statistics.median(values) for name, values in ratios.items()},
        "ratio_range": {name: [min(values), max(values)] for name, values in ratios.items()},
        "relative_difference": differences}


def line(cells):
    return f"{cells[0]:<20} {cells[1]:>7} " + " ".join(f"{cell:>15}" for cell in cells[2:])


def row(result):
    names = list(peers.ENGINES)
    milliseconds = [f"{result['median_milliseconds'][name]:.2f}" for name in [contenders.Product.name, *names]]
    ratios = [f"{result['ratio'][name]:.2f}" for name in names]
    worst = max(result["relative_difference"].values())
    return line([result["point"], result["threads"], *milliseconds, *ratios, f"{worst:.1e}"])


def processor():
    for text in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if text.startswith("model name"):
            return text.partition(": ")[2]
    return platform.machine()


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=points.ROOT / ".build/release/pseudolabel")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="all figures, also of each round")
    parser.add_argument("--only", choices=[point.name for point in points.POINTS], action="append")
    parser.add_argument("--threads", type=int, action="append", help="default: 1 and 2")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", type=pathlib.Path, help="where to leave the exported networks; default: nowhere")
    arguments = parser.parse_args()
    if not arguments.binary.exists():
        parser.error(f"--binary {arguments.binary} does not exist; `make build` makes it")
    if arguments.rounds < 1 or any(threads < 1 for threads in arguments.threads or []):
        parser.error("--rounds and --threads must be at least 1")
    return arguments


def main():
    arguments = parse()
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"warning: the machine is not idle, its load is {load:.1f}", file=sys.stderr)
    report = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "processor": processor(),
        "cores": len(os.sched_getaffinity(0)), "load": load, "rounds": arguments.rounds, "results": []}
    names = list(peers.ENGINES)
    print(line(["point", "threads", "ours ms", *(f"{name} ms" for name in names),
                *(f"/ {name}" for name in names), "difference"]))
    with contextlib.ExitStack() as stack:
        work = arguments.work or pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        work.mkdir(parents=True, exist_ok=True)
        for point in points.POINTS:
            if arguments.only and point.name not in arguments.only:
                continue
            calls = point.calls()
            stems = [str(work / f"{point.name}-{index}") for index in range(len(calls))]
            for call, stem in zip(calls, stems):
                export.write(call, stem)
            for threads in arguments.threads or [1, 2]:
                result = measure(point, calls, stems, threads, arguments.binary, arguments.rounds)
                print(row(result), flush=True)
                report["results"].append(result)
                if arguments.json:
                    arguments.json.write_text(json.dumps(report, indent=1) + "\n")
    worst = max(max(result["relative_difference"].values()) for result in report["results"])
    if not worst <= TOLERANCE:
        raise SystemExit(f"the engines differ by {worst:.1e} of the largest output, over {TOLERANCE}")


if __name__ == "__main__":
    main()
