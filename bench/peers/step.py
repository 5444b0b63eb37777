"""Answers each line, a number of steps, with their times in ms: WideResNet-28-4 in stock PyTorch, NCHW, float32."""
import json
import os
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
torch.manual_seed(0)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, stride=stride, padding=1)
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride=stride) if stride != 1 or inputs != outputs else nn.Identity()

    def forward(self, x):
        y = F.dropout(self.conv1(F.silu(self.bn1(x))), 0.2, self.training)
        return self.conv2(F.silu(self.bn2(y))) + self.shortcut(x)


class WideResNet(nn.Module):
    def __init__(self, depth=28, width=4, classes=10):
        super().__init__()
        blocks, inputs, layers = (depth - 4) // 6, 16, []
        for stage in range(3):
            for block in range(blocks):
                outputs = (16 << stage) * width
                layers.append(Block(inputs, outputs, 2 if stage > 0 and block == 0 else 1))
                inputs = outputs
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
        self.layers = nn.Sequential(*layers)
        self.bn1 = nn.BatchNorm2d(inputs)
        self.linear = nn.Linear(inputs, classes)

    def forward(self, x):
        x = F.silu(self.bn1(self.layers(self.conv1(x))))
        return self.linear(F.adaptive_avg_pool2d(x, 1).flatten(1))


network = WideResNet()
assert sum(p.numel() for p in network.parameters()) == 5_853_098
optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4, nesterov=True)
loss_function = nn.CrossEntropyLoss(label_smoothing=0.1)
images, classes = torch.randn(64, 3, 32, 32), torch.randint(0, 10, (64,))


def step():
    start = time.perf_counter()
    loss = loss_function(network(images), classes)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    loss.item()
    return 1000 * (time.perf_counter() - start)


print(json.dumps(f"PyTorch {torch.__version__}"))
for line in sys.stdin:
    print(json.dumps([step() for _ in range(int(line))]))
