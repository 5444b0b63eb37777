/** C-bar on cases that can be checked by hand. The originals' bytes: scripts/check-goldens.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MersenneTwister } from "../../scripts/mersenne-twister.ts";
import { cutToByte } from "../../src/corrupt/bar-rules.ts";
import { blueNoiseSample } from "../../src/corrupt/blue-noise-sample.ts";
import { brownishNoise } from "../../src/corrupt/brownish-noise.ts";
import { causticRefraction } from "../../src/corrupt/caustic-refraction.ts";
import { checkerboardCutout } from "../../src/corrupt/checkerboard-cutout.ts";
import { circularMotionBlur } from "../../src/corrupt/circular-motion-blur.ts";
import { cocentricSineWaves } from "../../src/corrupt/cocentric-sine-waves.ts";
import type { Corruption } from "../../src/corrupt/define.ts";
import { inverseSparkles } from "../../src/corrupt/inverse-sparkles.ts";
import { lines } from "../../src/corrupt/lines.ts";
import { perlinNoise } from "../../src/corrupt/perlin-noise.ts";
import { pinchAndTwirl } from "../../src/corrupt/pinch-and-twirl.ts";
import { plasmaNoise } from "../../src/corrupt/plasma-noise.ts";
import { ripple } from "../../src/corrupt/ripple.ts";
import { singleFrequencyGreyscale } from "../../src/corrupt/single-frequency-greyscale.ts";
import { sparkles } from "../../src/corrupt/sparkles.ts";
import { transverseChromaticAbberation } from "../../src/corrupt/transverse-chromatic-abberation.ts";
import { createPicture, type Picture } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { grey, noise, rowsOf, shapeOf } from "../augment/pictures.ts";

const flat = (value: number, height = 32, width = height, channels: 1 | 3 = 3): Picture => {
  const picture = createPicture({ height, width, channels });
  picture.bytes.fill(value);
  return picture;
};

/** The byte at (row, column) of the first channel. */
const at = ({ width, channels, bytes }: Picture, row: number, column: number) =>
  bytes[(row * width + column) * channels]!;

const channelOf = ({ channels, bytes }: Picture, channel: number) => bytes.filter((_, i) => i % channels === channel);

test("values are cut to 0...255 and lose their fraction; what is no number is 0", () => {
  const values = [-1e9, -1, -0.5, 0, 0.999, 127.999999, 255, 255.5, 256, 1e9, Number.NaN];
  assert.deepEqual(values.map(cutToByte), [0, 0, 0, 0, 0, 127, 255, 255, 255, 255, 0]);
});

test("blue noise keeps a pixel whole or blackens it, more of them the higher the severity", () => {
  const picture = flat(200, 64);
  const draw = blueNoiseSample.draw(stream(0, "blue"), picture, 3, picture.bytes);
  let kept = picture.bytes.length;
  for (const strength of blueNoiseSample.constants[64]) {
    const { bytes } = blueNoiseSample.apply(picture, draw, strength);
    for (let i = 0; i < bytes.length; i += 3) {
      assert.ok(bytes[i] === 0 || bytes[i] === 200);
      assert.ok(bytes[i] === bytes[i + 1] && bytes[i] === bytes[i + 2]);
    }
    const count = bytes.filter((byte) => byte > 0).length;
    assert.ok(count < kept, `${count} after ${kept}`);
    kept = count;
  }
});

test("brownish noise does to a grey picture what it does to red", () => {
  const colour = noise(shapeOf(16, 24, 3));
  const red = createPicture(shapeOf(16, 24, 1), channelOf(colour, 0));
  const { phases } = brownishNoise.draw(stream(0, "brown"), colour, 5, colour.bytes);
  const ofRed = { phases: phases.slice(0, phases.length / 3) };
  const expected = channelOf(brownishNoise.apply(colour, { phases }, 5), 0);
  assert.deepEqual(brownishNoise.apply(red, ofRed, 5).bytes, expected);
});

