/** spatter and its steps: by hand. The originals' bytes: scripts/check-goldens.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findEdgesInto } from "../../src/corrupt/spatter/canny.ts";
import { measureDistancesInto } from "../../src/corrupt/spatter/distance.ts";
import { makeReliefInto } from "../../src/corrupt/spatter/relief.ts";
import { spatter } from "../../src/corrupt/spatter/spatter.ts";
import type { Picture } from "../../src/pictures/picture.ts";
import { blackLike, createPicture } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { grey, noise, rowsOf, shapeOf } from "../augment/pictures.ts";
import { distanceLimit, largestDistance, normalLaw } from "../random/statistics.ts";

function edgesOf(picture: Picture): number[][] {
  const edges = blackLike(picture);
  findEdgesInto(picture.bytes, picture, edges.bytes);
  return rowsOf(edges);
}

function distancesOf(picture: Picture, limit: number): number[][] {
  const distances = new Int32Array(picture.bytes.length);
  measureDistancesInto(picture.bytes, picture, limit, distances);
  const { width } = picture;
  return Array.from({ length: picture.height }, (_, row) => [...distances.subarray(row * width, (row + 1) * width)]);
}

test("a step upwards is an edge one pixel wide, on its lower side; downwards, on its upper side", () => {
  const line = [0, 0, 0, 200, 200, 200, 200, 0, 0];
  assert.deepEqual(edgesOf(grey(line, line, line)), Array(3).fill([0, 0, 1, 0, 0, 0, 1, 0, 0]));
  const column = line.map((value) => [value, value, value]);
  assert.deepEqual(
    edgesOf(grey(...column)).map((row) => row[1]),
    [0, 0, 1, 0, 0, 0, 1, 0, 0],
  );
});

test("a slanting step is found too, once in each row", () => {
  const rows = Array.from({ length: 9 }, (_, row) =>
    Array.from({ length: 9 }, (_, column) => (column > row ? 200 : 0)),
  );
  for (const [row, line] of edgesOf(grey(...rows)).entries())
    if (row > 0 && row < 8) assert.deepEqual(line.indexOf(1), row, `${line}`);
});

test("a weak edge counts where it touches a strong one, a weaker one nowhere", () => {
  // Four times the step is the magnitude: 152 is strong, 148 and 52 are weak, 48 is nothing.
  const step = (height: number) => [0, 0, 0, height, height, height];
  const isEdge = (...heights: number[]) => edgesOf(grey(...heights.map(step))).map((row) => row[2]);
  assert.deepEqual(isEdge(37, 37, 37), [0, 0, 0]);
  assert.deepEqual(isEdge(38, 38, 38), [1, 1, 1]);
  const touching = (last: number) => isEdge(38, 38, 34, 30, 26, 22, 18, 15, last, last, last, last).slice(-3);
  assert.deepEqual(touching(13), [1, 1, 1]);
  assert.deepEqual(touching(12), [0, 0, 0]);
});

test("a gradient is compared across where it rises by less than 22.5 degrees, and aslant where by more", () => {
  // Magnitudes of the first row: 0, 200, 900 and 1100. Gradients of the second pixel are 150 across and 50 up, 18 degrees:
  // its right neighbour is larger. Of the third 600 and 300, 27 degrees: those aslant are 0 outside, and 100.
  const [first, ...others] = edgesOf(grey([0, 0, 50, 200], [0, 0, 0, 0], [0, 0, 0, 0]));
  assert.deepEqual(first, [0, 0, 1, 1]);
  assert.deepEqual(others.flat(), Array(8).fill(0));
});

test("distances are steps to the side, aslant and of a knight", () => {
  const empty = [0, 0, 0, 0, 0];
  const edges = grey(empty, empty, [0, 0, 1, 0, 0], empty, empty);
  const [side, slant, knight] = [65_536, 91_750, 143_976];
  assert.deepEqual(distancesOf(edges, 2 ** 30), [
    [2 * slant, knight, 2 * side, knight, 2 * slant],
    [knight, slant, side, slant, knight],
    [2 * side, side, 0, side, 2 * side],
    [knight, slant, side, slant, knight],
    [2 * slant, knight, 2 * side, knight, 2 * slant],
  ]);
});

test("distances end at the limit, where there is no edge too", () => {
  assert.deepEqual(distancesOf(grey([1, 0, 0, 0]), 100_000), [[0, 65_536, 100_000, 100_000]]);
  assert.deepEqual(distancesOf(grey([0, 0], [0, 0]), 77), [
    [77, 77],
    [77, 77],
  ]);
});

test("the relief of a plain is its height", () => {
  const relief = new Uint8Array(30);
  makeReliefInto(new Int32Array(30).fill(20 * 65_536 + 9), { height: 5, width: 6 }, relief);
  assert.deepEqual([...relief], Array(30).fill(20));
});

/** A slope that is the same in all of eight rows. */
function reliefOf(line: number[]): number[] {
  const relief = new Uint8Array(8 * line.length);
  const distances = Int32Array.from(Array(8).fill(line).flat(), (height) => height * 65_536);
  makeReliefInto(distances, { height: 8, width: line.length }, relief);
  return [...relief.subarray(0, line.length)];
}
const slope = Array.from({ length: 21 }, (_, height) => height);

