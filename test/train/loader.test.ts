/** The loader: what a batch holds depends on the plan alone. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createPipeline, type PipelineOptions } from "../../src/augment/pipeline.ts";
import { createPictureSet, type PictureSet } from "../../src/data/picture-set.ts";
import { allocatePictures, FileStore, MemoryStore, type PictureStore } from "../../src/data/picture-store.ts";
import { PatinaError } from "../../src/errors.ts";
import { stream } from "../../src/random/stream.ts";
import { Loader } from "../../src/train/loader.ts";
import { planEpoch } from "../../src/train/plan.ts";

const shape = { height: 8, width: 8, channels: 3 } as const;
const pictureBytes = 8 * 8 * 3;
const count = 53; // batches of 10, and a last one of 3
const pipeline: PipelineOptions = { flip: 0.5, crop: { padding: 2 }, augment: ["trivial-augment"] };
const folder = mkdtempSync(join(tmpdir(), "patina-loader-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const bytes = allocatePictures(count, pictureBytes);
const draws = stream(0, "pictures");
for (let i = 0; i < bytes.length; i++) bytes[i] = draws.integer(0, 255);
const labels = Uint16Array.from({ length: count }, (_, index) => index % 7);
const setOf = (store: PictureStore): PictureSet =>
  createPictureSet({ name: "test", shape, store, labels, classCount: 7 });
const pictures = setOf(new MemoryStore(bytes, pictureBytes));
const planOf = (epoch: number, batch = 10) =>
  planEpoch({ seed: 3, batch, originals: Uint32Array.from({ length: count }, (_, index) => index) }, epoch);

interface Copy {
  bytes: string;
  labels: string;
}

async function load(workers: number, epochs: readonly number[], set = pictures, firstBatch = 0): Promise<Copy[]> {
  const loader = new Loader({ original: { pictures: set, pipeline }, batch: 10, seed: 3, workers });
  try {
    for (const [place, epoch] of epochs.entries()) loader.start(planOf(epoch), place === 0 ? firstBatch : 0);
    const total = epochs.length * planOf(0).ends.length - firstBatch;
    const copies: Copy[] = [];
    for (let batch = 0; batch < total; batch++) {
      const loaded = await loader.next();
      copies.push({ bytes: Buffer.from(loaded.bytes).toString("base64"), labels: loaded.labels.join() });
      loaded.release();
    }
    return copies;
  } finally {
    await loader.close();
  }
}

test("every batch is its pictures of the plan, augmented by the streams of seed, epoch and picture, with their labels", async () => {
  const { apply, draw } = ((made) => ({ apply: made.apply.bind(made), draw: made.draw.bind(made) }))(
    createPipeline(pipeline),
  );
  const plan = planOf(4);
  const expected = Array.from(plan.ends, (end, batch): Copy => {
    const indices = [...plan.indices.subarray(plan.ends[batch - 1] ?? 0, end)];
    const made = indices.map((index) => {
      const source = { ...shape, bytes: bytes.slice(index * pictureBytes, (index + 1) * pictureBytes) };
      return Buffer.from(apply(source, draw(stream(3, "augment", 4, "original", index), shape)).bytes);
    });
    return {
      bytes: Buffer.concat(made).toString("base64"),
      labels: indices.map((index) => labels[index]).join(),
    };
  });
  assert.deepEqual(await load(1, [4]), expected);
});

test("one, two and five workers give the same bytes", async () => {
  const [one, two, five] = await Promise.all([load(1, [0, 1]), load(2, [0, 1]), load(5, [0, 1])]);
  assert.deepEqual(two, one);
  assert.deepEqual(five, one);
});

test("each place gets picture and label of its own origin, by the rules of its own origin", async () => {
  const others = allocatePictures(80, pictureBytes);
  for (let i = 0; i < others.length; i++) others[i] = draws.integer(0, 255);
  const own = Uint16Array.from({ length: 80 }, (_, index) => (index + 3) % 7);
  const store = new MemoryStore(others, pictureBytes);
  const pool = createPictureSet({ name: "pool", shape, store, labels: own, classCount: 7 });
  const plan = planEpoch(
    {
      seed: 3,
      batch: 10,
      originals: Uint32Array.from({ length: count }, (_, index) => index),
      synthetic: { poolSize: 80, share: 0.4 },
    },
    2,
  );
  const still: PipelineOptions = { flip: 0, crop: "none", augment: [] };
  const flipped: PipelineOptions = { ...still, flip: 1 };
  const loader = new Loader({
    original: { pictures, pipeline: still },
    synthetic: { pictures: pool, pipeline: flipped },
    batch: 10,
    seed: 3,
    workers: 2,
  });
  try {
    loader.start(plan);
    for (const [batch, end] of plan.ends.entries()) {
      const start = plan.ends[batch - 1] ?? 0;
      const loaded = await loader.next();
      for (let place = start; place < end; place++) {
        const [isSynthetic, index] = [plan.origin[place] === 1, plan.indices[place]!];
        const source = (isSynthetic ? others : bytes).slice(index * pictureBytes, (index + 1) * pictureBytes);
        const expected = isSynthetic ? mirrored(source) : source;
        const at = (place - start) * pictureBytes;
        assert.deepEqual([...loaded.bytes.subarray(at, at + pictureBytes)], [...expected]);
        assert.equal(loaded.labels[place - start], BigInt((isSynthetic ? own : labels)[index]!));
      }
      loaded.release();
    }
  } finally {
    await loader.close();
  }
});

/** Left to right, pixel by pixel. */
const mirrored = (picture: Uint8Array): Uint8Array =>
  picture.map((_, at) => {
    const [pixel, channel] = [Math.floor(at / 3), at % 3];
    return picture[3 * (pixel - (pixel % 8) + 7 - (pixel % 8)) + channel]!;
  });

