"""The other engines, each in a worker process of its own: peers.py ENGINE THREADS STEM...

STEM.npy is the input of a call, STEM.pt or STEM.onnx the network. The worker writes each call's output to
STEM.ENGINE.npy and its version to standard output; then it answers each line, a number, with that many times of every
call in milliseconds, after a tenth as many runs that are not counted. Versions and times are JSON, a line each."""
import ctypes
import json
import signal
import sys
import time

import numpy as np


class PyTorch:
    """Eager, in its faster memory layout, channels last."""

    def __init__(self, threads):
        import torch
        self.torch, self.version = torch, torch.__version__
        torch.set_num_threads(threads)

    def load(self, stem, values):
        layout = self.torch.channels_last
        module = self.torch.load(f"{stem}.pt", weights_only=False).to(memory_format=layout)
        x = self.torch.from_numpy(values).contiguous(memory_format=layout)

        def run():
            with self.torch.inference_mode():
                return module(x).numpy()
        return run


class ONNXRuntime:
    def __init__(self, threads):
        import onnxruntime
        self.runtime, self.version = onnxruntime, onnxruntime.__version__
        self.options = onnxruntime.SessionOptions()
        self.options.intra_op_num_threads, self.options.inter_op_num_threads = threads, 1
        self.options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL

    def load(self, stem, values):
        session = self.runtime.InferenceSession(f"{stem}.onnx", self.options, providers=["CPUExecutionProvider"])
        return lambda: session.run(None, {"input": values})[0]


class OpenVINO:
    """In float32, as the others; by itself it computes in bfloat16 where the processor can."""

    def __init__(self, threads):
        import openvino
        self.openvino, self.version = openvino, openvino.__version__
        self.core, self.inputs = openvino.Core(), []
        self.settings = {
            "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1,
            "INFERENCE_NUM_THREADS": threads}

    def load(self, stem, values):
        compiled = self.core.compile_model(f"{stem}.onnx", "CPU", self.settings)
        for name in ("INFERENCE_PRECISION_HINT", "INFERENCE_NUM_THREADS"):
            used, wanted = compiled.get_property(name), self.settings[name]
            if used != wanted and not (wanted == "f32" and used == self.openvino.Type.f32):
                raise SystemExit(f"OpenVINO took {name} {used} instead of {wanted}")
        request = compiled.create_infer_request()
        self.inputs.append(values)  # A request does not hold what it reads.
        request.set_input_tensor(self.openvino.Tensor(values, shared_memory=True))

        def run():
            request.infer()
            return request.get_output_tensor().data
        return run


ENGINES = {"PyTorch": PyTorch, "ONNX Runtime": ONNXRuntime, "OpenVINO": OpenVINO}


def times(run, repetitions):
    for _ in range(max(1, repetitions // 10)):
        run()
    result = []
    for _ in range(repetitions):
        start = time.perf_counter()
        run()
        result.append((time.perf_counter() - start) * 1000)
    return result


def end_with_parent():
    """A worker that is stopped would not notice that nobody is left to wake it."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main():
    end_with_parent()
    name, threads, *stems = sys.argv[1:]
    engine = ENGINES[name](int(threads))
    runs = [engine.load(stem, np.load(f"{stem}.npy")) for stem in stems]
    for run, stem in zip(runs, stems):
        np.save(f"{stem}.{name}.npy", run())
    print(json.dumps(engine.version), flush=True)
    for line in sys.stdin:
        print(json.dumps([times(run, int(line)) for run in runs]), flush=True)


if __name__ == "__main__":
    main()