test("a slope that rises to the right is bright", () => {
  // Means of three are 0 ... 19, and 19 again; spread by 12.75, ties to even: 0, 13, 26, 38, 51, 64, 76 ... Each has three
  // times the difference of its neighbours added: 0, 91, 101, 113, 129, 139, 151 ..., of which means of three are taken,
  // the first of 91, 0 and 91.
  assert.deepEqual(reliefOf(slope).slice(0, 6), [61, 64, 102, 114, 127, 140]);
});

test("a slope that falls to the right is dark", () => {
  // From the upper end (whose mean is of 19, 20 and 19, and so 19 too) 255, 255, 230, 217, 204, 191, 178 ... less three times
  // the difference: 255, 180, 116, 139, 126, 113 ... The last of all are below 0 before they are cut.
  assert.deepEqual(reliefOf(slope.toReversed()).slice(0, 5), [205, 184, 145, 127, 126]);
  assert.deepEqual(reliefOf(slope.toReversed()).slice(-5), [0, 0, 0, 0, 0]);
});

test("light comes from the upper left: a plane with rows and columns exchanged has the exchanged relief", () => {
  const [height, width] = [9, 14];
  const distances = Int32Array.from(noise(shapeOf(height, width, 1)).bytes, (byte) => byte * 5000);
  const exchange = <Values extends Int32Array | Uint8Array>(plane: Values) =>
    plane.map((_, at) => plane[(at % height) * width + Math.floor(at / height)]!) as Values;
  const relief = new Uint8Array(height * width);
  makeReliefInto(distances, { height, width }, relief);
  const exchanged = new Uint8Array(height * width);
  makeReliefInto(exchange(distances), { height: width, width: height }, exchanged);
  assert.deepEqual(exchanged, exchange(relief));
});

/** The liquid is z itself, cut off below a half: nothing is smoothed. */
const plainLiquid = (kind: "water" | "mud", strength: number) => [0, 1, 0, 0.5, strength, kind] as const;

test("mud covers where it is, and nothing elsewhere; in a grey picture it has its own grey", () => {
  const z = Float64Array.of(0.6, 0.4, 0.5);
  const colour = createPicture(shapeOf(1, 3, 3), Uint8Array.of(10, 20, 30, 40, 50, 60, 70, 80, 90));
  assert.deepEqual(
    [...spatter.apply(colour, { z }, plainLiquid("mud", 0)).bytes],
    [63, 42, 20, 40, 50, 60, 70, 80, 90],
  );
  // 0.299 x 63 + 0.587 x 42 + 0.114 x 20 is 45.8.
  assert.deepEqual(rowsOf(spatter.apply(grey([10, 20, 30]), { z }, plainLiquid("mud", 0))), [[46, 20, 30]]);
});

test("a grain of mud is smoothed away", () => {
  const picture = noise(shapeOf(8, 8, 3));
  const z = new Float64Array(64);
  z[27] = 1;
  assert.deepEqual(spatter.apply(picture, { z }, plainLiquid("mud", 0.6)), picture);
});

test("water brightens where there is liquid, and leaves every byte elsewhere", () => {
  const shape = shapeOf(32, 32, 3);
  const picture = noise(shape, { high: 200 });
  const { z } = spatter.draw(stream(0, "water"), shape, plainLiquid("water", 0.5), picture.bytes);
  const { bytes } = spatter.apply(picture, { z }, plainLiquid("water", 0.5));
  let brighter = 0;
  for (const [i, byte] of bytes.entries())
    if (z[Math.floor(i / 3)]! < 0.5) assert.equal(byte, picture.bytes[i]);
    else if (byte > picture.bytes[i]!) brighter++;
    else assert.ok(byte === picture.bytes[i]);
  assert.ok(brighter > 100, `${brighter}`);
});

