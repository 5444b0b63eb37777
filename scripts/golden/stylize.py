"""Records what PyTorch computes for a stylizer with made-up weights: features, AdaIN, decoded images, the whole step, losses.

    python3 scripts/golden/stylize.py test/golden/stylize

VGG-19 is written layer by layer from the tables of method.md 4.1 and 4.2, not from Patina's code; the compact networks
from docs/restyling.md: 2x2 pixels become the channels of one before each stage, in place of pooling between stages. Weights and pictures come from an
integer formula that the test repeats, so only results are stored.
"""
import json
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from wide_resnet import formula, write_safetensors

EPSILON = 1e-5


def convolve(inputs, outputs):
    return [nn.ReflectionPad2d(1), nn.Conv2d(inputs, outputs, 3), nn.ReLU()]


def pool():
    return [nn.MaxPool2d(2, 2, ceil_mode=True)]


def upsample():
    return [nn.Upsample(scale_factor=2, mode="nearest")]


class SpaceToDepth(nn.Module):
    def forward(self, x):
        return torch.cat([x[:, :, row::2, column::2] for row in (0, 1) for column in (0, 1)], 1)


class DepthToSpace(nn.Module):
    def forward(self, x):
        quarters = x.chunk(4, 1)
        rows = [torch.stack(quarters[2 * row:2 * row + 2], -1).flatten(-2) for row in (0, 1)]
        return torch.stack(rows, -2).flatten(-3, -2)


def vgg_19():
    encoder = [nn.Conv2d(3, 3, 1), *convolve(3, 64), *convolve(64, 64), *pool(),
               *convolve(64, 128), *convolve(128, 128), *pool(),
               *convolve(128, 256), *convolve(256, 256), *convolve(256, 256), *convolve(256, 256), *pool(),
               *convolve(256, 512)]
    decoder = [*convolve(512, 256), *upsample(),
               *convolve(256, 256), *convolve(256, 256), *convolve(256, 256), *convolve(256, 128), *upsample(),
               *convolve(128, 128), *convolve(128, 64), *upsample(),
               *convolve(64, 64), *convolve(64, 3)]
    return nn.Sequential(*encoder), nn.Sequential(*decoder[:-1]), [3, 10, 17, 30]


def compact(channels):
    """Two stages, or three; all but the last have two convolutions."""
    if len(channels) == 2:
        a, b = channels
        encoder = [SpaceToDepth(), *convolve(12, a), *convolve(a, a), SpaceToDepth(), *convolve(4 * a, b)]
        decoder = [*convolve(b, 4 * a), DepthToSpace(), *convolve(a, a), *convolve(a, 12)[:2], DepthToSpace()]
        return nn.Sequential(*encoder), nn.Sequential(*decoder), [3, 10]
    a, b, c = channels
    encoder = [SpaceToDepth(), *convolve(12, a), *convolve(a, a), SpaceToDepth(), *convolve(4 * a, b), *convolve(b, b),
               SpaceToDepth(), *convolve(4 * b, c)]
    decoder = [*convolve(c, 4 * b), DepthToSpace(), *convolve(b, b), *convolve(b, 4 * a), DepthToSpace(),
               *convolve(a, a), *convolve(a, 12)[:2], DepthToSpace()]
    return nn.Sequential(*encoder), nn.Sequential(*decoder), [3, 10, 17]


def fill(encoder, decoder):
    """Weights near the bound at which ReLUs keep the size of what goes through, in powers of two; colours around 1/2."""
    parameters = [*encoder.parameters(), *decoder.parameters()]
    for salt, tensor in enumerate(parameters):
        numbers = formula(tensor.numel(), salt).reshape(tensor.shape)
        scale = 2.0 ** np.floor(np.log2(np.sqrt(6 / tensor[0].numel())) + 0.5) if tensor.dim() > 1 else 0.125
        tensor.data.copy_(torch.from_numpy((numbers * np.float32(scale)).astype(np.float32)))
    parameters[-2].data.div_(8)
    parameters[-1].data.add_(0.5)


def pictures(count, channels, size, salt):
    """Bytes as images in [0,1]."""
    numbers = formula(count * channels * size * size, salt).reshape(count, channels, size, size)
    return torch.from_numpy(np.floor((numbers + 1) * 128).astype(np.float32)) / 255


def statistics(features):
    return features.mean((2, 3), keepdim=True), features.var((2, 3), unbiased=True, keepdim=True)


def adain(content, mean, variance, alpha):
    own_mean, own_variance = statistics(content)
    styled = (content - own_mean) / (own_variance + EPSILON).sqrt() * (variance + EPSILON).sqrt() + mean
    return (1 - alpha) * content + alpha * styled


def resize(images, size, antialias):
    return functional.interpolate(images, size=(size, size), mode="bilinear", align_corners=False, antialias=antialias)


def whole(encoder, decoder, multiple, images, working, antialias, mean, variance, alpha):
    size, channels = images.shape[-1], images.shape[1]
    enlarged = resize(images.expand(-1, 3, -1, -1), working, True) if working != size else images.expand(-1, 3, -1, -1)
    missing = -working % multiple
    content = encoder(functional.pad(enlarged, (0, missing, 0, missing), mode="reflect") if missing else enlarged)
    decoded = decoder(adain(content, mean, variance, alpha))[:, :, :working, :working]
    result = (resize(decoded, size, antialias) if working != size else decoded).clamp(0, 1)
    if channels == 3:
        return result
    red, green, blue = result.split(1, 1)
    return (19595 * red + 38470 * green + 7471 * blue) / 65536


