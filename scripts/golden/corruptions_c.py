"""Fourteen of the 19 corruptions of the C benchmarks at 32 px. Numbers in brackets are sections of corruptions-c.md."""
import io
from collections import namedtuple

import numpy as np
from PIL import Image

# `constants` are those of severity 1 to 5; draw(random, picture, constants) gives arrays by name, and
# apply(picture, constants, draw) an output. Pictures are uint8 [n, n, 3].
Corruption = namedtuple("Corruption", "constants draw apply draws_by_severity", defaults=[False])


def coarse(values, bits):
    """Rounded down to multiples of 2^-bits, so that float32 holds them exactly and files stay small."""
    return (np.floor(np.asarray(values) * 2**bits) / 2**bits).astype(np.float32)


def unit(picture):
    return picture / 255.0


def finish(values):
    """[2.2]"""
    return (np.clip(values, 0, 1) * 255).astype(np.uint8)


def draw_nothing(random, picture, constants):
    return {}


def draw_normal(random, picture, constants):
    return {"z": coarse(random.standard_normal(picture.shape), 8)}


def gaussian(values, sigma):
    """[2.5] with T = 4 and the border "nearest"."""
    radius = int(4 * sigma + 0.5)
    distance = np.arange(-radius, radius + 1)
    weights = np.exp(-0.5 / (sigma * sigma) * distance**2)
    weights = weights / weights.sum()
    for axis in (0, 1):
        n = values.shape[axis]
        place = np.arange(n)
        total = values * weights[radius]
        for j in range(radius, 0, -1):
            before = values.take(np.maximum(place - j, 0), axis)
            after = values.take(np.minimum(place + j, n - 1), axis)
            total = total + (before + after) * weights[radius + j]
        values = total
    return values


def zoom(values, factor):
    """[2.6]"""
    n = len(values)
    window = int(np.ceil(n / factor))
    top = (n - window) // 2
    part = values[top : top + window, top : top + window].astype(np.float64)
    side = int(np.round(window * factor))
    position = np.arange(side) * ((window - 1) / (side - 1))
    low = np.floor(position).astype(int)
    high = np.minimum(low + 1, window - 1)
    fraction = position - low
    down, right = fraction[:, None, None], fraction[None, :, None]
    at = lambda rows, columns: part[np.ix_(rows, columns)]
    mixed = at(low, low) * (1 - down) * (1 - right) + at(low, high) * (1 - down) * right
    mixed = mixed + at(high, low) * down * (1 - right) + at(high, high) * down * right
    start = (side - n) // 2
    return mixed[start : start + n, start : start + n].astype(values.dtype)


def hsv_of(rgb):
    """[2.8]"""
    r, g, b = np.moveaxis(rgb, 2, 0)
    value = rgb.max(2)
    spread = value - rgb.min(2)
    is_grey = spread == 0
    divisor = np.where(is_grey, 1, spread)
    hue = np.where(b == value, 4 + (r - g) / divisor, np.where(g == value, 2 + (b - r) / divisor, (g - b) / divisor))
    hue = hue / 6 - np.floor(hue / 6)
    saturation = spread / np.where(is_grey, 1, value)
    return np.where(is_grey, 0, hue), saturation, value


def rgb_of(hue, saturation, value):
    sector = np.floor(6 * hue)
    f = 6 * hue - sector
    p = value * (1 - saturation)
    q = value * (1 - f * saturation)
    t = value * (1 - (1 - f) * saturation)
    table = [(value, t, p), (q, value, p), (p, value, t), (p, q, value), (t, p, value), (value, p, q)]
    return np.stack([np.choose(sector.astype(int) % 6, channel) for channel in zip(*table)], axis=2)


def gaussian_noise(picture, sigma, draw):
    return finish(unit(picture) + sigma * draw["z"].astype(np.float64))


def speckle_noise(picture, sigma, draw):
    return finish(unit(picture) + unit(picture) * (sigma * draw["z"].astype(np.float64)))


def draw_counts(random, picture, photons):
    return {"counts": random.poisson(unit(picture) * photons).astype(np.int32)}


def shot_noise(picture, photons, draw):
    return finish(draw["counts"] / photons)


def draw_hits(random, picture, probability):
    return {name: coarse(random.uniform(size=picture.shape), 8) for name in ("u_flip", "u_salt")}


def impulse_noise(picture, probability, draw):
    noise = np.where(draw["u_salt"] <= 0.5, 1.0, 0.0)
    return finish(np.where(draw["u_flip"].astype(np.float64) <= probability, noise, unit(picture)))


def gaussian_blur(picture, sigma, draw):
    return finish(gaussian(unit(picture), sigma))


def draw_moves(random, picture, constants):
    sigma, reach, iterations = constants
    cells = iterations * (len(picture) - 2 * reach) ** 2
    return {"delta": random.randint(-reach, reach, (cells, 2)).astype(np.int32)}


def glass_blur(picture, constants, draw):
    sigma, reach, iterations = constants
    n = len(picture)
    pixels = (255 * gaussian(unit(picture), sigma)).astype(np.uint8)
    moves = iter(draw["delta"])
    for _ in range(iterations):
        for row in range(n - reach, reach, -1):
            for column in range(n - reach, reach, -1):
                dx, dy = next(moves)
                pixels[row, column] = pixels[row + dy, column + dx]
    return finish(gaussian(unit(pixels), sigma))