test("a checkerboard that is not turned greys every other cell of 2 pixels, where all cells are holes", () => {
  const draw = { angle: 0, scale: 2, cells: new Float64Array(16 * 16) };
  const rows = rowsOf(checkerboardCutout.apply(flat(9, 8, 8, 1), draw, 1));
  for (let y = 0; y < 8; y++)
    for (let x = 0; x < 8; x++) assert.equal(rows[y]![x], ((y >> 1) + (x >> 1)) % 2 === 0 ? 128 : 9, `${y} ${x}`);
});

test("a cell of the checkerboard is a hole below a tenth of the strength, and cells below 0 count from the end", () => {
  const cells = new Float64Array(16 * 16).fill(0.3);
  const holes = (angle: number, scale: number, strength: number, at: number) => {
    const draw = { angle, scale, cells: cells.with(at, 0.2) };
    return rowsOf(checkerboardCutout.apply(flat(9, 8, 8, 1), draw, strength)).flatMap((row, y) =>
      row.flatMap((value, x) => (value === 128 ? [`${y} ${x}`] : [])),
    );
  };
  assert.deepEqual(holes(0, 2, 2, 0), []); // 0.2 is not below 0.2
  assert.deepEqual(holes(0, 2, 2.5, 0), ["0 0", "0 1", "1 0", "1 1"]);
  // A quarter turn: the cell's numbers are those of x / 2.1 and -y / 2.1 without their fractions, here 0 and -1.
  assert.deepEqual(holes(Math.PI / 2, 2.1, 2.5, 15), ["3 0", "3 1", "3 2", "4 0", "4 1", "4 2"]);
});

test("a wave of a quarter turn a pixel adds 0, 1, 0, -1 times its strength", () => {
  const draw = { alongX: Math.PI / 2, alongY: 0, phase: 0 };
  const rows = rowsOf(singleFrequencyGreyscale.apply(flat(100, 8, 8, 1), draw, 5)); // 5 * 196 / 10 = 98
  for (const row of rows) assert.deepEqual(row.slice(0, 4), [100, 198, 100, 2]);
  const turned = { alongX: 0, alongY: Math.PI / 2, phase: 0 };
  const columns = rowsOf(singleFrequencyGreyscale.apply(flat(100, 8, 8, 1), turned, 5));
  assert.deepEqual(
    columns.slice(0, 4).map((row) => row[3]),
    [100, 198, 100, 2],
  );
});

test("rings that no wave bends rise by the same amount a pixel and fall back after their width", () => {
  const draw = { x: 0, y: 0, frequency: 1, amplitude: 0, ring: 4 };
  const [row] = rowsOf(cocentricSineWaves.apply(flat(100, 8, 12, 1), draw, 6.25)); // 80 from end to end of a ring
  assert.deepEqual(row, [60, 80, 100, 120, 60, 80, 100, 120, 60, 80, 100, 120]);
});

test("plasma without iterations is a sine of x for red and grey, of y for blue, half of their sum for green", () => {
  const draw = { time: 0, iterations: 0, sharpness: 1, scale: 2 };
  const picture = plasmaNoise.apply(flat(100, 8, 8), draw, 5); // 32 added, 223 of 255 kept
  const value = (angle: number) => Math.floor((100 * 223) / 255 + 32 * Math.sin(angle));
  const pixel = (3 * 8 + 1) * 3; // x 1, y 3
  assert.deepEqual([...picture.bytes.subarray(pixel, pixel + 3)], [value(0.5), value(1), value(1.5)]);
  assert.equal(at(plasmaNoise.apply(flat(100, 8, 8, 1), draw, 5), 3, 1), value(0.5));
});

test("a plasma's iteration moves x by cosines of y, and y by sines of x", () => {
  const draw = { time: 0.7, iterations: 1, sharpness: 1, scale: 2 };
  const picture = plasmaNoise.apply(flat(100, 8, 8), draw, 5);
  const [r0, r1] = [Math.cos(1.5 + 0.7), Math.sin(0.5 + 0.7)];
  const red = Math.floor((100 * 223) / 255 + 32 * Math.sin(0.5 + r0 - 0.3 * r1 - 0.7));
  const blue = Math.floor((100 * 223) / 255 + 32 * Math.sin(1.5 + r1 + 0.3 * r0 + 0.7));
  const pixel = (3 * 8 + 1) * 3;
  assert.deepEqual([picture.bytes[pixel], picture.bytes[pixel + 2]], [red, blue]);
});

