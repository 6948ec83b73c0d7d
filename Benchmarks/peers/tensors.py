"""Safetensors files: weights, the tensors that all engines compute with, class maps."""
import json
import struct

import numpy as np

TYPES = {"F32": "<f4", "F16": "<f2", "U8": "u1"}


def read(path):
    """Tensors by name, as float32."""
    data = path.read_bytes()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, entry in json.loads(data[8:start]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = np.frombuffer(data[start + begin:start + end], TYPES[entry["dtype"]])
            tensors[name] = values.astype(np.float32).reshape(entry["shape"])
    return tensors


def write(path, tensors, metadata=None):
    header, body = {"__metadata__": metadata} if metadata else {}, bytearray()
    for name, values in tensors.items():
        data = np.ascontiguousarray(values, "<f4").tobytes()
        header[name] = {
            "dtype": "F32", "shape": list(values.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(body))
