"""Records what PyTorch computes for a small WideResNet: forward, loss, gradients, and the weights after optimizer steps.

    python3 scripts/golden/wide_resnet.py test/golden/wide-resnet

The network is written from the description (method.md 6.1), not from Patina's code. Weights and pictures come from an
integer formula that the test repeats, so only results are stored.
"""
import json
import struct
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional

ACTIVATIONS = {"silu": functional.silu, "relu": functional.relu}


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, act):
        super().__init__()
        self.act = act
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, stride=stride, padding=1)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride=stride))

    def forward(self, x):
        y = self.conv1(self.act(self.bn1(x)))
        return self.conv2(self.act(self.bn2(y))) + self.shortcut(x)


class WideResNet(nn.Module):
    def __init__(self, depth, width, channels, classes, first_stride, act):
        super().__init__()
        blocks = (depth - 4) // 6
        self.act = act
        self.conv1 = nn.Conv2d(channels, 16, 3, padding=1)
        stage = lambda inputs, outputs, stride: nn.Sequential(
            *[Block(inputs if i == 0 else outputs, outputs, stride if i == 0 else 1, act) for i in range(blocks)])
        self.layer1 = stage(16, 16 * width, first_stride)
        self.layer2 = stage(16 * width, 32 * width, 2)
        self.layer3 = stage(32 * width, 64 * width, 2)
        self.bn1 = nn.BatchNorm2d(64 * width)
        self.linear = nn.Linear(64 * width, classes)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.conv1(x))))
        return self.linear(self.act(self.bn1(x)).mean((2, 3)))


def formula(count, salt):
    """Numbers in [-1, 1) by multiplication modulo 2^32, exact in float32."""
    index = np.arange(count, dtype=np.uint64)
    bits = (index * np.uint64(2654435761) + np.uint64(salt) * np.uint64(40503)) % np.uint64(2**32)
    bits = (bits ^ (bits >> np.uint64(15))) * np.uint64(2246822519) % np.uint64(2**32)
    return ((bits >> np.uint64(8)).astype(np.float64) / 2**23 - 1).astype(np.float32)


def fill(network):
    for salt, (name, tensor) in enumerate(network.named_parameters()):
        numbers = formula(tensor.numel(), salt).reshape(tensor.shape)
        if tensor.dim() > 1:
            numbers = numbers / np.float32(2.0 ** np.floor(np.log2(np.sqrt(tensor[0].numel())) + 0.5))
        elif "bn" in name and name.endswith("weight"):
            numbers = 1 + numbers / np.float32(4)
        else:
            numbers = numbers / np.float32(8)
        tensor.data.copy_(torch.from_numpy(numbers.astype(np.float32)))


def write_safetensors(path, tensors, metadata):
    header, offset, parts = {"__metadata__": metadata}, 0, []
    for name, tensor in tensors.items():
        data = tensor.detach().contiguous().numpy().tobytes()
        kind = {torch.float32: "F32", torch.int64: "I64"}[tensor.dtype]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
        parts.append(data)
    text = json.dumps(header, separators=(",", ":"), sort_keys=False).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


def record(path, size, channels, classes, act, steps=5, batch=6):
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    network = WideResNet(10, 1, channels, classes, 2 if size == 64 else 1, ACTIVATIONS[act])
    fill(network)
    pictures = torch.from_numpy(formula(batch * channels * size * size, 1000).reshape(batch, channels, size, size) * 2)
    labels = torch.arange(batch) % classes
    network.eval()
    out = {"evaluation.scores": network(pictures)}
    network.train()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4, nesterov=True)
    for step in range(steps):
        optimizer.zero_grad(set_to_none=True)
        scores = network(pictures)
        loss = functional.cross_entropy(scores, labels, label_smoothing=0.1)
        loss.backward()
        if step == 0:
            out["scores"] = scores
            out["loss"] = loss
            for name, tensor in network.named_parameters():
                out["gradient/" + name] = tensor.grad.clone()
        norm = torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        if step == 0:
            out["gradient-norm"] = norm
        optimizer.step()
        out[f"loss.{step}"] = loss.clone()
    for name, tensor in network.state_dict().items():
        out["after/" + name] = tensor
    write_safetensors(path, out, {"torch": torch.__version__, "size": str(size), "channels": str(channels),
                                  "classes": str(classes), "activation": act, "batch": str(batch), "steps": str(steps)})


if __name__ == "__main__":
    folder = sys.argv[1]
    record(f"{folder}/silu-32-colour.safetensors", 32, 3, 10, "silu")
    if len(sys.argv) > 2:  # only for the live comparison: not stored
        record(f"{folder}/silu-64-grey.safetensors", 64, 1, 4, "silu")
        # One step: at the kink of ReLU rounding decides, and after five PyTorch itself, in float32 and float64, differs by 2e-3.
        record(f"{folder}/relu-64-grey.safetensors", 64, 1, 4, "relu", steps=1)
