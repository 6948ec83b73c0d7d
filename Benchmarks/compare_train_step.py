#!/usr/bin/env python3
"""Times a training step of the engine and of PyTorch in turns on this machine and prints their ratio.

    compare_train_step.py --weights BACKBONE.safetensors --python PYTHON_WITH_TORCH [--binary FILE] [--turns 3]

PyTorch runs channels-last, its faster layout here, and with all the kernels it would choose by itself: variables that
choose OpenBLAS kernels are taken from both environments.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--binary", default=str(ROOT / ".build/release/pseudolabel"))
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}

    def run(command):
        return json.loads(subprocess.check_output([str(part) for part in command], env=environment))

    for ours, theirs in (("gap", "gap"), ("isl+fsl", "gap+isl+fsl")):
        engine, torch = [], []
        for _ in range(arguments.turns):
            engine.append(run([
                arguments.binary, "bench", "train", "--method", ours, "--threads", arguments.threads, "--repetitions",
                arguments.steps, "--json"])["seconds"]["median"])
            torch.append(run([
                arguments.python, ROOT / "Benchmarks/train_step_pytorch.py", arguments.weights, "--loss",
                theirs, "--threads", arguments.threads, "--steps", arguments.steps, "--channels-last",
                "--json"])["median_seconds"])
        mine, other = statistics.median(engine), statistics.median(torch)
        print(f"{ours}: engine {mine:.2f} s, PyTorch {other:.2f} s a step, ratio {mine / other:.2f}", flush=True)


if __name__ == "__main__":
    main()
