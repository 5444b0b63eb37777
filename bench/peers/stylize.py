"""Restyling in stock PyTorch, NCHW, float32, the batch at once, from uint8 [N,H,W,3] to the same.

Words: the options of the compact network as JSON, pictures of a batch, styles. Answers each line,
[kind, side, batches, parameters], with the time of each batch in ms a picture.
"""
import json
import os
import sys
import time

import torch
from torch import nn

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
torch.manual_seed(0)
compact, batch, styles = json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])


def convolution(inputs, outputs):
    return [nn.ReflectionPad2d(1), nn.Conv2d(inputs, outputs, 3), nn.ReLU()]


def convolutions(count, channels):
    return [step for _ in range(count) for step in convolution(channels, channels)]


def networks(kind):
    """The compact network's channels lie before the places of a square, as PyTorch has them: the same work."""
    folded = kind == "compact"
    channels = compact["channels"] if folded else [64, 128, 256, 512]
    counts = [*compact["convolutions"], 1] if folded else [2, 2, 4, 1]
    encoder, decoder, inputs = [] if folded else [nn.Conv2d(3, 3, 1)], [], 3
    for stage, (outputs, count) in enumerate(zip(channels, counts)):
        down = [nn.PixelUnshuffle(2)] if folded else [nn.MaxPool2d(2, ceil_mode=True)] if stage > 0 else []
        up = [nn.PixelShuffle(2)] if folded else [nn.Upsample(scale_factor=2, mode="nearest")] if stage > 0 else []
        factor = 4 if folded else 1
        back = convolution(outputs, factor * inputs)
        encoder = encoder + down + convolution(factor * inputs, outputs) + convolutions(count - 1, outputs)
        decoder = convolutions(count - 1, outputs) + (back if stage > 0 else back[:-1]) + up + decoder
        inputs = outputs
    return nn.Sequential(*encoder), nn.Sequential(*decoder)


def deviation(variance):
    return (variance + 1e-5).sqrt()


def adain(content, style_mean, style_deviation, strength):
    mean = content.mean((2, 3), keepdim=True)
    normal = (content - mean) / deviation(content.var((2, 3), keepdim=True))
    return (1 - strength) * content + strength * (normal * style_deviation + style_mean)


class Restyling:
    def __init__(self, kind, side, parameters):
        self.encoder, self.decoder = networks(kind)
        count = sum(p.numel() for part in (self.encoder, self.decoder) for p in part.parameters())
        assert count == parameters, f"{kind} has {count} parameters here and {parameters} there"
        channels = self.encoder[-2].out_channels
        self.means, self.deviations = torch.rand(styles, channels, 1, 1), torch.rand(styles, channels, 1, 1)
        self.pictures = torch.randint(0, 256, (batch, side, side, 3), dtype=torch.uint8)
        self.styles, self.strengths = torch.randint(0, styles, (batch,)), torch.rand(batch, 1, 1, 1)

    @torch.inference_mode()
    def restyle(self):
        images = self.pictures.permute(0, 3, 1, 2).contiguous().float() / 255
        features = adain(self.encoder(images), self.means[self.styles], self.deviations[self.styles], self.strengths)
        restyled = self.decoder(features).clamp(0, 1).mul(255).round().to(torch.uint8)
        return restyled.permute(0, 2, 3, 1).contiguous()

    def time(self):
        start = time.perf_counter()
        restyled = self.restyle()
        passed = time.perf_counter() - start
        assert restyled.shape == self.pictures.shape
        return 1000 * passed / batch


print(json.dumps(f"PyTorch {torch.__version__}"))
restylings = {}
for line in sys.stdin:
    kind, side, batches, parameters = json.loads(line)
    if (kind, side) not in restylings:
        restylings = {(kind, side): Restyling(kind, side, parameters)}
    print(json.dumps([restylings[kind, side].time() for _ in range(batches)]))
