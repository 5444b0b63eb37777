/** From the options of an experiment to what the plan of an epoch is made of: shares and strengths may change over epochs. */
import type { OriginalOptions, StylizeOptions, SyntheticOptions } from "./picture-options.ts";
import { countSynthetic, type Origin, type PlanOptions, type RestylingShare, roundHalfUp } from "./plan.ts";
import { valueAt, valuesOf } from "./scheduled.ts";

export interface Mixture {
  readonly original: OriginalOptions;
  readonly synthetic: SyntheticOptions | undefined;
  /** Synthetic pictures that there are. */
  readonly poolSize: number;
  /** Styles that there are; 0 where nothing is restyled. */
  readonly styleCount: number;
}

/** Whether any picture is ever restyled. */
export function isRestyled({
  original,
  synthetic,
}: {
  original: Pick<OriginalOptions, "stylize">;
  synthetic?: Pick<SyntheticOptions, "stylize"> | undefined;
}): boolean {
  return [original, ...(synthetic === undefined ? [] : [synthetic])].some(({ stylize }) =>
    valuesOf(stylize.probability).some((probability) => probability > 0),
  );
}

/** What decides the plan of an epoch. The pass after the last epoch is planned as the last. */
export function planOptionsAt(
  { original, synthetic, poolSize, styleCount }: Mixture,
  epoch: number,
  fixed: Pick<PlanOptions, "seed" | "batch" | "originals">,
): PlanOptions {
  const share = synthetic === undefined ? 0 : valueAt(synthetic.share, epoch);
  const restyling: Record<Origin, RestylingShare> = {
    original: restylingAt(original.stylize, epoch),
    synthetic: restylingAt((synthetic ?? original).stylize, epoch),
  };
  return {
    ...fixed,
    synthetic: synthetic === undefined ? undefined : { poolSize, share },
    restyling: styleCount === 0 ? undefined : { ...restyling, styleCount },
  };
}

/**
 * The most pictures that an epoch restyles.
 * @param count pictures of an epoch
 * @throws PatinaError `data` where the pool is too small for its largest share: before anything starts
 */
export function mostRestyled(mixture: Mixture, epochs: number, count: number): number {
  const { original, synthetic, poolSize } = mixture;
  let most = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const share = synthetic === undefined ? 0 : valueAt(synthetic.share, epoch);
    const drawn = synthetic === undefined ? 0 : countSynthetic({ poolSize, share }, count);
    const own = roundHalfUp(restylingAt(original.stylize, epoch).probability * (count - drawn));
    const others = synthetic === undefined ? 0 : roundHalfUp(restylingAt(synthetic.stylize, epoch).probability * drawn);
    most = Math.max(most, own + others);
  }
  return most;
}

const restylingAt = ({ probability, strength }: StylizeOptions, epoch: number): RestylingShare => ({
  probability: valueAt(probability, epoch),
  strength: valueAt(strength, epoch),
});
