import assert from "node:assert/strict";
import { test } from "node:test";
import { createPictureSet } from "../../src/data/picture-set.ts";
import { allocatePictures, MemoryStore } from "../../src/data/picture-store.ts";
import { channelStatistics } from "../../src/data/statistics.ts";

function statisticsOf(bytes: readonly number[], channels: 1 | 3, pictures: number) {
  const pictureBytes = bytes.length / pictures;
  const memory = allocatePictures(pictures, pictureBytes);
  memory.set(bytes);
  const shape = { height: 1, width: pictureBytes / channels, channels };
  const labels = new Uint16Array(pictures);
  return channelStatistics(
    createPictureSet({ name: "test", shape, store: new MemoryStore(memory, pictureBytes), labels, classCount: 1 }),
  );
}

test("mean and deviation are those of all pixels, channel by channel, in [0,1]", () => {
  // Channel 0: 0, 255, 255, 0. Channel 1: 51 always. Channel 2: 0, 0, 0, 204.
  const { mean, deviation } = statisticsOf([0, 51, 0, 255, 51, 0, 255, 51, 0, 0, 51, 204], 3, 2);
  assert.deepEqual(mean, [0.5, 0.2, 0.2]);
  assert.equal(deviation[0], 0.5);
  assert.equal(deviation[1], 0);
  assert.ok(Math.abs(deviation[2]! - Math.sqrt(0.12)) < 1e-12); // E[x²] - E[x]² = 0.16 - 0.04
});

test("pictures of one grey have no deviation, not a rounding error", () => {
  const { mean, deviation } = statisticsOf(new Array<number>(3000).fill(77), 1, 10);
  assert.deepEqual([mean[0], deviation[0]], [77 / 255, 0]);
});
