import assert from "node:assert/strict";
import { test } from "node:test";
import { createPicture } from "../../src/pictures/picture.ts";
import { drawSheet } from "../../src/pictures/sheet.ts";

const dot = (value: number) => createPicture({ height: 1, width: 1, channels: 1 }, Uint8Array.of(value));

test("a sheet holds its pictures in reading order, white between and where there is none", () => {
  const sheet = drawSheet([dot(1), dot(2), dot(3)], { columns: 2, gap: 1 });
  assert.deepEqual([sheet.height, sheet.width, sheet.channels], [5, 5, 3]);
  const red = Array.from({ length: 25 }, (_, pixel) => sheet.bytes[3 * pixel]);
  // biome-ignore format: as it looks
  assert.deepEqual(red, [
    255, 255, 255, 255, 255,
    255,   1, 255,   2, 255,
    255, 255, 255, 255, 255,
    255,   3, 255, 255, 255,
    255, 255, 255, 255, 255,
  ]);
});

test("scale repeats every pixel, and cells fit the largest picture", () => {
  const wide = createPicture({ height: 1, width: 2, channels: 3 }, Uint8Array.of(1, 2, 3, 4, 5, 6));
  const sheet = drawSheet([dot(9), wide], { columns: 1, scale: 2, gap: 0 });
  assert.deepEqual([sheet.height, sheet.width], [4, 4]);
  const pixel = (row: number, column: number) => [
    ...sheet.bytes.slice((row * 4 + column) * 3, (row * 4 + column) * 3 + 3),
  ];
  assert.deepEqual(pixel(1, 1), [9, 9, 9]);
  assert.deepEqual(pixel(1, 2), [255, 255, 255]);
  assert.deepEqual(pixel(3, 1), [1, 2, 3]);
  assert.deepEqual(pixel(2, 2), [4, 5, 6]);
});

test("no pictures, or no columns, make no sheet", () => {
  assert.throws(() => drawSheet([], { columns: 1 }), { code: "picture" });
  assert.throws(() => drawSheet([dot(0)], { columns: 0 }), { code: "picture" });
});