def zoom_blur(picture, constants, draw):
    end, step = constants
    count = int(np.ceil((end - 1) / step))
    source = picture.astype(np.float32) / np.float32(255)
    total = np.zeros_like(source)
    for i in range(count):
        total = total + zoom(source, 1 + i * ((1 + step) - 1))
    mean = (source + total) / np.float32(count + 1)
    return (np.clip(mean, 0, 1) * np.float32(255)).astype(np.uint8)


def draw_crop(random, picture, constants):
    return {
        "index": np.int32(random.randint(0, 5)),
        "rowcol": random.randint(0, 30, 2).astype(np.int32),
        "crop": random.randint(0, 256, picture.shape).astype(np.uint8),
    }


def frost(picture, constants, draw):
    a, b = constants
    return np.clip(a * picture + b * draw["crop"], 0, 255).astype(np.uint8)


def draw_plasma(random, picture, constants):
    return {"u": coarse(random.uniform(size=len(picture) ** 2 - 1), 12)}


def plasma(side, decay, u):
    plane = np.zeros((side, side))
    amplitude, used, step = 100.0, 0, side

    def noise(cells):
        nonlocal used
        used += cells * cells
        drawn = u[used - cells * cells : used].astype(np.float64).reshape(cells, cells)
        return amplitude * (-amplitude + 2 * amplitude * drawn)

    following = lambda a, axis: np.roll(a, -1, axis)
    previous = lambda a, axis: np.roll(a, 1, axis)
    while step >= 2:
        half, cells = step // 2, side // step
        corners = plane[::step, ::step].copy()
        below = following(corners, 0)
        centres = ((corners + below) + (following(corners, 1) + following(below, 1))) / 4 + noise(cells)
        plane[half::step, half::step] = centres
        between = (centres + previous(centres, 0)) + (corners + following(corners, 1))
        plane[::step, half::step] = between / 4 + noise(cells)
        between = (centres + previous(centres, 1)) + (corners + below)
        plane[half::step, ::step] = between / 4 + noise(cells)
        amplitude, step = amplitude / decay, half
    plane -= plane.min()
    return plane / plane.max()


def fog(picture, constants, draw):
    strength, decay = constants
    source = unit(picture)
    largest = source.max()
    cloud = plasma(len(picture), decay, draw["u"])[:, :, None]
    return finish((source + strength * cloud) * largest / (largest + strength))


def brightness(picture, amount, draw):
    hue, saturation, value = hsv_of(unit(picture))
    return finish(rgb_of(hue, saturation, np.clip(value + amount, 0, 1)))


def saturate(picture, constants, draw):
    a, b = constants
    hue, saturation, value = hsv_of(unit(picture))
    return finish(rgb_of(hue, np.clip(a * saturation + b, 0, 1), value))


def contrast(picture, amount, draw):
    source = unit(picture)
    mean = source.mean(axis=(0, 1), keepdims=True)
    return finish((source - mean) * amount + mean)


def pixelate(picture, share, draw):
    n = len(picture)
    small = Image.fromarray(picture).resize((int(n * share),) * 2, Image.BOX)
    return np.asarray(small.resize((n, n), Image.BOX))


def jpeg_compression(picture, quality, draw):
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


GLASS = [(0.05, 1, 1), (0.25, 1, 1), (0.4, 1, 1), (0.25, 1, 2), (0.4, 1, 2)]
ZOOM = [(1.06, 0.01), (1.11, 0.01), (1.16, 0.01), (1.21, 0.01), (1.26, 0.01)]
FROST = [(1, 0.2), (1, 0.3), (0.9, 0.4), (0.85, 0.4), (0.75, 0.45)]
FOG = [(0.2, 3), (0.5, 3), (0.75, 2.5), (1, 2), (1.5, 1.75)]
SATURATE = [(0.3, 0), (0.1, 0), (1.5, 0), (2, 0.1), (2.5, 0.2)]
CORRUPTIONS = {
    "gaussian_noise": Corruption([0.04, 0.06, 0.08, 0.09, 0.1], draw_normal, gaussian_noise),
    "shot_noise": Corruption([500, 250, 100, 75, 50], draw_counts, shot_noise, True),
    "impulse_noise": Corruption([0.01, 0.02, 0.03, 0.05, 0.07], draw_hits, impulse_noise),
    "speckle_noise": Corruption([0.06, 0.1, 0.12, 0.16, 0.2], draw_normal, speckle_noise),
    "gaussian_blur": Corruption([0.4, 0.6, 0.7, 0.8, 1], draw_nothing, gaussian_blur),
    "glass_blur": Corruption(GLASS, draw_moves, glass_blur, True),
    "zoom_blur": Corruption(ZOOM, draw_nothing, zoom_blur),
    "frost": Corruption(FROST, draw_crop, frost),
    "fog": Corruption(FOG, draw_plasma, fog),
    "brightness": Corruption([0.05, 0.1, 0.15, 0.2, 0.3], draw_nothing, brightness),
    "contrast": Corruption([0.75, 0.5, 0.4, 0.3, 0.15], draw_nothing, contrast),
    "saturate": Corruption(SATURATE, draw_nothing, saturate),
    "pixelate": Corruption([0.95, 0.9, 0.85, 0.75, 0.65], draw_nothing, pixelate),
    "jpeg_compression": Corruption([80, 65, 58, 50, 40], draw_nothing, jpeg_compression),
}