/** A star whose rays are all as long. */
const round = (row: number, column: number) => ({ row, column, normals: new Float64Array(60) });

test("a sparkle is white in its middle and fades with the square of the distance", () => {
  const far = round(-1e6, -1e6);
  const stars = [round(16, 16), far, far, far, far];
  const picture = sparkles.apply(flat(0), { stars }, 10 / 3.2); // rays of 1 pixel
  assert.equal(at(picture, 16, 16), 255);
  // Straight down, angle and half a turn fall on a ray's edge: 3/4 of 1/64 of 255.
  assert.equal(at(picture, 24, 16), Math.floor((255 * 0.75) / 64.0001));
});

test("an inverse sparkle leaves its middle and whitens what is far", () => {
  const picture = inverseSparkles.apply(flat(10), round(16, 16), 5);
  assert.equal(at(picture, 16, 16), 10);
  // 16 columns and 16 rows away, rays 8 long: (64 / 512)^(32.5 / 50), and the angle is 7.5 of 60 rays into an eighth
  const seen = (64 / 512.0001) ** 0.65;
  assert.equal(at(picture, 0, 0), Math.floor(255 - 245 * seen));
});

/** The draw of an inner stream of the original (corruptions-cbar.md 5, perlin_noise). */
function originalPerlinDraw(seed: number) {
  const source = new MersenneTwister(seed);
  const gradients = new Float64Array(512);
  for (let row = 0; row < 514; row++) {
    const a = ((source.uint32() & 0x7fffffff) % 512) - 256;
    const b = ((source.uint32() & 0x7fffffff) % 512) - 256;
    if (row < 256) gradients.set([a / Math.hypot(a, b), b / Math.hypot(a, b)], 2 * row);
  }
  const permutation = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (let i = 255; i >= 0; i--) {
    const other = (source.uint32() & 0x7fffffff) % 256;
    [permutation[i], permutation[other]] = [permutation[other]!, permutation[i]!];
  }
  return { gradients, permutation };
}

// Recorded from the original: corruptions-cbar.md 5.
for (const [size, zeros, sum] of [
  [32, 138, 378_612],
  [64, undefined, 1_507_944],
  [224, 7_040, 18_419_400],
] as const)
  test(`at ${size} px, pixels beside a gradient of length 0 are black, as in the original`, () => {
    const draw = originalPerlinDraw(3_410_940_584);
    assert.ok(Number.isNaN(draw.gradients[2 * 193]));
    const { bytes } = perlinNoise.apply(flat(128, size), draw, 4.6);
    assert.equal(
      bytes.reduce((a, b) => a + b, 0),
      sum,
    );
    if (zeros !== undefined) assert.equal(bytes.filter((byte) => byte === 0).length, 3 * zeros);
    if (size === 32) assert.equal(bytes.indexOf(0), 14 * 3);
  });

test("clouds are never darker than half of their share", () => {
  const picture = flat(0);
  const draw = perlinNoise.draw(stream(0, "perlin"), picture, 5, picture.bytes);
  const { bytes } = perlinNoise.apply(picture, draw, 8); // 40 % clouds
  for (const byte of bytes) assert.ok(byte >= 51 && byte <= 102, `${byte}`);
});

test("an upright line greys its column, and a line along a row its row", () => {
  const places = Float64Array.of(4.5 / 8, 3.5 / 8, 0.5); // in row 4, column 3
  for (const [angle, isPainted] of [
    [0, (_: number, x: number) => x === 3],
    [Math.PI / 2, (y: number) => y === 4],
  ] as const) {
    const rows = rowsOf(lines.apply(flat(10, 8, 8, 1), { angle, variation: 1, places }, 1.25));
    for (let y = 0; y < 8; y++)
      for (let x = 0; x < 8; x++) assert.equal(rows[y]![x], isPainted(y, x) ? 128 : 10, `${y} ${x}`);
  }
});