/** Liquid in the left half of 8x64 black pixels: the edge is in column 31. */
function halfWet(z: number) {
  const picture = createPicture(shapeOf(8, 64, 3));
  const layer = Float64Array.from({ length: 8 * 64 }, (_, i) => (i % 64 < 32 ? z : 0));
  return spatter.apply(picture, { z: layer }, plainLiquid("water", 0.5)).bytes;
}

test("the wettest pixel has the whole opacity of the water's colour; liquid of just the threshold is there", () => {
  // Half of (175, 238, 238), whatever the liquid: it is divided by its largest.
  for (const z of [0.5, 0.9]) {
    const bytes = halfWet(z);
    assert.deepEqual(
      [0, 1, 2].map((channel) => Math.max(...bytes.filter((_, i) => i % 3 === channel))),
      [87, 119, 119],
    );
  }
});

test("water is flat farther than 20 pixels from the edge of a drop, and sloping nearer", () => {
  const greens = halfWet(0.5).filter((_, i) => i % 3 === 1);
  assert.deepEqual([greens[0], greens[8]], [119, 119]); // three means and differences reach three pixels
  assert.ok(greens[15]! < 119, `${greens.subarray(0, 32)}`);
});

test("liquid above 1 starts again from 0, as the original's byte does", () => {
  const picture = noise(shapeOf(16, 16, 3));
  const all = [0, 1, 0, 0, 0.5, "water"] as const; // no threshold
  const { z } = spatter.draw(stream(0, "over"), picture, all, picture.bytes);
  const over = z.map((value, i) => (i % 5 === 0 ? 1.1 : Math.abs(value) % 1));
  const within = over.map((value) => (value > 1 ? value - 256 / 255 : value));
  assert.deepEqual(spatter.apply(picture, { z: over }, all), spatter.apply(picture, { z: within }, all));
});

test("liquid is smoothed before it is cut off, and its outline after", () => {
  // Over grey 200 liquid of 0.1 + 0.5 z, z = 1 in columns 0 to 3. Smoothed by one pixel the next is 0.1 + 0.5 x 0.301, above
  // 0.2, and the one after it 0.1 + 0.5 x 0.059, below. So mud is in columns 0 to 4, and its outline, smoothed by 0.6 pixel,
  // 0.832 in the last of them: 0.168 x 200 + 0.832 x (63, 42, 20).
  const picture = createPicture(shapeOf(16, 12, 3));
  picture.bytes.fill(200);
  const z = Float64Array.from({ length: 16 * 12 }, (_, i) => (i % 12 < 4 ? 1 : 0));
  const { bytes } = spatter.apply(picture, { z }, [0.1, 0.5, 1, 0.2, 0.6, "mud"]);
  const pixel = (column: number) => [...bytes.subarray(3 * column, 3 * column + 3)];
  assert.deepEqual([pixel(0), pixel(4), pixel(5)], [[63, 42, 20], [86, 68, 50], Array(3).fill(200)]);
});

test("mud is left away where its smoothed outline is below 0.8", () => {
  // The upper left quarter: 0.832 along its sides, and 0.832 x 0.832 = 0.692 at its corner.
  const z = Float64Array.from({ length: 12 * 12 }, (_, i) => (i < 6 * 12 && i % 12 < 6 ? 1 : 0));
  const picture = grey(...Array.from({ length: 12 }, () => Array<number>(12).fill(200)));
  const rows = rowsOf(spatter.apply(picture, { z }, plainLiquid("mud", 0.6)));
  assert.deepEqual([rows[0]![0], rows[0]![5], rows[5]![0], rows[5]![5]], [46, 71, 71, 200]);
});

test("without a drop of water the picture is black, as of the original, which divides 0 by 0", () => {
  const picture = noise(shapeOf(8, 9, 3));
  assert.deepEqual(
    spatter.apply(picture, { z: new Float64Array(72) }, plainLiquid("water", 0.5)).bytes,
    new Uint8Array(216),
  );
});

test("the liquid is drawn normal, one number a pixel", () => {
  const { z } = spatter.draw(stream(0, "z"), shapeOf(100, 200, 3), plainLiquid("mud", 1), new Uint8Array(60_000));
  assert.ok(z.length === 20_000 && largestDistance(z, normalLaw) < distanceLimit(20_000)); // one false alarm in a million
});
