/** A worker of the loader: fills its share of the batches, waiting where the slots are full. */
import { parentPort, workerData } from "node:worker_threads";
import { createPipeline, type PipelineOptions } from "../augment/pipeline.ts";
import { openSharedStore, type SharedStore } from "../data/picture-store.ts";
import { byteCount, type PictureShape } from "../pictures/picture.ts";
import { stream } from "../random/stream.ts";
import type { ReadingList } from "./loader.ts";
import { origins } from "./plan.ts";
import { RestyledReader, type SharedRestyled } from "./restyled-store.ts";

/** What a worker is started with. */
export interface LoaderSetup {
  /** By origin; undefined where there are none. */
  sources: ({ store: SharedStore; pipeline: PipelineOptions; restyledPipeline: PipelineOptions } | undefined)[];
  shape: PictureShape;
  restyled: SharedRestyled | undefined;
  seed: number;
  /** This worker's number, and how many there are: it makes every batch whose sequence number leaves it as remainder. */
  worker: number;
  workers: number;
  slots: Uint8Array<SharedArrayBuffer>[];
  /** See `Loader`. */
  states: Int32Array<SharedArrayBuffer>;
}

/** Batches of a list that are to be made. */
export interface Order {
  list: ReadingList;
  firstBatch: number;
  /** Number of the list's first restyled picture, counted over all lists. */
  firstRestyled: number;
  /** Sequence number of the first batch. */
  firstSequence: number;
}

const { sources: shared, shape, restyled, seed, worker, workers, slots, states }: LoaderSetup = workerData;
const sources = shared.map(
  (source) =>
    source && {
      store: openSharedStore(source.store),
      pipeline: createPipeline(source.pipeline),
      restyledPipeline: createPipeline(source.restyledPipeline),
    },
);
const reader = restyled && new RestyledReader(restyled);
const pictureBytes = byteCount(shape);
const picture = new Uint8Array(pictureBytes);

parentPort!.on("message", ({ list, firstBatch, firstRestyled, firstSequence }: Order) => {
  const draws = stream(seed, "augment", list.epoch);
  for (let batch = firstBatch; batch < list.ends.length; batch++) {
    const sequence = firstSequence + batch - firstBatch;
    if (sequence % workers !== worker) continue;
    const slot = sequence % slots.length;
    if (!waitFor(slot, 2 * sequence)) return;
    const target = slots[slot]!;
    const start = list.ends[batch - 1] ?? 0;
    for (let place = start; place < list.ends[batch]!; place++) {
      const [which, index, number] = [list.origin[place]!, list.indices[place]!, list.restyled[place]!];
      const { store, pipeline, restyledPipeline } = sources[which]!;
      if (number < 0) store.readInto(index, picture, 0);
      else if (!reader!.readInto(firstRestyled + number, picture)) return;
      const rules = number < 0 ? pipeline : restyledPipeline;
      // Named by the picture, not by its place: a draw depends neither on the batch size nor on the number of workers.
      const draw = rules.draw(draws.fork(origins[which]!, index), shape);
      const at = (place - start) * pictureBytes;
      rules.applyInto(picture, shape, draw, target.subarray(at, at + pictureBytes));
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
