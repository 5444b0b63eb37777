/** spatter and its steps: by hand. The originals' bytes: scripts/check-goldens.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findEdgesInto } from "../../src/corrupt/spatter/canny.ts";
import { measureDistancesInto } from "../../src/corrupt/spatter/distance.ts";
import { makeReliefInto } from "../../src/corrupt/spatter/relief.ts";
import { spatter } from "../../src/corrupt/spatter/spatter.ts";
import type { Picture } from "../../src/pictures/picture.ts";
import { createPicture } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { grey, noise, rowsOf, shapeOf } from "../augment/pictures.ts";
import { distanceLimit, largestDistance, normalLaw } from "../random/statistics.ts";

function edgesOf(picture: Picture): number[][] {
  const edges = new Uint8Array(picture.bytes.length);
  findEdgesInto(picture.bytes, picture, edges);
  return rowsOf(createPicture(picture, edges));
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
  // Four times the step is the magnitude: 160 is strong, 120 weak, 48 nothing.
  const step = (height: number) => [0, 0, 0, height, height, height];
  const isEdge = (...heights: number[]) => edgesOf(grey(...heights.map(step))).map((row) => row[2]);
  assert.deepEqual(isEdge(30, 30, 30), [0, 0, 0]);
  assert.deepEqual(isEdge(40, 40, 40), [1, 1, 1]);
  assert.deepEqual(isEdge(12, 12, 12), [0, 0, 0]);
  const touching = isEdge(50, 50, 50, 42, 36, 30, 30, 30);
  assert.deepEqual(touching.slice(-2), [1, 1]);
});

test("distances are steps to the side, aslant and of a knight", () => {
  const edges = grey([0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]);
  const [side, slant, knight] = [65_536, 91_750, 143_976];
  assert.deepEqual(distancesOf(edges, 2 ** 30), [
    [slant, side, slant, knight],
    [side, 0, side, 2 * side],
    [slant, side, slant, knight],
    [knight, 2 * side, knight, 2 * slant],
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

test("a slope that rises to the right is bright, one that falls is dark", () => {
  // Heights of 0 and 9 pixels, and means of 3 and 6 between them, are spread to 0 ... 255 before they are lit.
  const slope = (line: number[]) => {
    const relief = new Uint8Array(6 * line.length);
    const distances = Int32Array.from(Array(6).fill(line).flat(), (height) => height * 65_536);
    makeReliefInto(distances, { height: 6, width: line.length }, relief);
    return relief.subarray(0, line.length);
  };
  const rising = slope([0, 0, 0, 0, 9, 9, 9, 9]);
  const falling = slope([9, 9, 9, 9, 0, 0, 0, 0]);
  assert.ok(rising[3]! > 200 && falling[4]! < 60, `${rising} and ${falling}`);
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
