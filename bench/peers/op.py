"""Answers each line, a number of calls, with the time of one in µs: adding two 4x4 tensors, the result dropped."""
import json
import os
import sys
import time

import torch

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
x, y = torch.rand(4, 4), torch.rand(4, 4)


def measure(calls):
    start = time.perf_counter()
    for _ in range(calls):
        x + y
    return 1e6 * (time.perf_counter() - start) / calls


print(json.dumps(f"PyTorch {torch.__version__}"))
with torch.no_grad():
    for line in sys.stdin:
        print(json.dumps([measure(int(line))]))
