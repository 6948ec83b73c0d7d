"""ResNets with random weights, as model files for the product and as PyTorch modules with batch norm folded: torchvision's
ResNet-18 and ResNet-50, and ResNet-38 (Wu et al. 2019) at stride 8 as SEAM has it."""
import json

import numpy as np
import torch

import network
import tensors

CLASSES = 20
EPSILON = 1e-5
REPEATS = {"resnet18": (2, 2, 2, 2), "resnet50": (3, 4, 6, 3)}


class Weights:
    """Made as they are asked for, by their names in checkpoints."""

    def __init__(self):
        self.random, self.tensors = np.random.default_rng(1), {}

    def convolution(self, name, outputs, inputs, kernel):
        bound = (6 / (inputs * kernel * kernel)) ** 0.5
        return self.uniform(f"{name}.weight", -bound, bound, (outputs, inputs, kernel, kernel))

    def norm(self, name, channels):
        """Scale and shift."""
        ranges = {"weight": (0.2, 0.6), "bias": (-0.2, 0.2), "running_mean": (-0.1, 0.1), "running_var": (0.8, 1.2)}
        gain, shift, mean, variance = (
            self.uniform(f"{name}.{part}", *ends, (channels,)) for part, ends in ranges.items())
        scale = gain / torch.sqrt(variance + EPSILON)
        return scale, shift - mean * scale

    def uniform(self, name, low, high, shape):
        self.tensors[name] = self.random.uniform(low, high, shape).astype(np.float32)
        return torch.from_numpy(self.tensors[name])

    def layer(self, name, norm, inputs, outputs, kernel=1, activation=None, **options):
        """A convolution and, where it has one, the norm behind it."""
        weight, bias = self.convolution(name, outputs, inputs, kernel), torch.zeros(outputs)
        if norm:
            scale, bias = self.norm(norm, outputs)
            weight = weight * scale[:, None, None, None]
        padding = kernel // 2 * options.get("dilation", 1)
        return network.Convolution(weight, bias, activation=activation, fixed=padding, **options)

    def write(self, path, architecture, stride):
        """A model file."""
        classes = [f"class {index}" for index in range(CLASSES)]
        provenance = {"data": "", "split": "", "method": "", "seed": "", "metrics": {}, "licence": ""}
        metadata = {
            "architecture": architecture, "output_stride": str(stride), "classes": json.dumps(classes),
            "normalisation": json.dumps({"mean": [127.5] * 3, "deviation": [127.5] * 3}),
            "background_score": json.dumps({"binomial": 0.3, "none": 0.3}), "provenance": json.dumps(provenance)}
        tensors.write(path, self.tensors, metadata)


def make(architecture, stride):
    """Weights, and the network in PyTorch: [images, 3, height, width] to maps [images, classes, rows, columns]."""
    weights = Weights()
    layers = resnet38(weights) if architecture == "resnet38" else resnet(weights, architecture, stride)
    return weights, torch.nn.Sequential(*layers).eval()


def resnet(weights, architecture, stride):
    is_bottleneck = architecture == "resnet50"
    layers = [
        weights.layer("conv1", "bn1", 3, 64, 7, network.relu, stride=2), network.MaximumPool()]
    channels, total, dilation = 64, 4, 1
    for stage, repeats in enumerate(REPEATS[architecture]):
        width = 64 << stage
        outputs = width * (4 if is_bottleneck else 1)
        for position in range(repeats):
            # Past the output stride a stage dilates; its first block still by what the stage before dilated.
            step, before = 2 if position == 0 and stage > 0 else 1, dilation
            if total * step > stride:
                dilation, step = dilation * step, 1
            total *= step
            here = before if position == 0 else dilation
            name = f"layer{stage + 1}.{position}"
            if is_bottleneck:
                branch = [
                    weights.layer(f"{name}.conv1", f"{name}.bn1", channels, width, activation=network.relu),
                    weights.layer(
                        f"{name}.conv2", f"{name}.bn2", width, width, 3, network.relu, stride=step, dilation=here),
                    weights.layer(f"{name}.conv3", f"{name}.bn3", width, outputs)]
            else:
                branch = [
                    weights.layer(
                        f"{name}.conv1", f"{name}.bn1", channels, width, 3, network.relu, stride=step, dilation=here),
                    weights.layer(f"{name}.conv2", f"{name}.bn2", width, outputs, 3, dilation=dilation)]
            changes = step > 1 or channels != outputs
            skip = [weights.layer(
                f"{name}.downsample.0", f"{name}.downsample.1", channels, outputs, stride=step)] if changes else []
            layers.append(network.Residual(branch, skip, network.relu))
            channels = outputs
    return layers + [weights.layer("fc", None, channels, CLASSES)]


def resnet38(weights):
    layers, channels = [weights.layer("conv1a", None, 3, 64, 3)], 64

    def norm(name, count):
        return network.Scaled(*weights.norm(name, count), network.relu)

    def block(name, *parts, outputs, stride=1):
        """Parts are inner outputs, kernels and dilations."""
        nonlocal channels
        first, branch, inputs = norm(f"{name}.bn_branch2a", channels), [], channels
        for place, (count, kernel, dilation) in enumerate(parts):
            suffix = "2a" if place == 0 else f"2b{place}"
            # The norm behind a convolution is folded into it.
            behind = f"{name}.bn_branch2b{place + 1}" if place + 1 < len(parts) else None
            branch.append(weights.layer(
                f"{name}.conv_branch{suffix}", behind, inputs, count, kernel, network.relu if behind else None,
                dilation=dilation, stride=stride if place == 0 else 1))
            inputs = count
        changes = stride > 1 or channels != outputs
        skip = [weights.layer(f"{name}.conv_branch1", None, channels, outputs, stride=stride)] if changes else []
        layers.append(network.PreActivated(first, branch, skip))
        channels = outputs

    for stage, repeats, count in [(2, 3, 128), (3, 3, 256), (4, 6, 512)]:
        for position in range(repeats):
            block(f"b{stage}" + (f"_{position}" if position else ""), (count, 3, 1), (count, 3, 1), outputs=count,
                  stride=1 if position else 2)
    for position in range(3):
        block("b5" + (f"_{position}" if position else ""), (512, 3, 2 if position else 1), (1024, 3, 2), outputs=1024)
    block("b6", (512, 1, 1), (1024, 3, 4), (2048, 1, 1), outputs=2048)
    block("b7", (1024, 1, 1), (2048, 3, 4), (4096, 1, 1), outputs=4096)
    layers.append(norm("bn7", 4096))
    return layers + [weights.layer("fc8", None, 4096, CLASSES)]
