"""Nine of the 15 corruptions of C-bar at 32 px. Numbers in brackets are sections of corruptions-cbar.md.

NumPy's RandomState is the generator of [3.2], so all draws follow from the seed of the outer stream that a file holds.
"""
import numpy as np

from corruptions_c import Corruption

TURN = 2 * np.pi


def trunc8(values):
    return np.clip(values, 0, 255).astype(np.uint8)


def level(strength, largest):
    return strength * largest / 10


def places(picture):
    """Row and column of every pixel, float64 [n, n] each."""
    return np.mgrid[0 : len(picture), 0 : len(picture)].astype(np.float64)


def draw_seed(random):
    return np.int64(random.randint(0, 2**32))


def draw_wave(random, picture, strength):
    a = random.uniform(-np.pi, np.pi)
    b = random.uniform(-abs(a), abs(a))
    return {"freq": random.permutation([a, b]), "phase": random.uniform(0, TURN)}


def single_frequency_greyscale(picture, strength, draw):
    y, x = places(picture)
    wave = np.sin(x * draw["freq"][0] + y * draw["freq"][1] + draw["phase"])
    return trunc8(picture + level(strength, 196) * wave[:, :, None])


def draw_rings(random, picture, strength):
    n = len(picture)
    return {
        "offset": random.uniform(0, n, 2),
        "freq": random.uniform(0, 10),
        "amplitude": random.uniform(0, n / 10),
        "ring_width": random.uniform(0, n / 10),
    }


def cocentric_sine_waves(picture, strength, draw):
    y, x = places(picture)
    dx, dy = x - draw["offset"][0], y - draw["offset"][1]
    angle = np.arctan2(dx, dy) * draw["freq"]
    distance = np.sqrt(dx * dx + dy * dy) + np.sin(angle) * draw["amplitude"]
    ring = np.mod(distance, draw["ring_width"]) / draw["ring_width"] - 0.5
    return trunc8(picture + level(strength, 128) * ring[:, :, None])


def draw_plasma(random, picture, strength):
    return {
        "time": random.uniform(0, 6 * np.pi),
        "iterations": np.int32(random.randint(4, 7)),
        "sharpness": random.uniform(0.5, 1),
        "scale": random.uniform(0.075, 0.2) * len(picture),
    }


def plasma_noise(picture, strength, draw):
    time = draw["time"]
    y, x = places(picture) / draw["scale"]
    i0 = i1 = i2 = 1.0
    for _ in range(draw["iterations"]):
        r0 = np.cos(y * i0 + time / i1) / i2
        r1 = np.sin(x * i0 + time / i1) / i2
        r0, r1 = r0 - 0.3 * r1, r1 + 0.3 * r0
        x, y = x + r0, y + r1
        i0, i1, i2 = i0 * 1.93, i1 * 1.15, i2 * (2.25 - draw["sharpness"])
    noise = np.stack([np.sin(x - time), np.sin((x + y + np.sin(time)) * 0.5), np.sin(y + time)], axis=2)
    k = level(strength, 64)
    return trunc8((1 - k / 255) * picture + k * noise)


def star_weights(picture, centre, lengths, exponent):
    """[4.2], float64 [n, n, 1]."""
    y, x = places(picture)
    dy, dx = y - centre[0], x - centre[1]
    distance = np.sqrt(dy * dy + dx * dx)
    place = (np.arctan2(dx, dy) + np.pi) / TURN * len(lengths)
    ray = place.astype(int)
    fraction = place - ray
    near, far = lengths[ray % len(lengths)], lengths[(ray + 1) % len(lengths)]
    length = near + fraction * (far - near)
    glow = (length * length / (distance * distance + 0.0001)) ** exponent
    return np.clip((1 - (fraction - 0.5) ** 2) * glow, 0, 1)[:, :, None]


def padded_normals(random, count):
    return np.concatenate([random.standard_normal(count), np.zeros(200 - count)])


def draw_stars(random, picture, strength):
    centers = random.uniform(0, len(picture), (5, 2))
    seed = draw_seed(random)
    rays = random.randint(50, 200, 5).astype(np.int32)
    inner = np.random.RandomState(seed)
    normals = np.stack([padded_normals(inner, count) for count in rays])
    return {"centers": centers, "seed": seed, "nrays": rays, "normals": normals}


def sparkles(picture, strength, draw):
    mean = level(strength, 0.1) * len(picture)
    image = picture.astype(np.float64)
    for centre, count, normals in zip(draw["centers"], draw["nrays"], draw["normals"]):
        lengths = np.maximum(1, mean + (0.25 * mean) * normals[:count])
        before = image.astype(np.float32).astype(np.float64)
        image = before + star_weights(picture, centre, lengths, 1) * (255 - before)
    return trunc8(image)


def draw_star(random, picture, strength):
    center = random.uniform(0.25, 0.75, 2) * len(picture)
    seed = draw_seed(random)
    rays = np.int32(random.randint(50, 200))
    normals = padded_normals(np.random.RandomState(seed), rays)
    return {"center": center, "seed": seed, "rays": rays, "normals": normals}


def inverse_sparkles(picture, strength, draw):
    mean = 0.25 * len(picture)
    lengths = mean + (0.25 * mean) * draw["normals"][: draw["rays"]]
    exponent = (100 - (100 - level(strength, 65))) / 50
    weights = star_weights(picture, draw["center"], lengths, exponent)
    return trunc8(255 + weights * (picture - 255.0))