test("another epoch has other augmentations of the same picture (method.md 11, B6)", async () => {
  const epochs = [0, 1];
  const batches = await load(2, epochs);
  const madeIn = (epoch: number) => {
    const { indices, ends } = planOf(epoch);
    const whole = Buffer.concat(
      batches.slice(epoch * ends.length, (epoch + 1) * ends.length).map((batch) => Buffer.from(batch.bytes, "base64")),
    );
    const byPicture = new Array<string>(count);
    for (const [place, index] of indices.entries())
      byPicture[index] = whole.toString("base64", place * pictureBytes, (place + 1) * pictureBytes);
    return byPicture;
  };
  const [first, second] = epochs.map(madeIn);
  const same = first!.filter((made, index) => made === second![index]);
  // Flip and crop alone agree with a probability of 1 / 50: eleven or more of 53 do by chance less than once in 10^8.
  assert.ok(same.length < 11, `${same.length} of ${count} pictures repeat`);
});

test("a list taken up in the middle goes on with the same bytes", async () => {
  const whole = await load(2, [2, 3]);
  assert.deepEqual(await load(3, [2, 3], pictures, 4), whole.slice(4));
});

test("pictures of a file give the same batches as those in memory", async () => {
  const path = join(folder, "pictures.bin");
  writeFileSync(path, Buffer.concat([Buffer.alloc(5), bytes]));
  assert.deepEqual(await load(2, [0], setOf(new FileStore(path, pictureBytes, count, 5))), await load(2, [0]));
});

test("a picture file that is cut off meanwhile is an error that names it, not a wait without end", async () => {
  const path = join(folder, "cut.bin");
  writeFileSync(path, bytes);
  const store = new FileStore(path, pictureBytes, count);
  const set = setOf(store);
  const loader = new Loader({ original: { pictures: set, pipeline }, batch: 10, seed: 3, workers: 2 });
  truncateSync(path, 10);
  try {
    loader.start(planOf(0));
    await assert.rejects(
      () => loader.next(),
      (error) => error instanceof PatinaError && error.code === "file-damaged" && error.message.includes(path),
    );
  } finally {
    await loader.close();
    store.close();
  }
});

test("a batch that nobody asked for is an error", async () => {
  const loader = new Loader({ original: { pictures, pipeline }, batch: 10, seed: 3, workers: 1 });
  try {
    await assert.rejects(() => loader.next(), { code: "argument" });
  } finally {
    await loader.close();
  }
});

test("a loader closes while its workers wait for room", async () => {
  const loader = new Loader({ original: { pictures, pipeline }, batch: 1, seed: 3, workers: 2 });
  loader.start(planOf(0, 1));
  try {
    (await loader.next()).release();
  } finally {
    await loader.close();
  }
});
