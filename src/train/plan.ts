/** The plan of an epoch: all choices as plain data, before any pixel moves. */
import { stream } from "../random/stream.ts";

/** Where a training picture comes from. */
export const origins = ["original", "synthetic"] as const;
export type Origin = (typeof origins)[number];

/** What decides a plan, beside the epoch. */
export interface PlanOptions {
  seed: number;
  /** Pictures in a batch. */
  batch: number;
  /** Indices of the originals that are trained on: all, or those not held out. */
  originals: Uint32Array;
}

/** For every place of every batch, which picture stands there. */
export interface EpochPlan {
  epoch: number;
  /** Index of the picture among those of its origin, batch after batch. */
  indices: Uint32Array;
  /** Origin of each place, as its position in `origins`; nothing later infers it from the place (method.md 11, B3). */
  origin: Uint8Array;
  /** Where each batch ends among the places. */
  ends: Uint32Array;
}

/**
 * The plan of an epoch: a function of seed and epoch alone. Every picture stands in it once, in an order that differs
 * from epoch to epoch.
 */
export function planEpoch({ seed, batch, originals }: PlanOptions, epoch: number): EpochPlan {
  const order = stream(seed, "order", epoch).permutation(originals.length);
  const indices = order.map((place) => originals[place]!);
  const batchCount = Math.ceil(indices.length / batch);
  return {
    epoch,
    indices,
    origin: new Uint8Array(indices.length),
    ends: Uint32Array.from({ length: batchCount }, (_, index) => Math.min(indices.length, (index + 1) * batch)),
  };
}
