/** The plan of an epoch: all choices as plain data, before any pixel moves. */
import { PatinaError } from "../errors.ts";
import { type Stream, stream } from "../random/stream.ts";
import { drawStrength, type Strength } from "../stylize/strength.ts";

/** Where a training picture comes from. */
export const origins = ["original", "synthetic"] as const;
export type Origin = (typeof origins)[number];

/** How the pictures of an origin are restyled in an epoch. */
export interface RestylingShare {
  /** Share of them that are restyled, in [0,1]: λ_o or λ_s. */
  readonly probability: number;
  /** α, or the interval from which each picture draws its own. */
  readonly strength: Strength;
}

/** What decides a plan, beside the epoch. */
export interface PlanOptions {
  readonly seed: number;
  /** Pictures in a batch. */
  readonly batch: number;
  /** Indices of the originals that are trained on: all, or those not held out. */
  readonly originals: Uint32Array;
  /** The stock of synthetic pictures, and λ, the share of each batch that comes from it, in [0,1]. */
  readonly synthetic?: { readonly poolSize: number; readonly share: number } | undefined;
  /** Undefined where nothing is restyled. */
  readonly restyling?: (Readonly<Record<Origin, RestylingShare>> & { readonly styleCount: number }) | undefined;
}

/** For every place of every batch, which picture stands there, and how it is restyled. */
export interface EpochPlan {
  readonly epoch: number;
  /** Index of the picture among those of its origin, batch after batch. */
  readonly indices: Uint32Array;
  /** Origin of each place, as its position in `origins`; nothing later infers it from the place (method.md 11, B3). */
  readonly origin: Uint8Array;
  /** Where each batch ends among the places. */
  readonly ends: Uint32Array;
  /** Which of the epoch's restyled pictures stands at each place, counted through; -1 where it is not restyled. */
  readonly restyled: Int32Array;
  /** Of each restyled picture: its style in the bank, and α. */
  readonly styles: Uint32Array;
  readonly strengths: Float32Array;
}

/**
 * The plan of an epoch: a function of seed and epoch alone. It has as many places as there are originals. Each
 * original, or the drawn part of them, stands in it once, and so does each synthetic picture that was drawn from the
 * pool; every batch has its exact share of both, rounded down or up, originals first (method.md 3.3). Exactly
 * round(λ_x · n_x) pictures of each origin are restyled (method.md 4.6, S2); which, how strongly and in which style does
 * not depend on the size of a batch.
 * @throws PatinaError `data` where the pool is smaller than its share of an epoch.
 */
export function planEpoch(options: PlanOptions, epoch: number): EpochPlan {
  const { seed, batch, originals, synthetic, restyling } = options;
  const count = originals.length;
  const drawnCount = synthetic === undefined ? 0 : countSynthetic(synthetic, count);
  const draws = stream(seed, "order", epoch);
  const order = draws.fork("original").permutation(count);
  const drawn =
    synthetic === undefined ? new Uint32Array() : draws.fork("synthetic").sample(synthetic.poolSize, drawnCount);

  const indices = new Uint32Array(count);
  const origin = new Uint8Array(count);
  const ends = Uint32Array.from({ length: Math.ceil(count / batch) }, (_, index) =>
    Math.min(count, (index + 1) * batch),
  );
  let place = 0;
  let syntheticUsed = 0;
  for (const end of ends) {
    // How many synthetic pictures all batches up to this one have together: so none is left over, in any batch.
    const syntheticDue = roundHalfUp((end * drawnCount) / count);
    for (const originalEnd = end - (syntheticDue - syntheticUsed); place < originalEnd; place++)
      indices[place] = originals[order[place - syntheticUsed]!]!;
    for (; syntheticUsed < syntheticDue; syntheticUsed++, place++) {
      indices[place] = drawn[syntheticUsed]!;
      origin[place] = origins.indexOf("synthetic");
    }
  }
  const pictures = { epoch, indices, origin, ends };
  if (restyling === undefined)
    return {
      ...pictures,
      restyled: new Int32Array(count).fill(-1),
      styles: new Uint32Array(),
      strengths: new Float32Array(),
    };
  return { ...pictures, ...planRestyling(pictures, restyling, stream(seed, "restyle", epoch)) };
}

/**
 * Synthetic pictures of an epoch of `count` places.
 * @throws PatinaError `data` where the pool has fewer
 */
export function countSynthetic({ poolSize, share }: { poolSize: number; share: number }, count: number): number {
  const drawn = roundHalfUp(share * count);
  if (drawn <= poolSize) return drawn;
  const number = (value: number) => value.toLocaleString("en");
  throw new PatinaError(
    "data",
    `synthetic.pool: has ${number(poolSize)} pictures; a share of ${share} of ${number(count)} needs ${number(drawn)} an epoch. Lower synthetic.share to ${Math.floor((100 * poolSize) / count) / 100}, or take a larger pool.`,
  );
}

/** Chooses among the pictures of each origin in the order in which they come, which batches do not change. */
function planRestyling(
  { indices, origin }: Pick<EpochPlan, "indices" | "origin">,
  restyling: NonNullable<PlanOptions["restyling"]>,
  draws: Stream,
): Pick<EpochPlan, "restyled" | "styles" | "strengths"> {
  const restyled = new Int32Array(indices.length).fill(-1);
  const isChosen = origins.map((name, which) => {
    const own = origin.reduce((sum, value) => sum + (value === which ? 1 : 0), 0);
    const chosen = new Uint8Array(own);
    const total = roundHalfUp(restyling[name].probability * own);
    for (const one of draws.fork("which", name).sample(own, total)) chosen[one] = 1;
    return chosen;
  });
  const seen = origins.map(() => 0);
  const styles: number[] = [];
  const strengths: number[] = [];
  for (const [place, which] of origin.entries()) {
    if (isChosen[which]![seen[which]!++] === 0) continue;
    restyled[place] = styles.length;
    // Named by the picture: a study that changes which pictures are restyled does not change how.
    const own = draws.fork("how", origins[which]!, indices[place]!);
    styles.push(own.integer(0, restyling.styleCount - 1));
    strengths.push(drawStrength(restyling[origins[which]!].strength, own));
  }
  return { restyled, styles: Uint32Array.from(styles), strengths: Float32Array.from(strengths) };
}

export const roundHalfUp = (value: number): number => Math.floor(value + 0.5);