test("a diagonal line is whole on its pixels and fainter beside them", () => {
  const places = Float64Array.of(0.5, 0.5, 0.5);
  const rows = rowsOf(lines.apply(flat(10, 8, 8, 1), { angle: Math.PI / 4, variation: 1, places }, 1.25));
  for (let i = 0; i < 8; i++) {
    assert.equal(rows[i]![i], 128);
    // The next pixel is 1/sqrt(2) from the line.
    if (i < 7) assert.equal(rows[i]![i + 1], Math.floor(10 * Math.SQRT1_2 + 128 * (1 - Math.SQRT1_2)));
  }
});

test("as many lines are drawn as the strength's tenth of the shorter side", () => {
  const draw = (strength: number, height: number, width: number) =>
    lines.draw(stream(0, "lines"), shapeOf(height, width, 3), strength, new Uint8Array(0)).places.length / 3;
  assert.deepEqual(
    lines.constants[32].map((strength) => draw(strength, 32, 32)),
    [1, 3, 4, 6, 8],
  );
  assert.equal(draw(2.5, 100, 32), 8);
});

test("a ripple of strength 0 leaves the picture; one of whole pixels shifts it, with black from outside", () => {
  const picture = noise(shapeOf(9, 12, 3));
  const still = { wavelengths: [3, 3], phases: [1, 2] };
  assert.deepEqual(ripple.apply(picture, still, 0).bytes, picture.bytes);
  // 0.025 * 10 * 8 = 2 pixels, and waves so long that the phase alone counts: down by 2, to the right by -2
  const shifted = { wavelengths: [1e18, 1e18], phases: [Math.PI / 2, -Math.PI / 2] };
  const rows = Array.from({ length: 8 }, (_, y) => Array.from({ length: 8 }, (_, x) => 10 * y + x + 1));
  const [first, ...others] = rowsOf(ripple.apply(grey(...rows), shifted, 100));
  assert.deepEqual(first, [0, 0, 21, 22, 23, 24, 25, 26]);
  assert.deepEqual(others.slice(5), [new Array(8).fill(0), new Array(8).fill(0)]);
});

test("the smallest of the three factors blurs by 1, 4, 1 of 6 along each axis", () => {
  const rows = Array.from({ length: 9 }, () => new Array<number>(9).fill(0));
  rows[4]![4] = 252; // 7 * 36
  const result = rowsOf(transverseChromaticAbberation.apply(grey(...rows), { order: Uint32Array.of(0, 1, 2) }, 5));
  assert.deepEqual(
    result.slice(3, 6).map((row) => row.slice(3, 6)),
    [
      [7, 28, 7],
      [28, 112, 28],
      [7, 28, 7],
    ],
  );
  assert.equal(
    result.flat().reduce((a, b) => a + b),
    252,
  );
});

test("the channels take the factors in the drawn order", () => {
  const picture = noise(shapeOf(16, 16, 3));
  const apply = (...order: number[]) =>
    transverseChromaticAbberation.apply(picture, { order: Uint32Array.from(order) }, 10);
  const [a, b] = [apply(0, 1, 2), apply(2, 1, 0)];
  assert.deepEqual(channelOf(a, 1), channelOf(b, 1));
  const onlyRed = createPicture(shapeOf(16, 16, 1), channelOf(picture, 0));
  const order = Uint32Array.of(2, 1, 0);
  assert.deepEqual(transverseChromaticAbberation.apply(onlyRed, { order }, 10).bytes, channelOf(b, 0));
});

test("pinch and twirl leaves what is outside of its circles, and their middles", () => {
  const picture = noise(shapeOf(32, 32, 3));
  const signs = Int8Array.of(1, -1, 1, -1, 1, -1, 1, -1, 1);
  const result = pinchAndTwirl.apply(picture, { signs }, 10);
  for (const [row, column] of [
    [0, 0],
    [10, 10],
    [5, 5], // the middle of a circle
    [31, 17],
    [17, 30],
  ] as const)
    assert.equal(at(result, row, column), at(picture, row, column), `${row} ${column}`);
  assert.notDeepEqual(result.bytes, picture.bytes);
});

