/** Flip, crop and move on pictures that one can follow by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { crop } from "../../src/augment/crop.ts";
import { flip } from "../../src/augment/flip.ts";
import { moveInto } from "../../src/augment/operations/move.ts";
import { blackLike, createPicture } from "../../src/pictures/picture.ts";
import { grey, noise, rowsOf, shapeName, shapeOf } from "./pictures.ts";

const square = grey([1, 2, 3], [4, 5, 6], [7, 8, 9]);

function moved(down: number, right: number): number[][] {
  const result = createPicture(shapeOf(3, 3, 1), new Uint8Array(9).fill(99));
  moveInto(square.bytes, square, down, right, result.bytes);
  return rowsOf(result);
}

test("flip mirrors left and right, each row by itself", () => {
  assert.deepEqual(rowsOf(flip.apply(square, { mirrored: true })), [
    [3, 2, 1],
    [6, 5, 4],
    [9, 8, 7],
  ]);
});

test("flip keeps the channels of a pixel in their order", () => {
  const picture = createPicture(shapeOf(2, 2, 3), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
  assert.deepEqual([...flip.apply(picture, { mirrored: true }).bytes], [4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9]);
});

test("flip without a mirror is a copy", () => {
  const same = flip.apply(square, { mirrored: false });
  assert.deepEqual(same, square);
  assert.notEqual(same.bytes, square.bytes);
});

test("a move leaves black behind, in each of eight directions", () => {
  const expected: [down: number, right: number, rows: string][] = [
    [0, 0, "1 2 3 / 4 5 6 / 7 8 9"],
    [0, 1, "0 1 2 / 0 4 5 / 0 7 8"],
    [0, -1, "2 3 0 / 5 6 0 / 8 9 0"],
    [1, 0, "0 0 0 / 1 2 3 / 4 5 6"],
    [-1, 0, "4 5 6 / 7 8 9 / 0 0 0"],
    [1, 2, "0 0 0 / 0 0 1 / 0 0 4"],
    [-1, 2, "0 0 4 / 0 0 7 / 0 0 0"],
    [2, -1, "0 0 0 / 0 0 0 / 2 3 0"],
    [-2, -2, "9 0 0 / 0 0 0 / 0 0 0"],
  ];
  for (const [down, right, rows] of expected)
    assert.equal(
      moved(down, right)
        .map((row) => row.join(" "))
        .join(" / "),
      rows,
      `${down} down, ${right} right`,
    );
});

test("a move by the whole size or more leaves nothing", () => {
  for (const [down, right] of [
    [3, 0],
    [-3, 0],
    [0, 3],
    [0, -3],
    [100, -100],
  ] as const)
    assert.deepEqual(moved(down, right).flat(), new Array(9).fill(0), `${down} down, ${right} right`);
});

test("a move of a colour picture is that of each of its channels", () => {
  const picture = noise(shapeOf(4, 5, 3));
  const result = blackLike(picture);
  moveInto(picture.bytes, picture, -1, 2, result.bytes);
  for (let y = 0; y < 4; y++)
    for (let x = 0; x < 5; x++)
      for (let channel = 0; channel < 3; channel++) {
        const expected = y + 1 < 4 && x >= 2 ? picture.bytes[((y + 1) * 5 + x - 2) * 3 + channel] : 0;
        assert.equal(result.bytes[(y * 5 + x) * 3 + channel], expected, `${y} ${x} ${channel}`);
      }
});

test("a crop begins at its upper left corner, in the padding where it is negative", () => {
  const cropped = (top: number, left: number) => rowsOf(crop.apply(square, { top, left }));
  assert.deepEqual(cropped(0, 0), rowsOf(square));
  assert.deepEqual(cropped(1, 1), [
    [5, 6, 0],
    [8, 9, 0],
    [0, 0, 0],
  ]);
  assert.deepEqual(cropped(-2, -1), [
    [0, 0, 0],
    [0, 0, 0],
    [0, 1, 2],
  ]);
});

test("a crop without padding is the picture", () => {
  const draw = crop.draw({ integer: (low: number, high: number) => low + high } as never, { padding: 0 }, square);
  assert.deepEqual(crop.apply(square, draw), square);
});

test("a crop is what cutting it out of the padded picture gives", () => {
  const padding = 3;
  for (const shape of [shapeOf(4, 6, 3), shapeOf(5, 2, 1)]) {
    const { height, width, channels, bytes } = noise(shape);
    const paddedWidth = width + 2 * padding;
    const padded = new Uint8Array((height + 2 * padding) * paddedWidth * channels);
    for (let y = 0; y < height; y++)
      padded.set(
        bytes.subarray(y * width * channels, (y + 1) * width * channels),
        ((y + padding) * paddedWidth + padding) * channels,
      );
    // torchvision's offsets run from 0 to 2 * padding in the padded picture; ours are less by the padding.
    for (let i = 0; i <= 2 * padding; i++)
      for (let j = 0; j <= 2 * padding; j++) {
        const rows = Array.from({ length: height }, (_, y) =>
          padded.subarray(((y + i) * paddedWidth + j) * channels, ((y + i) * paddedWidth + j + width) * channels),
        );
        const draw = { top: i - padding, left: j - padding };
        const cropped = crop.apply(createPicture(shape, bytes), draw);
        assert.deepEqual(
          [...cropped.bytes],
          rows.flatMap((row) => [...row]),
          `${shapeName(shape)} ${i} ${j}`,
        );
      }
  }
});
