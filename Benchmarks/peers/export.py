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
import points
import tensors

OPSET, IR_VERSION = 17, 8


def write(call, stem):
    """All that the engines read of a call: its input, the product's tensors, and the network in both formats."""
    values = np.ascontiguousarray(call.tensors["input"])
    np.save(f"{stem}.npy", values)
    tensors.write(pathlib.Path(f"{stem}.safetensors"), call.tensors)
    for place, word in enumerate(call.command):
        if isinstance(word, points.Model):
            model = pathlib.Path(f"{stem}.model.safetensors")
            word.weights.write(model, word.architecture, word.stride)
            call.command[place] = str(model)
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
        if isinstance(module, network.Residual):
            y, shape_out = self.add(module.branch, x, shape)
            skip, _ = self.add(module.skip, x, shape)
            return self.activated(self.node("Add", [y, skip]), module.activation), shape_out
        if isinstance(module, network.PreActivated):
            activated, _ = self.add(module.first, x, shape)
            y, shape_out = self.add(module.branch, activated, shape)
            skip, _ = self.add(module.skip, activated, shape) if len(module.skip) else (x, shape)
            return self.node("Add", [y, skip]), shape_out
        if isinstance(module, network.Scaled):
            scaled = self.node("Mul", [x, self.constant(module.scale.numpy())])
            return self.activated(
                self.node("Add", [scaled, self.constant(module.shift.numpy())]), module.activation), shape
        if isinstance(module, network.MaximumPool):
            pooled = self.node("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
            return pooled, (*shape[:2], *((side - 1) // 2 + 1 for side in shape[2:]))
        if isinstance(module, torch.nn.Sequential):
            for layer in module:
                x, shape = self.add(layer, x, shape)
            return x, shape
        weight, stride = module.weight.numpy(), module.stride
        x = self.node(
            "Conv", [x, self.constant(weight), self.constant(module.bias.numpy())],
            pads=module.padding(*shape[2:]), strides=[stride] * 2, dilations=[module.dilation] * 2,
            group=module.groups, kernel_shape=weight.shape[2:])
        pads, reach = module.padding(*shape[2:]), [(side - 1) * module.dilation + 1 for side in weight.shape[2:]]
        sides = [(side + before + behind - length) // stride + 1
                 for side, before, behind, length in zip(shape[2:], pads[:2], pads[2:], reach)]
        return self.activated(x, module.activation), (shape[0], len(weight), *sides)

    def activated(self, x, activation):
        if activation is network.relu6:
            return self.node("Clip", [x, self.constant(np.float32(0)), self.constant(np.float32(6))])
        return self.node("Relu", [x]) if activation is network.relu else x
