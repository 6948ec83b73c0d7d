"""What is timed: points, each a list of calls, each call with an input and a network of its own."""
import dataclasses
import functools
import json
import math
import pathlib

import numpy as np

import network
import resnet
import tensors

ROOT = pathlib.Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "Models/default.safetensors"
DESCRIPTION = ROOT / "Models/default.json"


@dataclasses.dataclass
class Call:
    """One input tensor, [pictures, channels, height, width], and what computes it."""
    command: list  # of the product
    output: str  # name of its output tensor
    tensors: dict  # for the product: "input", and the weights where the product doesn't have them
    torch: object  # the same network in PyTorch


@dataclasses.dataclass
class Model:
    """Stands in a command for the model file that is made of it."""
    weights: object
    architecture: str
    stride: int


@dataclasses.dataclass
class Point:
    name: str
    repetitions: int  # of each call in a burst
    calls: object  # makes the list


def picture(height, width):
    """Smooth blobs and some noise, normalised: [1, 3, height, width]."""
    random = np.random.default_rng(1)
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    values = np.zeros((3, height, width))
    for _ in range(12):
        (a, b, phase), colour = random.uniform(-20, 20, 3), random.normal(0, 0.3, 3)
        values += colour[:, None, None] * np.sin(a * x + b * y + phase)
    values += random.normal(0, 0.05, values.shape)
    return np.clip(values, -1, 1)[None].astype(np.float32)


def forward(batches):
    description = json.loads(DESCRIPTION.read_text())
    cam = network.cam_network(tensors.read(WEIGHTS), description)
    command = ["bench", "forward", "--model", str(WEIGHTS)]
    return [Call(command, "maps", {"input": batch}, cam) for batch in batches]


def resnet_forward(architecture, stride, height, width):
    """The call's model file is written beside its input."""
    weights, module = resnet.make(architecture, stride)
    command = ["bench", "forward", "--model", Model(weights, architecture, stride)]
    return [Call(command, "maps", {"input": picture(height, width)}, module)]


def scales_and_flips(height, width):
    """As the product's multi-scale pass: a picture and its mirror image at each scale, largest first."""
    for scale in (2, 1.5, 1, 0.5):
        scaled = picture(*(math.floor(side * scale + 0.5) for side in (height, width)))
        yield np.concatenate([scaled, scaled[..., ::-1]])


def convolution(dilation, channels=512, side=40, layers=4):
    random = np.random.default_rng(1)
    bound = math.sqrt(6 / (9 * channels))
    values = {
        "input": random.uniform(-1, 1, (1, channels, side, side)),
        "weights": random.uniform(-bound, bound, (layers, channels, channels, 3, 3)),
        "bias": random.uniform(-0.1, 0.1, (layers, channels))}
    values = {name: value.astype(np.float32) for name, value in values.items()}
    stack = network.convolution_stack(values["weights"], values["bias"], dilation)
    return [Call(["bench", "convolution", "--dilation", str(dilation)], "output", values, stack)]


POINTS = [
    Point("320x320", 40, lambda: forward([picture(320, 320)])),
    Point("375x500", 25, lambda: forward([picture(375, 500)])),
    Point("375x500-scales-flips", 4, lambda: forward(scales_and_flips(375, 500))),
    *(Point(f"{architecture}-stride{stride}-{height}x{width}", repetitions,
            functools.partial(resnet_forward, architecture, stride, height, width))
      for architecture, stride, repetitions in [
          ("resnet18", 32, 20), ("resnet18", 16, 15), ("resnet50", 32, 10), ("resnet50", 16, 6), ("resnet38", 8, 2)]
      for height, width in [(320, 320), (375, 500)]),
    Point("convolution-d1", 5, lambda: convolution(1)),
    Point("convolution-d2", 5, lambda: convolution(2)),
]
