/** A worker of the loader: fills its share of the batches, waiting where the slots are full. */
import { parentPort, workerData } from "node:worker_threads";
import { createPipeline, type PipelineOptions } from "../augment/pipeline.ts";
import { openSharedStore, type SharedStore } from "../data/picture-store.ts";
import type { PictureShape } from "../pictures/picture.ts";
import { stream } from "../random/stream.ts";
import type { ReadingList } from "./loader.ts";

/** What a worker is started with. */
export interface LoaderSetup {
  store: SharedStore;
  shape: PictureShape;
  pipeline: PipelineOptions;
  seed: number;
  /** This worker's number, and how many there are: it makes every batch whose sequence number leaves it as remainder. */
  worker: number;
  workers: number;
  slots: Uint8Array<SharedArrayBuffer>[];
  /** See `Loader`. */
  states: Int32Array<SharedArrayBuffer>;
}

interface Order {
  list: ReadingList;
  firstBatch: number;
  /** Sequence number of the first batch. */
  firstSequence: number;
}

const { store: shared, shape, pipeline: options, seed, worker, workers, slots, states }: LoaderSetup = workerData;
const store = openSharedStore(shared);
const pipeline = createPipeline(options);
const pictureBytes = shape.height * shape.width * shape.channels;
const source = new Uint8Array(pictureBytes);

parentPort!.on("message", ({ list, firstBatch, firstSequence }: Order) => {
  const draws = stream(seed, "augment", list.epoch);
  for (let batch = firstBatch; batch < list.ends.length; batch++) {
    const sequence = firstSequence + batch - firstBatch;
    if (sequence % workers !== worker) continue;
    const slot = sequence % slots.length;
    if (!waitFor(slot, 2 * sequence)) return;
    const target = slots[slot]!;
    const indices = list.indices.subarray(list.ends[batch - 1] ?? 0, list.ends[batch]);
    for (const [place, index] of indices.entries()) {
      store.readInto(index, source, 0);
      // Named by the picture, not by its place: a draw depends neither on the batch size nor on the number of workers.
      const draw = pipeline.draw(draws.fork("original", index), shape);
      pipeline.applyInto(source, shape, draw, target.subarray(place * pictureBytes, (place + 1) * pictureBytes));
    }
    Atomics.store(states, slot, 2 * sequence + 1);
    Atomics.notify(states, slot);
  }
});

/** Sleeps until the slot has that state; false where the loader was closed meanwhile. */
function waitFor(slot: number, state: number): boolean {
  for (;;) {
    if (Atomics.load(states, slots.length) === 1) return false;
    const now = Atomics.load(states, slot);
    if (now === state) return true;
    Atomics.wait(states, slot, now);
  }
}
