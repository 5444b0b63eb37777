/** Keeps the pictures of a pool that a classifier is surest of, class by class. Source: Wang et al. 2023; method.md 3.2. */
import { countClasses } from "../data/picture-set.ts";
import { asPictureSet, type Pool, readPool } from "../data/pool.ts";
import { checkPoolSpace, type PoolNote, writePool } from "../data/pool-file.ts";
import { matchClasses, type PoolPartner } from "../data/pool-fit.ts";
import type { DataSettings } from "../data/progress.ts";
import { PatinaError } from "../errors.ts";
import type { MeasuredModel } from "../evaluate/model.ts";
import { openRunModel } from "../evaluate/run-model.ts";
import { byteCount } from "../pictures/picture.ts";
import { classify, probabilityOf } from "./classify.ts";
import { copyPictures } from "./copy.ts";
import { checkPoolName } from "./import.ts";

/** How many of each class: a share of those that there are, or a number. */
export type Amount = { readonly share: number } | { readonly perClass: number };

export interface SelectOptions {
  /** Folder of the run of the classifier. */
  readonly run: string;
  readonly amount: Amount;
  /** Pictures at once. */
  readonly batch: number;
  readonly device: string;
  readonly dataFolder: string;
}

/**
 * Writes the chosen pictures as a pool, sorted by class and then by falling confidence, as the published ones.
 * @throws PatinaError as `importPool`, `openPool`, `openRunModel`; `data` where a class has too few pictures
 */
export async function selectPool(
  source: string,
  out: string,
  options: SelectOptions,
  settings: DataSettings,
): Promise<PoolNote> {
  checkPoolName(out);
  const { run, device, dataFolder } = options;
  const model = await openRunModel(run, device);
  try {
    const partner = { name: run, classes: model.classes!, train: model.shape };
    const pool = await readPool(source, model.shape.channels, dataFolder, settings, partner);
    return await writeSurest(pool, out, { ...options, model, partner }, settings).finally(() => pool.store.close());
  } finally {
    await model.close();
  }
}

/** A classifier, open, and what it was trained for. */
interface Chooser {
  readonly model: MeasuredModel;
  readonly partner: PoolPartner;
}

async function writeSurest(
  pool: Pool,
  out: string,
  { model, partner, run, amount, batch, dataFolder }: SelectOptions & Chooser,
  settings: DataSettings,
): Promise<PoolNote> {
  const { name: source, shape, store } = pool;
  const { classes } = partner;
  const labels = matchClasses(pool, partner);
  const from = countClasses(labels, classes.length);
  const kept = from.map((count, label) => amountOf(amount, count, `${source}: class ${classes[label]}`));
  checkPoolSpace(
    out,
    shape,
    kept.reduce((sum, count) => sum + count, 0),
  );
  const set = await asPictureSet(pool, labels, classes.length, dataFolder, settings);
  const { odds } = await classify(model, set, { batch, name: source }, settings);
  const chosen = chooseSurest(labels, odds, kept);
  return writePool(
    out,
    { shape, labels: Uint16Array.from(chosen, (index) => labels[index]!), classes },
    async (target) => {
      const to = { ...target, pictureBytes: byteCount(shape) };
      await copyPictures(store, chosen, to, { ...settings, what: `writing ${out}` });
      const least = leastConfidences(kept, chosen, odds);
      const selection = { pool: set.digest, run, weights: model.digest, from, kept, least };
      return { source: { path: source }, selection };
    },
    settings,
  );
}

function amountOf(amount: Amount, count: number, where: string): number {
  if ("share" in amount) return Math.max(1, Math.round(amount.share * count));
  if (amount.perClass <= count) return amount.perClass;
  throw new PatinaError(
    "data",
    `${where} has ${count} pictures, ${amount.perClass} are to be kept. Ask for fewer, or for a share.`,
  );
}

/** The first `kept[label]` of each class by falling odds, class by class; of equals the first ones. */
export function chooseSurest(labels: Uint16Array, odds: Float64Array, kept: readonly number[]): Uint32Array {
  const members = kept.map((): number[] => []);
  for (const [index, label] of labels.entries()) members[label]!.push(index);
  return Uint32Array.from(
    members.flatMap((own, label) => own.sort((a, b) => odds[b]! - odds[a]! || a - b).slice(0, kept[label])),
  );
}

/** Of the last one of each class. */
function leastConfidences(kept: readonly number[], chosen: Uint32Array, odds: Float64Array): number[] {
  let end = 0;
  return kept.map((count) => {
    end += count;
    return probabilityOf(odds[chosen[end - 1]!]!);
  });
}
