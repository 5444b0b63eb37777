/** Errors relative to a reference model's. Source: Hendrycks and Dietterich (2019), metrics.md 2. All errors are shares in [0,1]. */

/** Mean errors over the severities of one corruption, and on clean pictures, of a model and of the reference. */
export interface ErrorPair {
  model: number;
  reference: number;
}

/** CE in percent: 100 where both are equally often wrong; null where the reference is never wrong. */
export function corruptionError({ model, reference }: ErrorPair): number | null {
  return reference === 0 ? null : (100 * model) / reference;
}

/** Relative CE in percent: how much is lost to the corruption; null where the reference loses nothing. */
export function relativeCorruptionError(corrupted: ErrorPair, clean: ErrorPair): number | null {
  const lost = corrupted.reference - clean.reference;
  return lost === 0 ? null : (100 * (corrupted.model - clean.model)) / lost;
}

/** The mean of all: mCE where they are CEs; null where one of them is not defined. */
export function meanOfDefined(errors: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const error of errors) {
    if (error === null) return null;
    sum += error;
  }
  return sum / errors.length;
}
