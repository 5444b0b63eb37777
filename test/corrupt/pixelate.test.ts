/** pixelate: by hand. Pillow's bytes: pillow.test.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pixelate } from "../../src/corrupt/pixelate.ts";
import { grey, noise, rowsOf, shapeOf } from "../augment/pictures.ts";

test("pixelate by half gives every four pixels their mean, halves rounded up", () => {
  const rows = [
    [0, 1, 10, 10, 0, 0, 7, 7],
    [1, 0, 10, 10, 0, 255, 7, 8],
  ];
  // Means of columns first, 0.5 and 127.5 rounded up; then of rows.
  const half = [1, 1, 10, 10, 64, 64, 8, 8];
  const picture = grey(...rows, ...rows, ...rows, ...rows);
  assert.deepEqual(rowsOf(pixelate.apply(picture, {}, 0.5)), Array(8).fill(half));
});

test("each side is shrunk by the share, and cut to whole pixels", () => {
  // 8 x 0.6 is 4.8 and 13 x 0.6 is 7.8: 4 x 7 squares.
  const rows = rowsOf(pixelate.apply(noise(shapeOf(8, 13, 1)), {}, 0.6));
  const changes = (line: readonly unknown[]) => line.filter((value, i) => i > 0 && value !== line[i - 1]).length;
  assert.equal(changes(rows.map((row) => row.join())), 3);
  assert.equal(changes(rows[0]!.map((_, column) => rows.map((row) => row[column]).join())), 6);
});

test("pixelate leaves a flat picture as it is", () => {
  const picture = grey(...Array.from({ length: 11 }, () => Array<number>(13).fill(77)));
  for (const table of [32, 64, 224] as const)
    for (const share of pixelate.constants[table]) assert.deepEqual(pixelate.apply(picture, {}, share), picture);
});