// Signs stand column of circles by column: number 1 is the second circle from above.
test("a circle turns by its own sign", () => {
  const picture = noise(shapeOf(33, 33, 1));
  const signs = new Int8Array(9).fill(1);
  const [a, b] = [signs, signs.with(1, -1)].map((signs) => pinchAndTwirl.apply(picture, { signs }, 10));
  for (let y = 0; y < 33; y++)
    for (let x = 0; x < 33; x++)
      if (at(a!, y, x) !== at(b!, y, x)) assert.ok(y >= 10 && y <= 22 && x <= 11, `${y} ${x}`);
  assert.notDeepEqual(a, b);
});

test("a circular blur keeps a flat picture in the circle that no turn leaves, and darkens its corners", () => {
  const picture = circularMotionBlur.apply(flat(200), {}, 6);
  for (let y = 0; y < 32; y++)
    for (let x = 0; x < 32; x++) {
      const distance = Math.hypot(y - 15.5, x - 15.5);
      if (distance < 15) assert.ok(Math.abs(at(picture, y, x) - 200) <= 1, `${y} ${x}: ${at(picture, y, x)}`);
    }
  for (const [y, x] of [
    [0, 0],
    [0, 31],
    [31, 0],
    [31, 31],
  ] as const)
    assert.ok(at(picture, y, x) < 100);
});

test("a circular blur is the same in a mirror and after half a turn, to rounding", () => {
  const picture = noise(shapeOf(12, 17, 1));
  const turned = { ...picture, bytes: picture.bytes.toReversed() };
  const mirrored = grey(...rowsOf(picture).map((row) => row.reverse()));
  const result = rowsOf(circularMotionBlur.apply(picture, {}, 5));
  const others = [
    rowsOf(circularMotionBlur.apply(turned, {}, 5)).reverse(),
    rowsOf(circularMotionBlur.apply(mirrored, {}, 5)),
  ];
  for (const other of others)
    for (const [y, row] of other.entries())
      for (const [x, value] of row.reverse().entries()) assert.ok(Math.abs(value - result[y]![x]!) <= 1, `${y} ${x}`);
});

test("water without depth or light shows the picture as it is, but where its edge is met", () => {
  const picture = noise(shapeOf(24, 24, 3));
  const result = causticRefraction.apply(picture, { time: 1.2, size: 24 }, 0);
  for (let i = 0; i < picture.bytes.length; i++)
    assert.ok(Math.abs(result.bytes[i]! - picture.bytes[i]!) <= 1, `${i}: ${result.bytes[i]}, ${picture.bytes[i]}`);
});

test("brighter water lights a picture, and the light falls on the sides that face it", () => {
  const picture = flat(128, 32);
  const { bytes } = causticRefraction.apply(picture, { time: 1.2, size: 32 }, 9.15);
  assert.ok(Math.max(...bytes) > 160 && Math.min(...bytes) < 96);
});

const all: readonly Corruption[] = [
  blueNoiseSample,
  brownishNoise,
  causticRefraction,
  checkerboardCutout,
  circularMotionBlur,
  cocentricSineWaves,
  inverseSparkles,
  lines,
  perlinNoise,
  pinchAndTwirl,
  plasmaNoise,
  ripple,
  singleFrequencyGreyscale,
  sparkles,
  transverseChromaticAbberation,
];

for (const corruption of all)
  test(`${corruption.name} does the same after pictures of other sizes: its scratch keeps nothing`, () => {
    const constants = corruption.constants[32][4];
    const corrupt = (height: number, width: number, channels: 1 | 3) => {
      const picture = noise(shapeOf(height, width, channels));
      const draw = corruption.draw(stream(0, corruption.name, height), picture, constants, picture.bytes);
      return corruption.apply(picture, draw, constants).bytes;
    };
    const first = corrupt(13, 9, 3);
    corrupt(40, 33, 1);
    corrupt(8, 8, 3);
    assert.deepEqual(corrupt(13, 9, 3), first);
  });
