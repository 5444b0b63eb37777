/** The overlap of augmentations and corruptions, on a network with drawn weights and a few pictures. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createPictureSet } from "../../src/data/picture-set.ts";
import { MemoryStore } from "../../src/data/picture-store.ts";
import { measureOverlap } from "../../src/evaluate/overlap.ts";
import { stream } from "../../src/random/stream.ts";
import { makeTrained } from "./trained-run.ts";

const shape = { height: 32, width: 32, channels: 3 } as const;
const trained = makeTrained(shape);
trained.network.setTraining(false);
after(() => trained.network.dispose());

const count = 6;
const bytes = new Uint8Array(new SharedArrayBuffer(count * 3072));
const draws = stream(0, "overlap test");
for (let i = 0; i < bytes.length; i++) bytes[i] = 60 + draws.integer(0, 60); // dark enough to be made brighter
const pictures = createPictureSet({
  name: "test",
  shape,
  store: new MemoryStore(bytes, 3072),
  labels: new Uint16Array(count),
  classCount: 3,
});
const alone = (name: "identity" | "brightness") => ({ flip: 0, crop: "none" as const, augment: [name] });
const options = {
  augmentations: { identity: alone("identity"), brightness: alone("brightness") },
  corruptions: ["brightness", "gaussian_noise"],
  augmentationDraws: 30,
  corruptionDraws: 2,
};
const overlaps = await measureOverlap(trained, pictures, options);
const find = (augmentation: string, corruption: string) =>
  overlaps.find((each) => each.augmentation === augmentation && each.corruption === corruption)!;

test("every pair is measured, the nearest first", () => {
  assert.equal(overlaps.length, 4);
  for (const [place, { ratio }] of overlaps.slice(1).entries()) assert.ok(ratio >= overlaps[place]!.ratio);
});

test("an augmentation that changes nothing is as far from a corruption as the pictures themselves", () => {
  for (const corruption of options.corruptions) assert.equal(find("identity", corruption).ratio, 1, corruption);
});

test("making pictures brighter by rule is near the corruption that does, nearer than to noise", () => {
  const near = find("brightness", "brightness");
  assert.ok(near.ratio < 0.5, `ratio ${near.ratio}`);
  assert.ok(near.ratio < find("brightness", "gaussian_noise").ratio);
  const { augment } = near.nearestDraw as { augment: [{ magnitude: number }] };
  assert.ok(augment[0].magnitude > 0, "it is a draw that makes brighter");
});

test("it stops where it is asked to", async () => {
  const stop = new AbortController();
  const report = (done: number) => (done === 3 ? stop.abort() : undefined);
  await assert.rejects(measureOverlap(trained, pictures, { ...options, report, signal: stop.signal }), {
    code: "interrupted",
  });
});
