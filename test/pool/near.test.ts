/** The search among thumbnails: what it finds is what comparing all with all finds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { THUMBNAIL } from "../../src/pool/fingerprints.ts";
import { NearIndex } from "../../src/pool/near.ts";
import { stream } from "../../src/random/stream.ts";

/** Any spread will do. */
const NO_SHARE = 1e9;
const all = (count: number) => Uint32Array.from({ length: count }, (_, index) => index);

/** Thumbnails in groups: of each, a drawn one and others that differ from it by a few levels. */
function drawThumbnails(count: number, groups: number, spread: number): Uint8Array {
  const draws = stream(0, "thumbnails", count, spread);
  const thumbnails = new Uint8Array(count * THUMBNAIL);
  for (let index = 0; index < count; index++) {
    const centre = draws.fork("centre", index % groups);
    const own = draws.fork("own", index);
    for (let at = 0; at < THUMBNAIL; at++)
      thumbnails[index * THUMBNAIL + at] = 100 + centre.integer(0, 60) + own.integer(-spread, spread);
  }
  return thumbnails;
}

/** Root of the mean squared difference, written out. */
function distanceOf(thumbnails: Uint8Array, a: number, b: number): number {
  let squares = 0;
  for (let at = 0; at < THUMBNAIL; at++)
    squares += (thumbnails[a * THUMBNAIL + at]! - thumbnails[b * THUMBNAIL + at]!) ** 2;
  return Math.sqrt(squares / THUMBNAIL);
}

for (const [groups, spread] of [
  [40, 6],
  [3, 10],
  [1, 20],
] as const)
  test(`the nearest of 600 thumbnails in ${groups} groups is found, as by comparing all with all`, () => {
    const count = 600;
    const thumbnails = drawThumbnails(count, groups, spread);
    const limits = { distance: 12, share: NO_SHARE };
    const index = new NearIndex(thumbnails, all(count), limits);
    for (let query = 0; query < count; query++) {
      let expected: { index: number; distance: number } | undefined;
      for (let other = 0; other < query; other++) {
        const distance = distanceOf(thumbnails, query, other);
        if (distance <= limits.distance && distance < (expected?.distance ?? Number.POSITIVE_INFINITY))
          expected = { index: other, distance };
      }
      assert.deepEqual(index.nearest(thumbnails, query, query), expected, `query ${query}`);
    }
  });

test("many equal thumbnails give the first of them", () => {
  const thumbnails = new Uint8Array(500 * THUMBNAIL).fill(90);
  const index = new NearIndex(thumbnails, all(500), { distance: 1, share: NO_SHARE });
  assert.deepEqual(index.nearest(thumbnails, 400), { index: 0, distance: 0 });
});

/** Two thumbnails: the first, and another where the second differs from it by `change` at each place. */
function pairOf(value: (at: number) => number, change: (at: number) => number): Uint8Array {
  return Uint8Array.from({ length: 2 * THUMBNAIL }, (_, at) =>
    at < THUMBNAIL ? value(at) : value(at - THUMBNAIL) + change(at - THUMBNAIL),
  );
}
const ramp = (at: number) => 20 + at;

test("the distance is the root of the mean squared difference, the limit included", () => {
  const thumbnails = pairOf(ramp, (at) => (at % 4 === 0 ? 20 : 0)); // a quarter of 400: 100, root 10
  for (const [distance, found] of [
    [10, { index: 0, distance: 10 }],
    [9.99, undefined],
  ] as const) {
    const index = new NearIndex(thumbnails, all(2), { distance, share: NO_SHARE });
    assert.deepEqual(index.nearest(thumbnails, 1, 1), found);
  }
});

test("plain pictures must be nearer: by the share of the spread of either", () => {
  // The numbers of a thumbnail are 100 + or - its spread.
  const signs = (spread: number) => (at: number) => (at % 2 === 0 ? spread : -spread);
  const found = (first: number, second: number, share: number) => {
    const pair = pairOf(
      (at) => 100 + signs(first)(at),
      (at) => signs(second)(at) - signs(first)(at),
    );
    return new NearIndex(pair, all(2), { distance: 10, share }).nearest(pair, 1, 1);
  };
  assert.deepEqual(found(3, 4, 0.34), { index: 0, distance: 1 }); // 1 of 3 is 0.333
  assert.equal(found(3, 4, 0.33), undefined); // near enough to that of 4, not to that of 3
  assert.equal(found(4, 3, 0.33), undefined);
  assert.deepEqual(found(30, 36, 0.3), { index: 0, distance: 6 });
});

test("only members are found", () => {
  const thumbnails = new Uint8Array(3 * THUMBNAIL).fill(90);
  const index = new NearIndex(thumbnails, Uint32Array.of(1), { distance: 1, share: NO_SHARE });
  assert.equal(index.nearest(thumbnails, 2)?.index, 1);
  assert.equal(index.nearest(thumbnails, 1, 1), undefined);
});