def draw_phases(fields):
    def draw(random, picture, strength):
        n = len(picture)
        seed = draw_seed(random)
        return {"seed": seed, "phases": np.random.RandomState(seed).uniform(0, TURN, (fields, n, n // 2))}

    return draw


def spectral_field(phases, amplitude_of):
    """[4.1]"""
    n = len(phases)
    phase = np.concatenate([phases, phases[::-1, ::-1]], axis=1)
    y, x = np.mgrid[0:n, 0:n] - n // 2
    spectrum = amplitude_of(np.sqrt(x * x + y * y)) * (np.cos(phase) + 1j * np.sin(phase))
    field = np.fft.ifft2(np.roll(spectrum, (n // 2, n // 2), (0, 1))).real
    return field / field.std()


def blue_noise_sample(picture, strength, draw):
    noise = spectral_field(draw["phases"][0], lambda distance: distance)
    return np.where((noise > level(strength, 3) - 2.5)[:, :, None], picture, 0).astype(np.uint8)


def brownish_noise(picture, strength, draw):
    brown = lambda distance: 1 / (distance**2 + 1)
    noise = np.stack([spectral_field(phases, brown) for phases in draw["phases"]], axis=2)
    return trunc8(picture + level(strength, 64) * noise)


def draw_cells(random, picture, strength):
    n = len(picture)
    angle = random.uniform(0, TURN)
    scale = max(random.uniform(0.1, 0.25) * n, 1)
    seed = draw_seed(random)
    cells = int(4 * n / scale)
    grid = np.full((41, 41), 2.0)
    grid[:cells, :cells] = np.random.RandomState(seed).uniform(size=(cells, cells))
    return {"angle": angle, "scale": scale, "seed": seed, "grid_size": np.int32(cells), "grid": grid}


def checkerboard_cutout(picture, strength, draw):
    y, x = places(picture)
    cos, sin, cells = np.cos(draw["angle"]), np.sin(draw["angle"]), draw["grid_size"]
    down = (cos * y + sin * x) / draw["scale"]
    right = (-sin * y + cos * x) / draw["scale"]
    is_hole = draw["grid"][:cells, :cells] < level(strength, 1)
    is_dark = np.trunc(np.mod(down, 2)) == np.trunc(np.mod(right, 2))
    is_cut = is_dark & is_hole[down.astype(int), right.astype(int)]  # astype goes towards 0; below 0 counts from the end
    return np.where(is_cut[:, :, None], 128, picture).astype(np.uint8)


def draw_ripples(random, picture, strength):
    return {"wavelengths": random.uniform(0.1, 0.3, 2) * len(picture), "phases": random.uniform(0, TURN, 2)}


def ripple(picture, strength, draw):
    """With the sampler of [3.1]."""
    n = len(picture)
    y, x = places(picture)
    amplitude = level(strength, 0.025 * n)
    wave = lambda place, axis: amplitude * np.sin(TURN * place / draw["wavelengths"][axis] + draw["phases"][axis])
    row, column = y + wave(y, 0), x + wave(x, 1)
    left, up = np.floor(row).astype(int), np.floor(column).astype(int)
    right, down = left + 1, up + 1

    def tap(r, c):
        is_inside = (r >= 0) & (r < n) & (c >= 0) & (c < n)
        return np.where(is_inside[:, :, None], picture[np.clip(r, 0, n - 1), np.clip(c, 0, n - 1)], 0.0)

    weights = (1 - column) + up, (1 - down) + column, (1 - row) + left, (1 - right) + row
    up_weight, down_weight, left_weight, right_weight = (weight[:, :, None] for weight in weights)
    at_left = tap(left, up) * up_weight + tap(left, down) * down_weight
    at_right = tap(right, up) * up_weight + tap(right, down) * down_weight
    return trunc8(at_left * left_weight + at_right * right_weight)


# Strengths are those of CIFAR-10-C-bar, and of ImageNet-C-bar for the three that are only in that.
CORRUPTIONS = {
    "blue_noise_sample": Corruption([0.7, 1.4, 2.1, 3.5, 4.2], draw_phases(1), blue_noise_sample),
    "brownish_noise": Corruption([2.5, 4.0, 5.5, 6.5, 7.0], draw_phases(3), brownish_noise),
    "checkerboard_cutout": Corruption([1.0, 2.0, 3.0, 4.0, 5.0], draw_cells, checkerboard_cutout),
    "cocentric_sine_waves": Corruption([3.0, 5.0, 8.0, 9.0, 10.0], draw_rings, cocentric_sine_waves),
    "inverse_sparkles": Corruption([1.0, 1.5, 2.5, 4.5, 5.0], draw_star, inverse_sparkles),
    "plasma_noise": Corruption([4.75, 7.0, 8.5, 9.25, 10.0], draw_plasma, plasma_noise),
    "ripple": Corruption([5.5, 6.0, 6.5, 7.5, 8.0], draw_ripples, ripple),
    "single_frequency_greyscale": Corruption([1.0, 1.5, 2.0, 4.5, 5.0], draw_wave, single_frequency_greyscale),
    "sparkles": Corruption([0.7, 3.5, 5.6, 6.3, 7.0], draw_stars, sparkles),
}
