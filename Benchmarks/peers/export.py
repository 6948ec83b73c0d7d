"""What is computed, as files; networks as PyTorch modules and as ONNX graphs.

The graphs are written node by node: torch.onnx.export states a padding that differs between sides as a dozen nodes for
each engine to find its way through, where ONNX has an attribute of the convolution. Outputs are compared anyway.
"""
import pathlib

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

import network
import tensors

OPSET, IR_VERSION = 17, 8


def write(call, stem):
    """All that the engines read of a call: its input, the product's tensors, and the network in both formats."""
    values = np.ascontiguousarray(call.tensors["input"])
    np.save(f"{stem}.npy", values)
    tensors.write(pathlib.Path(f"{stem}.safetensors"), call.tensors)
    torch.save(call.torch, f"{stem}.pt")
    onnx.save(Graph(call.torch, values.shape).model, f"{stem}.onnx")


class Graph:
    """An ONNX graph of convolutions, activations and sums, for one input shape."""

    def __init__(self, module, shape):
        self.nodes, self.constants = [], []
        output, shape_out = self.add(module, "input", shape)
        self.nodes[-1].output[0] = "output"
        described = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, sides)
                     for name, sides in (("input", shape), ("output", shape_out))]
        graph = helper.make_graph(self.nodes, "network", described[:1], described[1:], self.constants)
        self.model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        onnx.checker.check_model(self.model, full_check=True)

    def constant(self, values):
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(values), name))
        return name

    def node(self, operator, inputs, **attributes):
        name = f"value{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def add(self, module, x, shape):
        """The output's name and shape."""
        if isinstance(module, network.Block):
            y, shape = self.add(module.layers, x, shape)
            return self.node("Add", [x, y]) if module.has_residual else y, shape
        if isinstance(module, torch.nn.Sequential):
            for layer in module:
                x, shape = self.add(layer, x, shape)
            return x, shape
        weight, stride = module.weight.numpy(), module.stride
        x = self.node(
            "Conv", [x, self.constant(weight), self.constant(module.bias.numpy())],
            pads=module.padding(*shape[2:]), strides=[stride] * 2, dilations=[module.dilation] * 2,
            group=module.groups, kernel_shape=weight.shape[2:])
        if module.activation is network.relu6:
            x = self.node("Clip", [x, self.constant(np.float32(0)), self.constant(np.float32(6))])
        elif module.activation is network.relu:
            x = self.node("Relu", [x])
        return x, (shape[0], len(weight), *(-(-side // stride) for side in shape[2:]))
