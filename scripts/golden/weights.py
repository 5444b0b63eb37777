"""Writes small files of PyTorch in both forms, and the numbers that must be read from them.

    python3 scripts/golden/weights.py test/golden/weights
"""
import collections
import json
import os
import sys

import torch
from torch import nn

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
torch.manual_seed(0)


def state_dict():
    """An OrderedDict with attributes, and tensors of every type and every way to lie in a storage."""
    base = torch.arange(24, dtype=torch.float32).reshape(4, 6) / 8
    tensors = collections.OrderedDict(
        float32=base,
        rows_of_float32=base[1:3],  # the same storage
        columns_of_float32=base[:, 1:3],
        transposed=base.t(),
        channels_last=torch.arange(24.0).reshape(2, 3, 2, 2).contiguous(memory_format=torch.channels_last),
        expanded=torch.tensor([1.0, 2.0]).expand(3, 2),
        one_element_of_many=base[2, 3],
        ones_between=base.reshape(4, 1, 6, 1),
        float64=torch.tensor([1 / 3, -0.0, 1e300], dtype=torch.float64),
        float16=torch.tensor([0.1, -65504.0, 6e-8, float("inf")], dtype=torch.float16),
        bfloat16=torch.tensor([0.1, -3e38, 1e-40, float("-inf")], dtype=torch.bfloat16),
        bfloat16_transposed=torch.arange(6).reshape(2, 3).bfloat16().t(),
        int64=torch.tensor([-1, 2**40]),
        int32=torch.tensor([-70000, 70000], dtype=torch.int32),
        int16=torch.tensor([-300, 300], dtype=torch.int16),
        int8=torch.tensor([-128, 127], dtype=torch.int8),
        uint8=torch.tensor([0, 200], dtype=torch.uint8),
        bool=torch.tensor([True, False, True]),
        empty=torch.zeros(0, 3),
        scalar=torch.tensor(7),
        parameter=nn.Parameter(torch.tensor([0.5, -0.5])),
    )
    tensors._metadata = collections.OrderedDict([("", {"version": 1})])
    return tensors


def checkpoint():
    """What people save while they train: the weights of a wrapped network beside much else."""
    network = nn.DataParallel(nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2)))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    network.module(torch.ones(2, 1, 3, 3)).sum().backward()
    optimizer.step()
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [3, 4])
    return {
        "epoch": 3,
        "best": 0.875,
        "losses": [2.5, 1.25, None],
        "device": torch.device("cpu"),
        "input": torch.Size([1, 3, 3]),
        "dtype": torch.float32,
        "state_dict": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),
    }


def number(value):
    """JSON has no infinities: they are written as JavaScript's Number() reads them."""
    return {float("inf"): "Infinity", float("-inf"): "-Infinity"}.get(value, value)


def expected(tensors):
    return {
        name: {
            "dtype": str(tensor.dtype).replace("torch.", ""),
            "shape": list(tensor.shape),
            "numbers": [number(value) for value in tensor.detach().reshape(-1).tolist()],
        }
        for name, tensor in tensors.items()
    }


tensors, training = state_dict(), checkpoint()
network = nn.Sequential(nn.Linear(1, 1))
for form, is_zip in (("zip", True), ("legacy", False)):
    save = lambda value, name: torch.save(value, f"{folder}/{name}-{form}.pt", _use_new_zipfile_serialization=is_zip)
    save(tensors, "state-dict")
    save(training, "checkpoint")
    save(network, "whole-network")
    save({"a": torch.ones(2, dtype=torch.complex64)}, "complex")
torch.save(tensors, f"{folder}/state-dict-protocol-4.pt", pickle_protocol=4, _use_new_zipfile_serialization=False)
torch.jit.script(network).save(f"{folder}/script.pt")
without_prefix = {name.replace("module.", ""): tensor for name, tensor in training["state_dict"].items()}
with open(f"{folder}/expected.json", "w") as file:
    json.dump({"state-dict": expected(tensors), "checkpoint": expected(without_prefix)}, file, indent=1)
    file.write("\n")
