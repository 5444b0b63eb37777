/** How far ahead of its readers a source works. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ahead } from "../../src/benchmark/ahead.ts";

// 12 MB a picture, each a piece: two pieces fill the 32 MB that may be made ahead.
const shape = { height: 2048, width: 2048, channels: 3 } as const;
const labels = new Uint16Array(4);

test("a piece that fails leaves its room to later readings", async () => {
  const ahead = new Ahead(shape, 1, undefined);
  for (let i = 0; i < 3; i++)
    await assert.rejects(async () => {
      for await (const _ of ahead.read(labels, 1, () => Promise.reject(new Error("torn"))));
    }, /torn/);
  let asked = 0;
  ahead.read(labels, 1, () => {
    asked++;
    return new Promise(() => undefined);
  });
  assert.equal(asked, 2);
});