def stages(encoder, taps, x):
    found = []
    for index, layer in enumerate(encoder):
        x = layer(x)
        if index in taps:
            found.append(x)
    return found


def losses(encoder, decoder, taps, content, style, cut=None):
    """cut: rows and columns left out before and, up to a whole stride, after what is looked at."""
    top, left, stride = cut or (0, 0, 0)
    seen = lambda x: x[:, :, top:top + x.shape[2] - stride, left:left + x.shape[3] - stride]
    with torch.no_grad():
        styles = stages(encoder, taps, style)
        restyled = lambda x: adain(encoder(x), *statistics(styles[-1]), 1)
        whole, wanted = restyled(content), restyled(seen(content))
    image = decoder(whole)
    output = stages(encoder, taps, seen(image))
    style_loss = 0
    for a, b in zip(output, styles):
        (mean_a, var_a), (mean_b, var_b) = statistics(a), statistics(b)
        style_loss = style_loss + functional.mse_loss(mean_a, mean_b) + functional.mse_loss(
            (var_a + EPSILON).sqrt(), (var_b + EPSILON).sqrt())
    red, green, blue = image.split(1, 1)
    smooth = sum(colour.diff(dim=dim).square().mean() for colour in (red - green, blue - green) for dim in (2, 3))
    return functional.mse_loss(output[-1], wanted), style_loss, smooth


def encoder_stride(options):
    return 8 if options["kind"] == "vgg-19" else 2 ** len(options["channels"])


def record(path, options, size, strengths, steps):
    """steps: of the whole step, by name: its working size, antialias, channels."""
    torch.set_num_threads(1)
    encoder, decoder, taps = vgg_19() if options["kind"] == "vgg-19" else compact(options["channels"])
    multiple = 1 if options["kind"] == "vgg-19" else encoder_stride(options)
    fill(encoder, decoder)
    count = len(strengths)
    content, style = pictures(count, 3, size, 1000), pictures(count, 3, size, 1001)
    alpha = torch.tensor(strengths).reshape(-1, 1, 1, 1)
    out = {}
    with torch.no_grad():
        mean, variance = statistics(encoder(style))
        out["style.mean"], out["style.deviation"] = mean.flatten(1), variance.sqrt().flatten(1)
        out["features"] = encoder(content)
        out["adain"] = adain(out["features"], mean, variance, alpha)
        out["decoded"] = decoder(out["adain"])
        for name, (working, antialias, channels) in steps.items():
            images = pictures(count, channels, size, 1002)
            out["step/" + name] = whole(encoder, decoder, multiple, images, working, antialias, mean, variance, alpha)
    if size <= 64:  # larger ones take seconds
        content_loss, style_loss, out["loss.smooth"] = losses(encoder, decoder, taps, content, style)
        (content_loss + 10 * style_loss).backward()
        out["loss.content"], out["loss.style"] = content_loss, style_loss
        out["loss.gradient"] = list(decoder.parameters())[-2].grad
        cut = (1, 2, encoder_stride(options))
        out["loss.cut.content"], out["loss.cut.style"], _ = losses(encoder, decoder, taps, content, style, cut)
    described = {name: {"size": working, "scaling": "antialiased" if antialias else "plain", "channels": channels}
                 for name, (working, antialias, channels) in steps.items()}
    write_safetensors(path, out, {"torch": torch.__version__, "options": json.dumps(options), "size": str(size),
                                  "strengths": json.dumps(strengths), "steps": json.dumps(described)})


if __name__ == "__main__":
    folder = sys.argv[1]
    narrow = {"kind": "compact", "channels": [8, 16, 32], "convolutions": [2, 2]}
    if len(sys.argv) == 2:
        record(f"{folder}/compact-32.safetensors", narrow, 32, [1.0, 0.35], {
            "native": (32, True, 3), "enlarged": (64, True, 3), "plain": (64, False, 3),
            "uneven": (45, True, 3), "grey": (32, True, 1)})
        record(f"{folder}/compact-64.safetensors", narrow, 64, [0.8], {"native": (64, True, 3)})
        record(f"{folder}/vgg-19-32.safetensors", {"kind": "vgg-19"}, 32, [0.6], {"native": (32, True, 3)})
    else:  # only for the live comparison: not stored
        wide = {"kind": "compact", "channels": [48, 128], "convolutions": [2]}
        record(f"{folder}/compact-32-at-224.safetensors", wide, 32, [1.0, 0.0, 0.5], {
            "antialiased": (224, True, 3), "plain": (224, False, 3), "grey": (224, True, 1)})
        record(f"{folder}/vgg-19-64.safetensors", {"kind": "vgg-19"}, 64, [1.0, 0.25], {"native": (64, True, 3)})
        record(f"{folder}/vgg-19-224.safetensors", {"kind": "vgg-19"}, 224, [1.0], {"native": (224, True, 3)})
