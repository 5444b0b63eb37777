/** elastic_transform: moves by whole pixels, by hand. The originals' bytes: scripts/check-goldens.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { elasticTransform } from "../../src/corrupt/elastic-transform.ts";
import { stream } from "../../src/random/stream.ts";
import { grey, noise, rowsOf, shapeOf } from "../augment/pictures.ts";
import { distanceLimit, largestDistance } from "../random/statistics.ts";

/** 10 times the row and the column. */
const numbered = grey(
  ...Array.from({ length: 8 }, (_, row) => Array.from({ length: 9 }, (_, column) => 10 * row + column)),
);
const fill = (length: number, value: number) => new Float64Array(length).fill(value);
const still = { points: fill(6, 0.5), dx: fill(72, 0.5), dy: fill(72, 0.5) };

test("points that stay and displacements of no length leave every byte", () => {
  for (const shape of [shapeOf(32, 32, 3), shapeOf(9, 16, 1)]) {
    const picture = noise(shape);
    const count = shape.height * shape.width;
    const draw = { points: fill(6, 0.5), dx: fill(count, 0.1), dy: fill(count, 0.9) };
    assert.deepEqual(elasticTransform.apply(picture, draw, [0, 0, 3]), picture);
  }
});

test("points that all move by two pixels move the picture; beside it lies its mirror image, the edge once", () => {
  // u = 1 moves by the whole corner, to the right and down.
  const rows = rowsOf(elasticTransform.apply(numbered, { ...still, points: fill(6, 1) }, [0, 0, 2]));
  const source = (index: number) => Math.abs(index - 2);
  const expected = rows.map((line, row) => line.map((_, column) => 10 * source(row) + source(column)));
  assert.deepEqual(rows, expected);
});

test("the third point alone pulls x along the columns and y along the rows", () => {
  // The middle of 8x9 is (x 4, y 4), the points lie 2 from it. The third, (2, 2), moves 1 to the left: x grows by 5/4.
  const points = Float64Array.of(0.5, 0.5, 0.5, 0.5, 0, 0.5);
  const rows = rowsOf(elasticTransform.apply(numbered, { ...still, points }, [0, 0, 1]));
  // x' = 1.25 x - 1.5, so the result at 6 is from 6, at 1 from 2, and at 3.5 from 4: at 3 from 3.6 (in 1/32: 3.59).
  assert.deepEqual([rows[3]![6], rows[3]![1], rows[3]![3]], [36, 32, 33]);
});

test("the first point alone pulls x along the rows; in a picture that is not square each axis has its own middle", () => {
  // The middle of 8x16 is (x 8, y 4). The point (10, 6) moves 1 to the right: x grows by a quarter a row from row 2 on.
  const wide = grey(...Array.from({ length: 8 }, () => Array.from({ length: 16 }, (_, column) => 10 * column)));
  const points = Float64Array.of(1, 0.5, 0.5, 0.5, 0.5, 0.5);
  const draw = { points, dx: fill(128, 0.5), dy: fill(128, 0.5) };
  const rows = rowsOf(elasticTransform.apply(wide, draw, [0, 0, 1]));
  assert.deepEqual([rows[2]![8], rows[4]![8], rows[6]![8]], [80, 75, 70]);
});

test("a tilt counts in steps of 1/32 pixel, half a step upwards", () => {
  const move = (corner: number) => {
    const picture = grey(...Array.from({ length: 8 }, () => [0, 0, 0, 0, 0, 128, 128, 128]));
    const draw = { points: fill(6, 1), dx: fill(64, 0.5), dy: fill(64, 0.5) };
    return rowsOf(elasticTransform.apply(picture, draw, [0, 0, corner]))[0];
  };
  // A third of a step is none, two thirds are one: 128 less a 32nd of it.
  assert.deepEqual(move(0.01), [0, 0, 0, 0, 0, 128, 128, 128]);
  assert.deepEqual(move(0.02), [0, 0, 0, 0, 0, 124, 128, 128]);
});

test("displacements reach three standard deviations far, and no farther", () => {
  const dx = fill(9 * 16, 0.5);
  dx[4 * 16 + 8] = 1;
  const picture = noise(shapeOf(9, 16, 1));
  // At three pixels 2000 x 0.4 x 0.0044 is 3.5 pixels.
  const moved = rowsOf(
    elasticTransform.apply(picture, { points: fill(6, 0.5), dx, dy: fill(9 * 16, 0.5) }, [2000, 1, 0]),
  );
  const isMoved = moved[4]!.map((value, column) => value !== rowsOf(picture)[4]![column]);
  assert.deepEqual([isMoved[4], isMoved[5], isMoved[11], isMoved[12]], [false, true, true, false]);
});

test("displacements longer than the picture go on through its mirror images", () => {
  const right = rowsOf(elasticTransform.apply(numbered, { ...still, dx: fill(72, 1) }, [30, 1, 0]));
  assert.deepEqual(right[0], [5, 4, 3, 2, 1, 0, 0, 1, 2]);
  const up = rowsOf(elasticTransform.apply(numbered, { ...still, dy: fill(72, 0) }, [30, 1, 0]));
  assert.deepEqual(
    up.map((line) => line[0]),
    [20, 30, 40, 50, 60, 70, 70, 60],
  );
});

test("equal displacements move the picture by their length; beside it the edge is there twice", () => {
  const right = rowsOf(elasticTransform.apply(numbered, { ...still, dx: fill(72, 1) }, [3, 1, 0]));
  assert.deepEqual(right[0], [3, 4, 5, 6, 7, 8, 8, 7, 6]);
  const up = rowsOf(elasticTransform.apply(numbered, { ...still, dy: fill(72, 0) }, [2, 1, 0]));
  assert.deepEqual(
    up.map((line) => line[0]),
    [10, 0, 0, 10, 20, 30, 40, 50],
  );
});

test("half a pixel of displacement is the mean of two", () => {
  const rows = rowsOf(
    elasticTransform.apply(
      grey(...Array(8).fill([0, 100, 50, 50, 0, 0, 0, 0])),
      {
        points: fill(6, 0.5),
        dx: fill(64, 1),
        dy: fill(64, 0.5),
      },
      [0.5, 1, 0],
    ),
  );
  assert.deepEqual(rows[0]!.slice(0, 5), [50, 75, 50, 25, 0]);
});

test("the constants of the largest pictures are shares of 244 pixels", () => {
  assert.deepEqual(elasticTransform.constants[224][0], [244 * 2, 244 * 0.7, 244 * 0.1]);
});

test("points and displacements are uniform, and independent", () => {
  const { points, dx, dy } = elasticTransform.draw(
    stream(0, "elastic"),
    shapeOf(100, 200, 1),
    [1, 1, 1],
    new Uint8Array(20_000),
  );
  assert.deepEqual([points.length, dx.length, dy.length], [6, 20_000, 20_000]);
  // One false alarm in a million for each; the difference of two uniform numbers has a triangle as its law.
  for (const values of [dx, dy]) assert.ok(largestDistance(values, (u) => u) < distanceLimit(20_000));
  const differences = dx.map((u, i) => u - dy[i]!);
  const triangle = (x: number) => (x < 0 ? (1 + x) ** 2 / 2 : 1 - (1 - x) ** 2 / 2);
  assert.ok(largestDistance(differences, triangle) < distanceLimit(20_000));
});
