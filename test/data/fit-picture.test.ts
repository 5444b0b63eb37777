import assert from "node:assert/strict";
import { test } from "node:test";
import { fitPicture } from "../../src/data/fit-picture.ts";
import { createPicture } from "../../src/pictures/picture.ts";
import { noise, plain } from "./samples.ts";

/** 2 rows of 6: columns of 0, 0, 100, 100, 200, 200. */
const wide = createPicture(
  { height: 2, width: 6, channels: 1 },
  Uint8Array.from({ length: 12 }, (_, at) => [0, 0, 100, 100, 200, 200][at % 6]!),
);

test("centre cuts the middle out of what is not square", () => {
  const { height, width, bytes } = fitPicture(wide, { size: 2, crop: "centre" });
  assert.deepEqual([height, width, ...bytes], [2, 2, 100, 100, 100, 100]);
});

test("squeeze resizes the width alone, as Pillow does", () => {
  const { height, width, bytes } = fitPicture(wide, { size: 2, crop: "squeeze" });
  // Pillow 9.4: Image.fromarray(np.uint8([[0, 0, 100, 100, 200, 200]] * 2)).resize((2, 2), Image.BILINEAR)
  assert.deepEqual([height, width, ...bytes], [2, 2, 38, 163, 38, 163]);
});

test("small pictures are made larger", () => {
  const { height, width, channels, bytes } = fitPicture(plain(3, 5, 1, 2, 3), { size: 8, crop: "centre" });
  assert.deepEqual([height, width, channels], [8, 8, 3]);
  assert.deepEqual([...bytes.subarray(0, 3)], [1, 2, 3]);
});

test("a picture that is far too narrow is refused before it is made gigabytes long", () => {
  for (const shape of [
    { height: 1, width: 10_000_000, channels: 1 },
    { height: 201, width: 2, channels: 3 },
  ] as const)
    for (const crop of ["centre", "squeeze"] as const)
      assert.throws(() => fitPicture(createPicture(shape), { size: 64, crop }), {
        code: "picture",
        message: `is ${shape.height}x${shape.width} pixels (height x width), too narrow to be made a square. Cut it, or remove it.`,
      });
  assert.equal(fitPicture(plain(1, 100, 7), { size: 8, crop: "centre" }).bytes[63], 7);
});

test("a picture that has the size, or any where none is stated, is not touched", () => {
  const picture = noise({ height: 8, width: 8, channels: 3 }, "fit");
  assert.equal(fitPicture(picture, { size: 8, crop: "centre" }), picture);
  assert.equal(fitPicture(wide, { crop: "squeeze" }), wide);
});
