/** A pool that no memory needs to hold. It is made for the test, half a minute of writing: only among the long checks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pictureBytes } from "../../bench/pictures.ts";
import { measurePool } from "../../bench/pool.ts";

const skip = process.env.PATINA_TEST === "full" ? false : "it writes a pool of 4.3 GB (make test-full does)";

test("25,000 pictures at random out of a pool of over 4 GB, opened the first time, add less than 200 MB to a process", {
  skip,
}, async () => {
  const count = 1_400_000;
  assert.ok(count * pictureBytes > 2 ** 32, "places in it do not fit into 32 bits");
  const { megabytes } = await measurePool(count, 25_000);
  assert.ok(megabytes < 200, `${megabytes} MB`); // the pictures that were read are 77 of them
});
