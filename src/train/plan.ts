/** The plan of an epoch: all choices as plain data, before any pixel moves. */
import { PatinaError } from "../errors.ts";
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
  /** The stock of synthetic pictures, and λ, the share of each batch that comes from it, in [0,1]. */
  synthetic?: { poolSize: number; share: number };
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
 * The plan of an epoch: a function of seed and epoch alone. It has as many places as there are originals. Each
 * original, or the drawn part of them, stands in it once, and so does each synthetic picture that was drawn from the
 * pool; every batch has its exact share of both, rounded down or up, originals first (method.md 3.3).
 * @throws PatinaError `data` where the pool is smaller than its share of an epoch.
 */
export function planEpoch({ seed, batch, originals, synthetic }: PlanOptions, epoch: number): EpochPlan {
  const count = originals.length;
  const drawnCount = synthetic === undefined ? 0 : roundHalfUp(synthetic.share * count);
  if (synthetic !== undefined && synthetic.poolSize < drawnCount)
    throw new PatinaError(
      "data",
      `The pool has ${synthetic.poolSize} synthetic pictures; a share of ${synthetic.share} of ${count} needs ${drawnCount} an epoch. Lower the share, or take a larger pool.`,
    );
  const draws = stream(seed, "order", epoch);
  const order = draws.fork("original").permutation(count);
  const drawn =
    synthetic === undefined ? new Uint32Array() : draws.fork("synthetic").sample(synthetic.poolSize, drawnCount);

  const plan: EpochPlan = {
    epoch,
    indices: new Uint32Array(count),
    origin: new Uint8Array(count),
    ends: Uint32Array.from({ length: Math.ceil(count / batch) }, (_, index) => Math.min(count, (index + 1) * batch)),
  };
  let place = 0;
  let syntheticUsed = 0;
  for (const end of plan.ends) {
    // How many synthetic pictures all batches up to this one have together: so none is left over, in any batch.
    const syntheticDue = roundHalfUp((end * drawnCount) / count);
    for (const originalEnd = end - (syntheticDue - syntheticUsed); place < originalEnd; place++)
      plan.indices[place] = originals[order[place - syntheticUsed]!]!;
    for (; syntheticUsed < syntheticDue; syntheticUsed++, place++) {
      plan.indices[place] = drawn[syntheticUsed]!;
      plan.origin[place] = origins.indexOf("synthetic");
    }
  }
  return plan;
}

const roundHalfUp = (value: number): number => Math.floor(value + 0.5);
