"""Who is timed, in bursts: the product, a process a burst, and the peers, whose workers are stopped between bursts so
that no thread of theirs takes time from another's."""
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys

import numpy as np

import peers
import tensors

# The engines choose kernels and threads by themselves.
CHOOSING = ("OPENBLAS_", "OMP_", "GOMP_", "KMP_", "MKL_", "ONEDNN_", "DNNL_", "OV_")
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(CHOOSING)}


class Product:
    name = "pseudolabel"

    def __init__(self, binary, calls, stems, threads):
        self.version = subprocess.run(
            [binary, "--version"], check=True, capture_output=True, text=True).stdout.strip()
        self.binary, self.calls, self.stems, self.threads = binary, calls, stems, threads

    def run(self, call, stem, repetitions, *more):
        command = [self.binary, *call.command, "--input", f"{stem}.safetensors", "--threads", str(self.threads)]
        result = subprocess.run(
            [*command, "--repetitions", str(repetitions), "--json", *more], env=ENVIRONMENT, stdout=subprocess.PIPE)
        if result.returncode:
            raise SystemExit(f"failed: {' '.join(command)}")
        return json.loads(result.stdout)

    def outputs(self):
        for call, stem in zip(self.calls, self.stems):
            file = pathlib.Path(f"{stem}.{self.name}.safetensors")
            self.kernels = self.run(call, stem, 1, "--output", str(file))["kernels"]
            yield tensors.read(file)[call.output]

    def burst(self, repetitions):
        """Median and minimum in milliseconds, each the sum over the calls."""
        spreads = [self.run(*call, repetitions)["milliseconds"] for call in zip(self.calls, self.stems)]
        return tuple(sum(spread[name] for spread in spreads) for name in ("median", "minimum"))


class Peer:
    def __init__(self, name, stems, threads):
        self.name, self.stems = name, stems
        command = [sys.executable, peers.__file__, name, str(threads), *stems]
        self.worker = subprocess.Popen(
            command, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            self.version = self.answer()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def answer(self):
        line = self.worker.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} failed; its message is above")
        self.worker.send_signal(signal.SIGSTOP)
        return json.loads(line)

    def outputs(self):
        return (np.load(f"{stem}.{self.name}.npy") for stem in self.stems)

    def burst(self, repetitions):
        """Median and minimum in milliseconds, each the sum over the calls."""
        self.worker.send_signal(signal.SIGCONT)
        self.worker.stdin.write(f"{repetitions}\n")
        self.worker.stdin.flush()
        times = self.answer()
        return sum(map(statistics.median, times)), sum(map(min, times))

    def close(self):
        self.worker.kill()
        self.worker.wait()
