/**
 * The draws of C-bar against the distributions of corruptions-cbar.md 5. Every limit is passed by one seed in a million
 * (see test/random/statistics.ts).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { blueNoiseSample } from "../../src/corrupt/blue-noise-sample.ts";
import { brownishNoise } from "../../src/corrupt/brownish-noise.ts";
import { causticRefraction } from "../../src/corrupt/caustic-refraction.ts";
import { checkerboardCutout } from "../../src/corrupt/checkerboard-cutout.ts";
import { cocentricSineWaves } from "../../src/corrupt/cocentric-sine-waves.ts";
import type { CorruptionDefinition } from "../../src/corrupt/define.ts";
import { inverseSparkles } from "../../src/corrupt/inverse-sparkles.ts";
import { lines } from "../../src/corrupt/lines.ts";
import { perlinNoise } from "../../src/corrupt/perlin-noise.ts";
import { pinchAndTwirl } from "../../src/corrupt/pinch-and-twirl.ts";
import { plasmaNoise } from "../../src/corrupt/plasma-noise.ts";
import { ripple } from "../../src/corrupt/ripple.ts";
import { singleFrequencyGreyscale } from "../../src/corrupt/single-frequency-greyscale.ts";
import { sparkles } from "../../src/corrupt/sparkles.ts";
import { transverseChromaticAbberation } from "../../src/corrupt/transverse-chromatic-abberation.ts";
import { stream } from "../../src/random/stream.ts";
import { shapeOf } from "../augment/pictures.ts";
import { chiSquared, chiSquaredLimit, distanceLimit, largestDistance, normalLaw } from "../random/statistics.ts";

const COUNT = 20_000;
const HEIGHT = 32;
const WIDTH = 48;
const shape = shapeOf(HEIGHT, WIDTH, 3);
const source = new Uint8Array(HEIGHT * WIDTH * 3);

function drawMany<Draw>(corruption: CorruptionDefinition<string, number, Draw>, count = COUNT): Draw[] {
  const streams = stream(0, "test", corruption.name);
  return Array.from({ length: count }, (_, i) => corruption.draw(streams.fork(i), shape, 2.5, source));
}

/** Limit 0.019 for 20,000 values: a range that is 4 % too long is caught. */
function isUniform(values: ArrayLike<number>, low: number, high: number, name: string): void {
  const numbers = Float64Array.from(values);
  for (const value of numbers) assert.ok(value >= low && value <= high, `${name}: ${value} is not in ${low}..${high}`);
  const distance = largestDistance(numbers, (x) => (x - low) / (high - low));
  assert.ok(distance < distanceLimit(numbers.length), `${name}: distance ${distance}`);
}

/** Limit 30 for 3 cells, 377 for 256. With 20,000 draws, a cell that is 10 % too frequent (of 256: three times) is caught. */
function isEven(cells: number, numbers: Iterable<number>, name: string): void {
  const counts = new Uint32Array(cells);
  for (const number of numbers) {
    assert.ok(number >= 0 && number < cells, `${name}: ${number}`);
    counts[number]!++;
  }
  const statistic = chiSquared(counts);
  assert.ok(statistic < chiSquaredLimit(cells), `${name}: chi-squared ${statistic}`);
}

test("phases of spectral fields are uniform in a turn, a set for each channel", () => {
  const [blue] = drawMany(blueNoiseSample, 1);
  const [brown] = drawMany(brownishNoise, 1);
  assert.equal(blue!.phases.length, (HEIGHT * WIDTH) / 2);
  assert.equal(brown!.phases.length, (3 * HEIGHT * WIDTH) / 2);
  isUniform(blue!.phases, 0, 2 * Math.PI, "blue");
  isUniform(brown!.phases, 0, 2 * Math.PI, "brown");
});

test("caustics: time in [0.5, 2], size 0.75 to 1.25 of the shorter side", () => {
  const draws = drawMany(causticRefraction);
  isUniform(
    draws.map(({ time }) => time),
    0.5,
    2,
    "time",
  );
  isUniform(
    draws.map(({ size }) => size),
    24,
    40,
    "size",
  );
});

test("checkerboards: any angle, cells of a tenth to a quarter of the shorter side, and as many as fit in 4 of it", () => {
  const draws = drawMany(checkerboardCutout, 5_000);
  isUniform(
    draws.map(({ angle }) => angle),
    0,
    2 * Math.PI,
    "angle",
  );
  isUniform(
    draws.map(({ scale }) => scale),
    3.2,
    8,
    "scale",
  );
  for (const { scale, cells } of draws) assert.equal(cells.length, Math.floor(128 / scale) ** 2);
  isUniform(
    draws.map(({ cells }) => cells[77]!),
    0,
    1,
    "cell",
  );
});

test("rings: the centre anywhere, 0 to 10 waves, amplitude and width to a tenth of the shorter side", () => {
  const draws = drawMany(cocentricSineWaves);
  isUniform(
    draws.map(({ x }) => x),
    0,
    WIDTH,
    "x",
  );
  isUniform(
    draws.map(({ y }) => y),
    0,
    HEIGHT,
    "y",
  );
  isUniform(
    draws.map(({ frequency }) => frequency),
    0,
    10,
    "frequency",
  );
  isUniform(
    draws.map(({ amplitude }) => amplitude),
    0,
    3.2,
    "amplitude",
  );
  isUniform(
    draws.map(({ ring }) => ring),
    0,
    3.2,
    "ring",
  );
});

