"""Goldens of TrivialAugment's operations: torchvision's tensor functions and Pillow on the same pictures.

    python3 scripts/golden/augment.py            writes test/golden/augment/ anew
    python3 scripts/golden/augment.py --serve    answers lines of JSON, for the oracle test

Made with torchvision 0.14.1, PyTorch 1.13.1, Pillow 9.4.0, numpy 1.24.2, on one thread of a processor with fused
multiply-add, which decides ties (18x15, 63x66).
"""

import base64
import hashlib
import json
import pathlib
import sys

import numpy as np
import torch
from PIL import Image
from torchvision.transforms import InterpolationMode
from torchvision.transforms.autoaugment import TrivialAugmentWide, _apply_op

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden" / "augment"
OPERATIONS = {
    "identity": "Identity",
    "shear-x": "ShearX",
    "shear-y": "ShearY",
    "translate-x": "TranslateX",
    "translate-y": "TranslateY",
    "rotate": "Rotate",
    "brightness": "Brightness",
    "color": "Color",
    "contrast": "Contrast",
    "sharpness": "Sharpness",
    "posterize": "Posterize",
    "solarize": "Solarize",
    "auto-contrast": "AutoContrast",
    "equalize": "Equalize",
}
# Each with the range of its noise: auto-contrast has much to do within 40 to 219, little or nothing within 0 to 255.
SHAPES = {
    (32, 32, 3): (40, 219),
    (33, 33, 3): (0, 255),
    (31, 17, 3): (40, 219),
    (18, 15, 3): (0, 255),  # one side even, one odd: a quarter turn is all ties
    (64, 64, 3): (0, 255),
    (63, 66, 1): (0, 255),  # bin 8 of a shear is all ties in row (or column) 62
    (32, 32, 1): (40, 219),
    (2, 5, 3): (0, 255),
    (9, 1, 1): (40, 219),
}
BINS = 31


def magnitudes(name, bins=BINS):
    """The magnitudes of an operation with their signs, bin by bin; one 0 where there is none."""
    values, signed = TrivialAugmentWide()._augmentation_space(bins)[OPERATIONS[name]]
    if values.ndim == 0:
        return [0.0]
    return [sign * float(value) for value in values for sign in ((1.0, -1.0) if signed else (1.0,))]


def apply(name, magnitude, picture, rule):
    """One operation on [H,W,C] uint8."""
    channels = picture.shape[2]
    if rule == "tensor":
        tensor = torch.from_numpy(picture).permute(2, 0, 1).contiguous()
        changed = _apply_op(tensor, OPERATIONS[name], magnitude, InterpolationMode.NEAREST, None)
        return changed.permute(1, 2, 0).contiguous().numpy()
    image = Image.fromarray(picture if channels == 3 else picture[:, :, 0])
    changed = _apply_op(image, OPERATIONS[name], magnitude, InterpolationMode.NEAREST, None)
    return np.asarray(changed).reshape(picture.shape)


def picture(shape):
    """Four fifths scene, one fifth noise."""
    generator = np.random.RandomState(sum(shape))
    height, width, channels = shape
    y, x = np.mgrid[0:height, 0:width]
    phase = generator.uniform(0, 6.28, channels)
    slope = generator.uniform(0.1, 0.5, (2, channels))
    scene = 118 + 75 * np.sin(y[:, :, None] * slope[0] + x[:, :, None] * slope[1] + phase)
    low, high = SHAPES[shape]
    noise = generator.randint(low, high + 1, shape)
    mixed = np.where(generator.uniform(size=(height, width, 1)) < 0.2, noise, scene)
    return mixed.astype(np.uint8)


def whole_magnitude(name):
    """The one whose output is stored whole: bin 10, positive; 0 where there is none."""
    return magnitudes(name)[len(magnitudes(name)) // 3]


def digest(name, shape, rule):
    """sha256 of all outputs of one operation on one picture, magnitude after magnitude."""
    source = picture(shape)
    together = hashlib.sha256()
    for magnitude in magnitudes(name):
        together.update(apply(name, magnitude, source, rule).tobytes())
    return together.hexdigest()


def write():
    for shape in SHAPES:
        np.save(FOLDER / ("input-" + "x".join(map(str, shape)) + ".npy"), picture(shape))
    record = {
        "magnitudes": {name: magnitudes(name) for name in OPERATIONS},
        "whole": {name: whole_magnitude(name) for name in OPERATIONS},
        "sha256": {
            rule: {
                "x".join(map(str, shape)): {name: digest(name, shape, rule) for name in OPERATIONS} for shape in SHAPES
            }
            for rule in ("tensor", "pil")
        },
    }
    (FOLDER / "operations.json").write_text(json.dumps(record, indent=1) + "\n")
    for rule in ("tensor", "pil"):
        whole = [apply(name, whole_magnitude(name), picture((32, 32, 3)), rule) for name in OPERATIONS]
        np.save(FOLDER / f"output-{rule}.npy", np.stack(whole))


def serve():
    """Answers each line {shape, bytes, bins}, bytes in base64, with {magnitudes: {operation: its magnitudes}, sha256:
    {rule: {operation: one by magnitude}}}."""
    for line in sys.stdin:
        asked = json.loads(line)
        source = np.frombuffer(base64.b64decode(asked["bytes"]), np.uint8).reshape(asked["shape"]).copy()
        chosen = {name: magnitudes(name, asked["bins"]) for name in OPERATIONS}
        hashes = {
            rule: {
                name: [hashlib.sha256(apply(name, m, source, rule).tobytes()).hexdigest() for m in chosen[name]]
                for name in OPERATIONS
            }
            for rule in ("tensor", "pil")
        }
        print(json.dumps({"magnitudes": chosen, "sha256": hashes}), flush=True)


torch.set_num_threads(1)
serve() if "--serve" in sys.argv else write()
