/** What a classifier says of the pictures of a pool. */
import type { PictureSet } from "../data/picture-set.ts";
import { type DataSettings, startPace } from "../data/progress.ts";
import { PatinaError } from "../errors.ts";
import type { MeasuredModel } from "../evaluate/model.ts";

export interface Classified {
  /** The class of the highest score of each picture. */
  readonly predicted: Uint16Array;
  /**
   * Log-odds of each picture's own class: ln p/(1-p) of its softmax probability p. Of the same order as p, but where a
   * classifier is so sure that p is 1, pictures still differ in it.
   */
  readonly odds: Float64Array;
}

/** p from its log-odds. */
export const probabilityOf = (odds: number): number => 1 / (1 + Math.exp(-odds));

/**
 * Scores all pictures, in their order.
 * @throws PatinaError `not-finite`, `interrupted`
 */
export async function classify(
  model: MeasuredModel,
  { store, labels, count }: PictureSet,
  { batch, name }: { readonly batch: number; readonly name: string },
  settings: DataSettings,
): Promise<Classified> {
  const pace = startPace({ what: `classifying ${name}`, total: count, unit: "pictures" }, settings);
  const predicted = new Uint16Array(count);
  const odds = new Float64Array(count);
  const bytes = new Uint8Array(Math.min(batch, count) * store.pictureBytes);
  for (let start = 0; start < count; start += batch) {
    const size = Math.min(batch, count - start);
    for (let place = 0; place < size; place++) store.readInto(start + place, bytes, place * store.pictureBytes);
    const scores = await model.scores(bytes.subarray(0, size * store.pictureBytes), size);
    for (let place = 0; place < size; place++) {
      const own = scores.subarray(place * model.classCount, (place + 1) * model.classCount);
      const index = start + place;
      predicted[index] = highestOf(own);
      odds[index] = logOdds(own, labels[index]!);
      if (Number.isNaN(odds[index]))
        throw new PatinaError(
          "not-finite",
          `${model.name}: its scores for picture ${index} of ${name} are not finite numbers. Check its weights.`,
        );
    }
    await pace(start + size);
  }
  return { predicted, odds };
}

function highestOf(scores: Float32Array): number {
  let highest = 0;
  for (let label = 1; label < scores.length; label++) if (scores[label]! > scores[highest]!) highest = label;
  return highest;
}

/** The score of the label less the logarithm of the sum of the others' exponentials; NaN where a score is not finite. */
export function logOdds(scores: Float32Array, label: number): number {
  if (!scores.every(Number.isFinite)) return Number.NaN;
  let highest = Number.NEGATIVE_INFINITY;
  for (const [other, score] of scores.entries()) if (other !== label) highest = Math.max(highest, score);
  let sum = 0;
  for (const [other, score] of scores.entries()) if (other !== label) sum += Math.exp(score - highest);
  return scores[label]! - highest - Math.log(sum);
}

/**
 * Refuses a classifier whose classes are not those of the pool's labels.
 * @throws PatinaError `data`
 */
export function checkClassifier(
  { name, classes }: MeasuredModel,
  partner: { readonly name: string; readonly classes: readonly string[] },
): void {
  if (classes?.join("\n") === partner.classes.join("\n")) return;
  throw new PatinaError(
    "data",
    `${name}: was trained for other classes than those of ${partner.name}. Name a run that was trained on ${partner.name}.`,
  );
}
