/**
 * The loader: workers read, augment and batch pictures into shared memory, a few batches ahead of training. What a
 * batch holds depends on the plan alone: not on the number of workers, nor on their pace.
 */
import { Worker } from "node:worker_threads";
import type { PipelineOptions } from "../augment/pipeline.ts";
import type { PictureSet } from "../data/picture-set.ts";
import { fromThread, PatinaError } from "../errors.ts";
import { byteCount, type PictureShape } from "../pictures/picture.ts";
import type { LoaderSetup, Order } from "./loader-worker.ts";
import type { EpochPlan } from "./plan.ts";
import type { SharedRestyled } from "./restyled-store.ts";

/** Which pictures stand in which batch of an epoch: what the loader needs of a plan. */
export type ReadingList = Pick<EpochPlan, "epoch" | "indices" | "origin" | "restyled" | "ends">;

/** Pictures of an origin, and what is done to them by rule. */
export interface LoaderSource {
  readonly pictures: PictureSet;
  readonly pipeline: PipelineOptions;
  /** For those that were restyled; as the others where not given. */
  readonly restyledPipeline?: PipelineOptions | undefined;
}

export interface LoaderOptions {
  original: LoaderSource;
  /** Of the same shape. */
  synthetic?: LoaderSource | undefined;
  /** Where restyled pictures come from; needed where plans have some. */
  restyled?: SharedRestyled | undefined;
  /** Most pictures in a batch. */
  batch: number;
  seed: number;
  /** Threads that prepare pictures, at least 1. */
  workers: number;
}

/** One batch, valid until `release`. */
export interface LoadedBatch {
  /** [count,H,W,C] uint8, in shared memory. */
  bytes: Uint8Array;
  /** Classes of the pictures, [count]. */
  labels: BigInt64Array;
  count: number;
  /** Gives the memory back to the workers. */
  release(): void;
}

/** Batches that may lie ready, for each worker. */
const AHEAD = 4;

export class Loader {
  private readonly shape: PictureShape;
  /** By origin. */
  private readonly labels: readonly (Uint16Array | undefined)[];
  private readonly workers: Worker[];
  // One word a slot: 2s while it waits for the batch of sequence number s, 2s + 1 when that batch is in it. The last: stop.
  private readonly states: Int32Array<SharedArrayBuffer>;
  private readonly slots: Uint8Array<SharedArrayBuffer>[];
  private readonly asked: { list: ReadingList; batch: number }[] = [];
  private askedCount = 0;
  private consumedCount = 0;
  private failure: Error | undefined;

  constructor({ original, synthetic, restyled, batch, seed, workers }: LoaderOptions) {
    const sources = [original, synthetic];
    const { height, width, channels, count } = original.pictures;
    this.shape = { height, width, channels };
    this.labels = sources.map((source) => source?.pictures.labels);
    const slotBytes = Math.min(batch, count) * byteCount(this.shape);
    this.slots = Array.from({ length: workers * AHEAD }, () => new Uint8Array(new SharedArrayBuffer(slotBytes)));
    this.states = new Int32Array(new SharedArrayBuffer(4 * (this.slots.length + 1)));
    for (let slot = 0; slot < this.slots.length; slot++) this.states[slot] = 2 * slot;
    const shared = {
      sources: sources.map(
        (source) =>
          source && {
            store: source.pictures.store.share(),
            pipeline: source.pipeline,
            restyledPipeline: source.restyledPipeline ?? source.pipeline,
          },
      ),
      shape: this.shape,
      restyled,
      seed,
      workers,
      slots: this.slots,
      states: this.states,
    };
    // Beside this file both among the sources and in the compiled package.
    const file = new URL(
      import.meta.url.endsWith(".ts") ? "./loader-worker.ts" : "./loader-worker.js",
      import.meta.url,
    );
    this.workers = Array.from({ length: workers }, (_, worker) => {
      const workerData: LoaderSetup = { ...shared, worker };
      return new Worker(file, { workerData });
    });
    for (const worker of this.workers) worker.on("error", (error) => this.fail(error));
  }

  /**
   * Asks for the batches of a list, from `firstBatch` on; they follow those asked for before.
   * @param firstRestyled number of its first restyled picture, counted over all lists (`Restyling.add`)
   */
  start(list: ReadingList, firstBatch = 0, firstRestyled = 0): void {
    const { epoch, indices, origin, restyled, ends } = list;
    const needed: ReadingList = { epoch, indices, origin, restyled, ends };
    const order: Order = { list: needed, firstBatch, firstRestyled, firstSequence: this.askedCount };
    for (const worker of this.workers) worker.postMessage(order);
    for (let batch = firstBatch; batch < list.ends.length; batch++) this.asked.push({ list, batch });
    this.askedCount += list.ends.length - firstBatch;
  }

  /** The next batch, in the order of `start`. @throws what a worker failed with. */
  async next(): Promise<LoadedBatch> {
    const asked = this.asked.shift();
    if (asked === undefined)
      throw new PatinaError("argument", "Loader: no batch is left. Call start() with the next list.");
    const sequence = this.consumedCount++;
    const slot = sequence % this.slots.length;
    while (Atomics.load(this.states, slot) !== 2 * sequence + 1) {
      if (this.failure !== undefined) throw this.failure;
      const change = Atomics.waitAsync(this.states, slot, 2 * sequence);
      if (change.async) await change.value;
    }
    const { indices, origin, ends } = asked.list;
    const [start, end] = [ends[asked.batch - 1] ?? 0, ends[asked.batch]!];
    const labelAt = (place: number) => BigInt(this.labels[origin[place]!]![indices[place]!]!);
    return {
      bytes: this.slots[slot]!.subarray(0, (end - start) * byteCount(this.shape)),
      labels: BigInt64Array.from({ length: end - start }, (_, offset) => labelAt(start + offset)),
      count: end - start,
      release: () => {
        Atomics.store(this.states, slot, 2 * (sequence + this.slots.length));
        Atomics.notify(this.states, slot);
      },
    };
  }

  /** Stops the workers. */
  async close(): Promise<void> {
    Atomics.store(this.states, this.slots.length, 1);
    this.wakeAll();
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  /** Told to whoever waits in `next`, or asks next. */
  private fail(error: Error): void {
    this.failure ??= fromThread(error);
    this.wakeAll();
  }

  private wakeAll(): void {
    for (let slot = 0; slot < this.slots.length; slot++) Atomics.notify(this.states, slot);
  }
}
