#!/usr/bin/env python3
"""Time of one training step in PyTorch on the CPU, to compare with the engine's own (needs numpy and torch from PyPI).

    train_step_pytorch.py WEIGHTS.safetensors [--loss gap+isl+fsl] [--channels-last] [--threads N] [--json]
    train_step_pytorch.py WEIGHTS.safetensors --check GOLDEN.safetensors

EfficientNet-Lite0 at output stride 16, batch norm frozen, dropout of whole channels, 20 classes, SGD with momentum;
batches of random pictures. A step is forward, loss, backward and update. WEIGHTS has the tensor names of the public
checkpoints (`pseudolabel import-backbone` writes such files). --check compares the features with reference values
(tensors x and features) instead of timing.
"""
import argparse
import json
import pathlib
import statistics
import struct
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

# repeats, kernel, stride, expansion, output channels
STAGES = [
    (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320)]
EPSILON = 1e-5


def read_safetensors(path):
    data = path.read_bytes()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, entry in json.loads(data[8:start]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = np.frombuffer(data[start + begin:start + end], {"F32": "<f4", "F16": "<f2"}[entry["dtype"]])
            tensors[name] = torch.from_numpy(values.astype(np.float32).reshape(entry["shape"]))
    return tensors


class Convolution(nn.Conv2d):
    """With TensorFlow's "same" padding: what is left over goes to the right and the bottom."""

    def forward(self, x):
        padding = []
        for size, kernel, stride, dilation in zip(x.shape[2:], self.kernel_size, self.stride, self.dilation):
            total = max(0, (-(-size // stride) - 1) * stride + (kernel - 1) * dilation + 1 - size)
            padding.append((total // 2, total - total // 2))
        (top, bottom), (left, right) = padding
        if top == bottom and left == right:  # The convolution pads by itself, without a copy.
            return F.conv2d(x, self.weight, self.bias, self.stride, (top, left), self.dilation, self.groups)
        return self._conv_forward(F.pad(x, (left, right, top, bottom)), self.weight, self.bias)


def norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3)


class Block(nn.Module):
    def __init__(self, inputs, outputs, expansion, kernel, stride, dilation):
        super().__init__()
        width = inputs * expansion
        self.has_residual = stride == 1 and inputs == outputs
        if expansion != 1:
            self._expand_conv = Convolution(inputs, width, 1, bias=False)
            self._bn0 = norm(width)
        self.expands = expansion != 1
        self._depthwise_conv = Convolution(
            width, width, kernel, stride=stride, dilation=dilation, groups=width, bias=False)
        self._bn1 = norm(width)
        self._project_conv = Convolution(width, outputs, 1, bias=False)
        self._bn2 = norm(outputs)

    def forward(self, x):
        y = F.relu6(self._bn0(self._expand_conv(x)), inplace=True) if self.expands else x
        y = F.relu6(self._bn1(self._depthwise_conv(y)), inplace=True)
        y = self._bn2(self._project_conv(y))
        return x + y if self.has_residual else y


class Network(nn.Module):
    def __init__(self, classes, dropout=0.3, output_stride=16):
        super().__init__()
        self._conv_stem = Convolution(3, 32, 3, stride=2, bias=False)
        self._bn0 = norm(32)
        blocks, channels, total, dilation = [], 32, 2, 1
        for repeats, kernel, stage_stride, expansion, outputs in STAGES:
            for position in range(repeats):
                stride = stage_stride if position == 0 else 1
                later = dilation
                if stride > 1 and total * stride > output_stride:
                    later, stride = dilation * stride, 1
                total *= stride
                blocks.append(Block(channels, outputs, expansion, kernel, stride, dilation))
                channels, dilation = outputs, later
        self._blocks = nn.ModuleList(blocks)
        self._conv_head = Convolution(channels, 1280, 1, bias=False)
        self._bn1 = norm(1280)
        self.dropout = nn.Dropout2d(dropout)
        self.fc = nn.Conv2d(1280, classes, 1, bias=False)

    def train(self, mode=True):
        super().train(mode)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self

    def features(self, x):
        x = F.relu6(self._bn0(self._conv_stem(x)), inplace=True)
        for block in self._blocks:
            x = block(x)
        return F.relu6(self._bn1(self._conv_head(x)), inplace=True)

    def forward(self, x):
        return self.fc(self.dropout(self.features(x)))


def gap_loss(logits, labels):
    return F.multilabel_soft_margin_loss(logits.mean((2, 3)), labels)


def importance_sampling_loss(logits, labels, samples=10):
    """Pixels drawn with a probability proportional to their posterior; no gradient through the draw."""
    flat = logits.flatten(2)
    n, classes, pixels = flat.shape
    with torch.no_grad():
        weights = (torch.sigmoid(flat) + EPSILON).reshape(n * classes, pixels)
        indices = torch.multinomial(weights, samples, replacement=True).view(n, classes, samples)
    drawn = flat.gather(2, indices).transpose(1, 2).reshape(n * samples, classes)
    return F.multilabel_soft_margin_loss(drawn, labels.repeat_interleave(samples, 0))


class FeatureSimilarityLoss:
    """Over all pairs of cells; the Gaussian of their distance is the same for every batch and computed once."""

    def __init__(self, height, width, mu=2.5, sigma=5.0):
        y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
        position = torch.stack([y.flatten(), x.flatten()], 1).float()
        square = (position[:, None] - position[None]).square().sum(2)
        self.gate = torch.exp(-0.5 * square / sigma**2) / (2 * np.pi * sigma**2)
        self.size, self.mu = (height, width), mu

    def __call__(self, pictures, logits, labels):
        with torch.no_grad():
            colours = F.interpolate(pictures, self.size, mode="bilinear", align_corners=False).flatten(2)
            difference = torch.zeros(len(colours), *self.gate.shape)
            for channel in colours.unbind(1):
                difference += (channel[:, :, None] - channel[:, None]).abs()
            difference /= colours.shape[1]
            similarity = self.mu + torch.log((difference + EPSILON) / (1 - difference + EPSILON))
            weights = self.gate * torch.tanh(similarity)
        maps = torch.relu(logits)
        highest, lowest = maps.amax((2, 3), keepdim=True), maps.amin((2, 3), keepdim=True)
        maps = torch.relu(maps - lowest - EPSILON) / (highest - lowest + EPSILON) * labels[:, :, None, None]
        maps = torch.cat([1 - maps.amax(1, keepdim=True), maps], 1).flatten(2)
        # sum_ij w_ij |q_i - q_j|^2 = sum_i |q_i|^2 (row and column sums of w) - 2 sum_ij w_ij q_i.q_j
        square = maps.square().sum(1)
        both = (square * (weights.sum(1) + weights.sum(2))).sum() - 2 * (maps @ weights * maps).sum()
        return -0.5 * both / (len(maps) * weights.shape[1])


def check(network, golden):
    network.eval()
    with torch.no_grad():
        features = network.features(golden["x"])
    print(f"largest difference of features: {(features - golden['features']).abs().max():.3g}"
          f" (largest value {golden['features'].abs().max():.3g})")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=pathlib.Path)
    parser.add_argument("--check", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--loss", choices=["gap", "gap+isl+fsl"], default="gap+isl+fsl")
    parser.add_argument("--channels-last", action="store_true", help="NHWC memory layout")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--crop", type=int, default=288)
    parser.add_argument("--steps", type=int, default=10, help="timed, after --warmup others")
    parser.add_argument("--warmup", type=int, default=2)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def main():
    arguments = parse()
    torch.manual_seed(0)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    network = Network(classes=20)
    weights = {k: v for k, v in read_safetensors(arguments.weights).items() if not k.startswith(("_fc.", "fc."))}
    missing, unexpected = network.load_state_dict(weights, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked") and name != "fc.weight"]
    if missing or unexpected:
        raise SystemExit(f"{arguments.weights}: missing {missing}, unexpected {unexpected}")
    layout = torch.channels_last if arguments.channels_last else torch.contiguous_format
    network = network.to(memory_format=layout)
    if arguments.check:
        return check(network, read_safetensors(arguments.check))

    network.train()
    optimiser = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
    cells = -(-arguments.crop // 16)
    similarity = FeatureSimilarityLoss(cells, cells)
    # sRGB in [0, 1], and one to three classes a picture.
    pictures = torch.rand(arguments.batch, 3, arguments.crop, arguments.crop)
    inputs = ((pictures * 255 - 127) / 128).contiguous(memory_format=layout)
    labels = torch.zeros(arguments.batch, 20)
    labels.scatter_(1, torch.randint(0, 20, (arguments.batch, 3)), 1.0)

    seconds, processor = [], []
    for step in range(arguments.warmup + arguments.steps):
        start, processor_start = time.perf_counter(), time.process_time()
        optimiser.zero_grad(set_to_none=True)
        logits = network(inputs)
        loss = gap_loss(logits, labels)
        if arguments.loss != "gap":
            loss = 0.8 * loss + 0.2 * importance_sampling_loss(logits, labels)
            loss = loss + similarity(pictures, logits, labels)
        loss.backward()
        optimiser.step()
        if step >= arguments.warmup:
            seconds.append(time.perf_counter() - start)
            processor.append(time.process_time() - processor_start)
    report = {
        "loss": arguments.loss, "batch": arguments.batch, "crop": arguments.crop, "steps": arguments.steps,
        "channels_last": arguments.channels_last, "threads": torch.get_num_threads(), "torch": torch.__version__,
        "median_seconds": statistics.median(seconds), "minimum_seconds": min(seconds), "maximum_seconds": max(seconds),
        "median_processor_seconds": statistics.median(processor), "last_loss": loss.item()}
    if arguments.json:
        print(json.dumps(report))
    else:
        print(f"{arguments.loss}, batch {arguments.batch}, crop {arguments.crop}"
              f"{', channels last' if arguments.channels_last else ''}, {report['threads']} threads,"
              f" torch {torch.__version__}: median {report['median_seconds']:.3f} s a step of {arguments.steps}"
              f" ({min(seconds):.3f} to {max(seconds):.3f}; processor time of all threads"
              f" {report['median_processor_seconds']:.3f} s), last loss {loss.item():.4f}")


if __name__ == "__main__":
    main()
