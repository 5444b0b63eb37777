/** The loader as training uses it, through plan, augmentation and batch: flip, crop, TrivialAugment at 32 pixels, colour. */
import assert from "node:assert/strict";
import { createPipeline, type PipelineOptions } from "../src/augment/pipeline.ts";
import { stream } from "../src/random/stream.ts";
import { type LoadedBatch, Loader } from "../src/train/loader.ts";
import { planEpoch } from "../src/train/plan.ts";
import { tellMethod } from "./method.ts";
import { makePictures, pictureBytes, pictureShape } from "./pictures.ts";
import { isQuick, measureInTurn } from "./rounds.ts";
import { makeRow, type Row } from "./row.ts";

const PICTURES = 50_000;
const BATCH = 256;
const ROUNDS = isQuick ? 1 : 5; // epochs
const SEED = 0;
const pipeline: PipelineOptions = { flip: 0.5, crop: { padding: 4 }, augment: ["trivial-augment"] };

const pictures = makePictures(PICTURES);

/**
 * Rows `loader-1-worker` and `loader-2-workers`: pictures/s, the median of the epochs. Row `loader-memory`: MB of
 * resident set that two workers and their batches added. Nothing is compared with.
 */
export async function run(): Promise<Row[]> {
  const two = await measure(2); // first, so that its memory is not what another loader left behind
  const one = await measure(1);
  tellMethod("loader", `batches of ${BATCH}, ${PICTURES} pictures in memory`, `${ROUNDS} epochs, median`);
  return [
    makeRow("loader-1-worker", "pictures/s", one.rate, null),
    makeRow("loader-2-workers", "pictures/s", two.rate, null),
    makeRow("loader-memory", "MB", two.megabytes, null),
  ];
}

async function measure(workers: number): Promise<{ rate: number; megabytes: number }> {
  const before = process.memoryUsage.rss();
  const loader = new Loader({ original: { pictures, pipeline }, batch: BATCH, seed: SEED, workers });
  const plan = (epoch: number) =>
    planEpoch(
      { seed: SEED, batch: BATCH, originals: Uint32Array.from({ length: PICTURES }, (_, index) => index) },
      epoch,
    );
  try {
    let next = plan(0);
    loader.start(next);
    const [rate] = await measureInTurn(ROUNDS, [
      async () => {
        const start = performance.now();
        const current = next;
        next = plan(current.epoch + 1);
        loader.start(next); // as the loop of training: the workers go on without a gap
        for (let batch = 0; batch < current.ends.length; batch++) {
          const loaded = await loader.next();
          if (batch + current.epoch === 0) check(loaded, current.indices.subarray(0, BATCH)); // the round of warm-up
          loaded.release();
        }
        return [(1000 * PICTURES) / (performance.now() - start)];
      },
    ]);
    return { rate: rate!, megabytes: (process.memoryUsage.rss() - before) / 1e6 };
  } finally {
    await loader.close();
  }
}

/** The first batch of epoch 0 holds the pictures of the plan, changed as their draws say, and their classes. */
function check({ bytes, labels, count }: LoadedBatch, indices: Uint32Array): void {
  assert.equal(count, indices.length);
  const own = createPipeline(pipeline);
  const draws = stream(SEED, "augment", 0);
  const source = new Uint8Array(pictureBytes);
  const expected = new Uint8Array(pictureBytes);
  for (const [place, index] of indices.entries()) {
    pictures.store.readInto(index, source, 0);
    own.applyInto(source, pictureShape, own.draw(draws.fork("original", index), pictureShape), expected);
    const found = bytes.subarray(place * pictureBytes, (place + 1) * pictureBytes);
    assert.equal(Buffer.compare(found, expected), 0, `place ${place} does not hold picture ${index}`);
    assert.equal(Number(labels[place]), pictures.labels[index]);
  }
}
