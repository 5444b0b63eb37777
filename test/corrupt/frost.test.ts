/** frost: textures of our own making, scaled, cropped and laid over by hand. The originals': scripts/check-goldens.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { frost, frostOf } from "../../src/corrupt/frost/frost.ts";
import { type FrostTextures, scaledTexture } from "../../src/corrupt/frost/textures.ts";
import { createPicture, type Picture } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { grey, noise, rowsOf, shapeOf } from "../augment/pictures.ts";
import { chiSquared, chiSquaredLimit } from "../random/statistics.ts";

/** Five of noise; at 32 pixels they become 20x24. */
const textures: FrostTextures = {
  name: "procedural",
  pictures: [1, 2, 3, 4, 5].map((seed) => noise(shapeOf(100, 120, 3), { seed })),
};
const small = frostOf(() => textures);

/** Of each pixel its red. */
const redOf = ({ bytes, height, width }: Picture) =>
  rowsOf(
    createPicture(
      shapeOf(height, width, 1),
      bytes.filter((_, i) => i % 3 === 0),
    ),
  );

test("frost adds shares of both, drops the fraction, and is white at most", () => {
  // 0.9 x 103 + 0.4 x 55 is 114.7.
  const draw = { texture: 0, row: 0, column: 0, crop: Uint8Array.of(55, 0, 255) };
  assert.deepEqual(rowsOf(frost.apply(grey([103, 11, 200]), draw, [0.9, 0.4])), [[114, 9, 255]]);
});

test("at 32 pixels every fifth pixel of a texture is taken, from the third on", () => {
  const scaled = scaledTexture(textures.pictures[0]!, 32, 3);
  assert.deepEqual([scaled.height, scaled.width], [20, 24]);
  const full = redOf(textures.pictures[0]!);
  for (const [row, line] of redOf(scaled).entries())
    assert.deepEqual(
      line,
      Array.from({ length: 24 }, (_, column) => full[5 * row + 2]![5 * column + 2]),
    );
});

test("at 64 pixels a texture is read between its pixels, every 3.33 of them", () => {
  const ramp = createPicture(shapeOf(10, 20, 3));
  for (let i = 0; i < ramp.bytes.length; i++) ramp.bytes[i] = 10 * (Math.floor(i / 3) % 20);
  const scaled = scaledTexture(ramp, 64, 3);
  // Places 1.1667, 4.5, 7.8333, 11.1667, 14.5 and 17.8333. The two rows are added in whole quarters, each cut: of 11.667
  // five sixths and one sixth are 38 and 7 quarters, 11 when rounded; two halves are 23 and 23, 12 when rounded.
  const line = [45, 78, 112, 145, 178];
  assert.deepEqual(redOf(scaled), [
    [11, ...line],
    [12, ...line],
    [11, ...line],
  ]);
});

test("at 224 pixels a texture is taken as it is, and for grey pictures as its grey", () => {
  const [texture] = textures.pictures;
  assert.equal(scaledTexture(texture!, 224, 3), texture);
  assert.equal(scaledTexture(texture!, 224, 1).channels, 1);
  assert.equal(scaledTexture(texture!, 32, 3), scaledTexture(texture!, 32, 3));
});

test("a draw holds the piece of the texture that it names", () => {
  const shape = shapeOf(9, 13, 3);
  for (let i = 0; i < 50; i++) {
    const { texture, row, column, crop } = small.draw(stream(0, "crop", i), shape, [1, 0.2], new Uint8Array(351));
    const whole = redOf(scaledTexture(textures.pictures[texture]!, 32, 3));
    const expected = whole.slice(row, row + 9).map((line) => line.slice(column, column + 13));
    assert.deepEqual(redOf(createPicture(shape, crop)), expected);
  }
});

test("every texture, row and column is as probable, but for the last row and column", () => {
  // 20,000 draws; one false alarm in a million for each of the three.
  const counts = [new Uint32Array(5), new Uint32Array(20 - 8), new Uint32Array(24 - 8)];
  const shape = shapeOf(8, 8, 1);
  for (let i = 0; i < 20_000; i++) {
    const { texture, row, column } = small.draw(stream(0, "place", i), shape, [1, 0.2], new Uint8Array(64));
    for (const [kind, value] of [texture, row, column].entries()) counts[kind]![value]!++;
  }
  for (const [kind, sizes] of [5, 12, 16].entries()) {
    assert.equal(
      counts[kind]!.reduce((a, b) => a + b),
      20_000,
    );
    assert.ok(chiSquared(counts[kind]!) < chiSquaredLimit(sizes), `${[...counts[kind]!]}`);
  }
});

test("a texture smaller than the picture goes on mirrored", () => {
  const draw = small.draw(stream(0, "mirror"), shapeOf(20, 61, 3), [1, 0.2], new Uint8Array(3_660));
  assert.deepEqual([draw.row, draw.column], [0, 0]);
  const [line] = redOf(createPicture(shapeOf(20, 61, 3), draw.crop));
  const [whole] = redOf(scaledTexture(textures.pictures[draw.texture]!, 32, 3));
  assert.deepEqual(line, [...whole!, ...whole!.toReversed(), ...whole!.slice(0, 13)]);
});

test("a picture taller than the texture has it mirrored below, and once more below that", () => {
  const shape = shapeOf(45, 8, 3);
  const draw = small.draw(stream(0, "tall"), shape, [1, 0.2], new Uint8Array(1_080));
  assert.equal(draw.row, 0);
  const rows = redOf(createPicture(shape, draw.crop));
  const whole = redOf(scaledTexture(textures.pictures[draw.texture]!, 32, 3)).map((line) =>
    line.slice(draw.column, draw.column + 8),
  );
  assert.deepEqual(rows, [...whole, ...whole.toReversed(), ...whole.slice(0, 5)]);
});
