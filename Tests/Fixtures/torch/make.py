#!/usr/bin/env python3
"""Makes the .pth files beside it: one toy state dict, saved by PyTorch in each format (made with PyTorch 2.15).

    make.py    # needs torch from PyPI
"""
import collections
import pathlib

import torch


def toy():
    base = torch.arange(24, dtype=torch.float32)
    state = collections.OrderedDict()
    state["single"] = torch.tensor([[0.0, -1.5, 3.25], [1e-20, 65504.0, 1e30]])
    state["half"] = torch.tensor([0.5, -2.0, 65504.0], dtype=torch.float16)
    state["brain"] = torch.tensor([1.0, -3.0], dtype=torch.bfloat16)
    state["double"] = torch.tensor([0.1, 2.0**60], dtype=torch.float64)
    state["transposed"] = torch.arange(6, dtype=torch.float32).reshape(2, 3).t()
    # Two views of one storage, one of them with gaps.
    state["shared.head"] = base[2:6]
    state["shared.rows"] = base.reshape(2, 3, 4)[:, 1:, ::2]
    state["scalar"] = torch.tensor(7.0)
    state["empty"] = torch.zeros(0, 4)
    state["trained"] = torch.nn.Parameter(torch.tensor([4.0, 5.0]))
    state["num_batches_tracked"] = torch.tensor(12345)
    # As nn.Module.state_dict() does.
    state._metadata = collections.OrderedDict({"": {"version": 1}})
    return state


def main():
    here = pathlib.Path(__file__).parent
    torch.save(toy(), here / "zip.pth")
    torch.save(toy(), here / "stream.pth", _use_new_zipfile_serialization=False)
    wrapped = {"epoch": 3, "best": 0.5, "note": None, "shape": torch.Size([2, 3]), "big": 2**40, "small": -7}
    torch.save({**wrapped, "state_dict": toy()}, here / "wrapped-protocol4.pth", pickle_protocol=4)
    torch.save({**wrapped, "model": dict(toy())}, here / "wrapped-stream.pth", _use_new_zipfile_serialization=False)
    torch.save({"sparse": torch.eye(2).to_sparse()}, here / "sparse.pth")
    torch.save(torch.nn.Linear(1, 1), here / "module.pth")


if __name__ == "__main__":
    main()
