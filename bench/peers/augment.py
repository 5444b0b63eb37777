"""Answers each line, a name and a number of pictures, with pictures/s: torchvision on Pillow's pictures.

    python3 bench/peers/augment.py pictures.npy     [n,32,32,3] uint8
"""
import json
import os
import sys
import time

import numpy
import PIL
import torch
import torchvision
from PIL import Image
from torchvision import transforms

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
images = [Image.fromarray(picture) for picture in numpy.load(sys.argv[1])]
pipelines = {
    "trivial-augment": transforms.TrivialAugmentWide(),
    "flip-crop-trivial-augment": transforms.Compose(
        [transforms.RandomHorizontalFlip(), transforms.RandomCrop(32, padding=4), transforms.TrivialAugmentWide()]
    ),
}


def measure(name, count):
    augment = pipelines[name]
    start = time.perf_counter()
    for index in range(count):
        augment(images[index % len(images)])
    return count / (time.perf_counter() - start)


print(json.dumps(f"torchvision {torchvision.__version__}, Pillow {PIL.__version__}"))
for line in sys.stdin:
    name, count = line.split()
    print(json.dumps([measure(name, int(count))]))