test("stars: 50 to 199 rays of normal length, centres anywhere, an inverse one's in the middle half", () => {
  const inverse = drawMany(inverseSparkles, 5_000);
  const stars = drawMany(sparkles, 1_000).flatMap(({ stars }) => {
    assert.equal(stars.length, 5);
    return stars;
  });
  isUniform(
    inverse.map(({ row }) => row),
    8,
    24,
    "row",
  );
  isUniform(
    inverse.map(({ column }) => column),
    12,
    36,
    "column",
  );
  isUniform(
    stars.map(({ row }) => row),
    0,
    HEIGHT,
    "row",
  );
  isUniform(
    stars.map(({ column }) => column),
    0,
    WIDTH,
    "column",
  );
  for (const drawn of [inverse, stars]) {
    isEven(
      150,
      drawn.map(({ normals }) => normals.length - 50),
      "rays",
    );
    const lengths = Float64Array.from(drawn, ({ normals }) => normals[49]!);
    const distance = largestDistance(lengths, normalLaw);
    assert.ok(distance < distanceLimit(lengths.length), `distance ${distance}`);
  }
});

test("lines: any angle, their spread from 0.1 to 1, places and turns uniform", () => {
  const draws = drawMany(lines);
  isUniform(
    draws.map(({ angle }) => angle),
    0,
    2 * Math.PI,
    "angle",
  );
  isUniform(
    draws.map(({ variation }) => variation),
    0.1,
    1,
    "variation",
  );
  for (let i = 0; i < 3; i++)
    isUniform(
      draws.map(({ places }) => places[3 + i]!),
      0,
      1,
      `place ${i}`,
    );
});

test("clouds: gradients of length 1 in directions of whole numbers from -256 to 255", () => {
  const angles: number[] = [];
  for (const { gradients } of drawMany(perlinNoise, 200))
    for (let i = 0; i < gradients.length; i += 2) {
      const [a, b] = [gradients[i]!, gradients[i + 1]!];
      assert.ok(Math.abs(Math.hypot(a, b) - 1) < 1e-15, `${a} ${b}`);
      angles.push(Math.atan2(b, a));
    }
  // Directions of a square, by eighths of a turn: even but for the one side that ends at 255, which is 1 of 512.
  isEven(
    8,
    angles.slice(0, 20_000).map((angle) => Math.min(7, Math.floor(((angle + Math.PI) * 4) / Math.PI))),
    "direction",
  );
});

// The original's shuffle swaps each with any, so not all orders are as probable; its last swap makes the first uniform.
test("clouds: the permutation holds every number once, its first is uniform", () => {
  const draws = drawMany(perlinNoise);
  for (const { permutation } of draws.slice(0, 1_000)) assert.equal(new Set(permutation).size, 256);
  isEven(
    256,
    draws.map(({ permutation }) => permutation[0]!),
    "first",
  );
});

test("pinch and twirl: nine signs, each as often 1 as -1", () => {
  const draws = drawMany(pinchAndTwirl);
  for (let circle = 0; circle < 9; circle++)
    isEven(
      2,
      draws.map(({ signs }) => (signs[circle]! + 1) / 2),
      `circle ${circle}`,
    );
  assert.equal(draws[0]!.signs.length, 9);
  assert.equal(pinchAndTwirl.draw(stream(0), shapeOf(224, 224, 3), 5, source).signs.length, 25);
});

test("plasma: 4 to 6 iterations, never 7", () => {
  const draws = drawMany(plasmaNoise);
  isUniform(
    draws.map(({ time }) => time),
    0,
    6 * Math.PI,
    "time",
  );
  isUniform(
    draws.map(({ sharpness }) => sharpness),
    0.5,
    1,
    "sharpness",
  );
  isUniform(
    draws.map(({ scale }) => scale),
    2.4,
    6.4,
    "scale",
  );
  isEven(
    3,
    draws.map(({ iterations }) => iterations - 4),
    "iterations",
  );
});

test("ripples: wavelengths of 0.1 to 0.3 of the shorter side, any phase", () => {
  const draws = drawMany(ripple);
  for (const axis of [0, 1]) {
    isUniform(
      draws.map(({ wavelengths }) => wavelengths[axis]!),
      3.2,
      9.6,
      "wavelength",
    );
    isUniform(
      draws.map(({ phases }) => phases[axis]!),
      0,
      2 * Math.PI,
      "phase",
    );
  }
});

test("single frequencies: one up to half a turn a pixel, the other below it, along x or y", () => {
  const draws = drawMany(singleFrequencyGreyscale);
  const isAlongX = draws.map(({ alongX, alongY }) => Math.abs(alongX) > Math.abs(alongY));
  const larger = draws.map(({ alongX, alongY }, i) => (isAlongX[i] ? alongX : alongY));
  isUniform(larger, -Math.PI, Math.PI, "larger");
  const share = draws.map(({ alongX, alongY }, i) => (isAlongX[i] ? alongY : alongX) / Math.abs(larger[i]!));
  isUniform(share, -1, 1, "smaller");
  isUniform(
    draws.map(({ phase }) => phase),
    0,
    2 * Math.PI,
    "phase",
  );
  isEven(2, isAlongX.map(Number), "axis");
});

test("chromatic aberration: all six orders as often", () => {
  const orders = drawMany(transverseChromaticAbberation).map(({ order }) => [...order].join(""));
  const names = ["012", "021", "102", "120", "201", "210"];
  isEven(
    6,
    orders.map((order) => names.indexOf(order)),
    "order",
  );
});
