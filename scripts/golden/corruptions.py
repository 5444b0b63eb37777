"""Goldens of corruptions of our own making: pictures, draws and outputs, laid out as ../shared/golden lays them out.

    python3 scripts/golden/corruptions.py    writes test/golden/corrupt/c and test/golden/corrupt/c-bar anew

The corruptions are a second implementation, with NumPy and Pillow alone, written from ../shared/spec/corruptions-c.md and
corruptions-cbar.md and not from our own code. Made with NumPy 1.24.2 and Pillow 9.4.0.
"""
import pathlib
import zlib

import numpy as np

import corruptions_c
import corruptions_cbar

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden" / "corrupt"
SIDE = 32
SEVERITIES = (1, 3, 5)


def pictures():
    """uint8 [2, SIDE, SIDE, 3]: slopes that end in a flat area of 255, and noise of 32 levels by hashing."""
    y, x, channel = np.mgrid[0:SIDE, 0:SIDE, 0:3].astype(np.uint64)
    slopes = np.where(channel == 0, 12 * x, np.where(channel == 1, 8 * y + 3, x * y // 4))
    bits = (x + SIDE * y + SIDE * SIDE * channel + 1) * 2654435761 % 2**32
    noise = ((bits ^ (bits >> 15)) * 2246822519 % 2**32 >> 27) * 255 // 31
    return np.stack([np.minimum(slopes, 255), noise]).astype(np.uint8)


def seed_of(name, index):
    return (zlib.crc32(name.encode()) + index) % 2**32


def record(name, corruption):
    """The draws and outputs of one corruption, by the name of their array."""
    arrays = {}
    for index, picture in enumerate(pictures()):
        random = np.random.RandomState(seed_of(name, index))
        draw = None
        for severity in SEVERITIES:
            constants = corruption.constants[severity - 1]
            if draw is None or corruption.draws_by_severity:
                draw = corruption.draw(random, picture, constants)
                suffix = f"_s{severity}" if corruption.draws_by_severity else ""
                for key, value in draw.items():
                    arrays.setdefault(f"draw_{key}{suffix}", []).append(value)
            output = corruption.apply(picture, constants, draw)
            arrays.setdefault(f"output_s{severity}", []).append(output)
    return {key: np.stack(values) for key, values in arrays.items()}


def write(suite, name, arrays):
    folder = FOLDER / suite / str(SIDE)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / f"{name}.npz", **arrays)


if __name__ == "__main__":
    write("c", "input", {"input": pictures()})
    for name, corruption in corruptions_c.CORRUPTIONS.items():
        write("c", name, record(name, corruption))
    for name, corruption in corruptions_cbar.CORRUPTIONS.items():
        given = {"input": pictures(), "severities": np.float64(corruption.constants)}
        seeds = np.int64([seed_of(name, index) for index in range(len(pictures()))])
        write("c-bar", name, {**given, **record(name, corruption), "draw_global_seed": seeds})
