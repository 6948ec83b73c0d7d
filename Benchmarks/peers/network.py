"""The product's network in PyTorch, of its weights and description: EfficientNet-Lite0, batch norm folded as the engine
folds it, then one 1x1 convolution to class logits. And a stack of 3x3 convolutions."""
import torch
import torch.nn.functional as F
from torch import nn

# repeats, kernel, stride, expansion, output channels
STAGES = [
    (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320)]
EPSILON = 1e-3


class Convolution(nn.Module):
    """With so much padding on all sides, or with TensorFlow's "same": what is left over goes to the right and the bottom."""

    def __init__(self, weight, bias, stride=1, dilation=1, depthwise=False, activation=None, fixed=None):
        super().__init__()
        self.weight, self.bias = (nn.Parameter(values, requires_grad=False) for values in (weight, bias))
        self.stride, self.dilation, self.activation = stride, dilation, activation
        self.groups, self.fixed = len(weight) if depthwise else 1, fixed

    def padding(self, height, width):
        """Of the sides top, left, bottom, right."""
        if self.fixed is not None:
            return (self.fixed,) * 4
        sides = []
        for size, kernel in zip((height, width), self.weight.shape[2:]):
            total = max(0, (-(-size // self.stride) - 1) * self.stride + (kernel - 1) * self.dilation + 1 - size)
            sides.append((total // 2, total - total // 2))
        (top, bottom), (left, right) = sides
        return top, left, bottom, right

    def forward(self, x):
        top, left, bottom, right = self.padding(*x.shape[2:])
        if (top, left) == (bottom, right):  # The convolution pads by itself, without a copy.
            y = F.conv2d(x, self.weight, self.bias, self.stride, (top, left), self.dilation, self.groups)
        else:
            x = F.pad(x, (left, right, top, bottom))
            y = F.conv2d(x, self.weight, self.bias, self.stride, 0, self.dilation, self.groups)
        return self.activation(y) if self.activation else y


def relu(x):
    return F.relu(x, inplace=True)


def relu6(x):
    return F.relu6(x, inplace=True)


class Block(nn.Module):
    """Expand (1x1), depthwise (k x k), project (1x1), plus the input where shapes agree."""

    def __init__(self, layers, has_residual):
        super().__init__()
        self.layers, self.has_residual = nn.Sequential(*layers), has_residual

    def forward(self, x):
        y = self.layers(x)
        return x + y if self.has_residual else y


class MaximumPool(nn.Module):
    """3x3 at stride 2."""

    def forward(self, x):
        return F.max_pool2d(x, 3, 2, 1)


class Residual(nn.Module):
    """What a branch makes plus the input, which a convolution may bring to its shape, and an activation."""

    def __init__(self, branch, skip, activation):
        super().__init__()
        self.branch, self.skip, self.activation = nn.Sequential(*branch), nn.Sequential(*skip), activation

    def forward(self, x):
        return self.activation(self.branch(x) + self.skip(x))


class Scaled(nn.Module):
    """A batch norm that no convolution takes in, and an activation."""

    def __init__(self, scale, shift, activation):
        super().__init__()
        self.scale, self.shift = (nn.Parameter(v[:, None, None], requires_grad=False) for v in (scale, shift))
        self.activation = activation

    def forward(self, x):
        return self.activation(x * self.scale + self.shift)


class PreActivated(nn.Module):
    """Norm and activation, then a branch; plus the input, or what a convolution makes of the activated one."""

    def __init__(self, first, branch, skip):
        super().__init__()
        self.first, self.branch, self.skip = first, nn.Sequential(*branch), nn.Sequential(*skip)

    def forward(self, x):
        activated = self.first(x)
        return self.branch(activated) + (self.skip(activated) if len(self.skip) else x)


def cam_network(tensors, description):
    """[pictures, 3, height, width], normalised, to logits [pictures, classes, rows, columns]."""
    if description["architecture"] != "efficientnet-lite0":
        raise SystemExit(f"only efficientnet-lite0 is written here, not {description['architecture']}")
    tensors = {name: torch.from_numpy(values) for name, values in tensors.items()}

    def folded(convolution, norm, **options):
        scale = tensors[norm + ".weight"] / torch.sqrt(tensors[norm + ".running_var"] + EPSILON)
        bias = tensors[norm + ".bias"] - tensors[norm + ".running_mean"] * scale
        return Convolution(tensors[convolution + ".weight"] * scale[:, None, None, None], bias, **options)

    layers = [folded("_conv_stem", "_bn0", stride=2, activation=relu6)]
    channels, total, dilation, index = 32, 2, 1, 0
    for repeats, _, stage_stride, expansion, outputs in STAGES:
        for position in range(repeats):
            # Once the output stride is reached, a block that would stride does not, and those after it dilate.
            stride, later = stage_stride if position == 0 else 1, dilation
            if stride > 1 and total * stride > description["output_stride"]:
                later, stride = dilation * stride, 1
            total *= stride
            prefix = f"_blocks.{index}."
            expand = [folded(prefix + "_expand_conv", prefix + "_bn0", activation=relu6)] if expansion > 1 else []
            depthwise = folded(
                prefix + "_depthwise_conv", prefix + "_bn1", stride=stride, dilation=dilation, depthwise=True,
                activation=relu6)
            project = folded(prefix + "_project_conv", prefix + "_bn2")
            layers.append(Block([*expand, depthwise, project], stride == 1 and channels == outputs))
            channels, dilation, index = outputs, later, index + 1
    layers.append(folded("_conv_head", "_bn1", activation=relu6))
    weight = tensors["fc.weight"].reshape(-1, 1280, 1, 1)
    layers.append(Convolution(weight, tensors.get("fc.bias", torch.zeros(len(weight)))))
    return nn.Sequential(*layers).eval()


def convolution_stack(weights, bias, dilation):
    """[1, channels, height, width] to the same shape; weights [layers, channels, channels, 3, 3]."""
    return nn.Sequential(*(
        Convolution(torch.from_numpy(w), torch.from_numpy(b), dilation=dilation, activation=relu)
        for w, b in zip(weights, bias))).eval()
