/** Looks through a pool before it is trained on: classes, copies, blank pictures, and what a classifier says of its labels. */
import { basename } from "node:path";
import { type DataSet, loadNamed } from "../data/data-set.ts";
import { countClasses, type PictureSet, shapeText } from "../data/picture-set.ts";
import { asPictureSet, type Pool, type PoolSet, readPool } from "../data/pool.ts";
import type { PoolNote } from "../data/pool-file.ts";
import { checkShape, matchClasses, renumber } from "../data/pool-fit.ts";
import type { DataSettings } from "../data/progress.ts";
import { PatinaError } from "../errors.ts";
import { openRunModel } from "../evaluate/run-model.ts";
import { version } from "../version.ts";
import { checkClassifier, classify, probabilityOf } from "./classify.ts";
import { BLANK, type Copies, findCopies, NEAR } from "./copies.ts";
import { type Fingerprints, takeFingerprints } from "./fingerprints.ts";
import type { NearLimits } from "./near.ts";

export interface AuditOptions {
  /** A known data set, or a folder of pictures. */
  readonly dataSet: string;
  readonly dataFolder: string;
  /** Folder of the run of a classifier of that data set. */
  readonly run?: string | undefined;
  /** Pictures that it is given at once. */
  readonly batch: number;
  readonly device: string;
}

/** What a pool is compared with: itself, and both parts of the data set. */
export const copyPlaces = ["pool", "train", "test"] as const;
export type CopyPlace = (typeof copyPlaces)[number];

/** The result as plain data. */
export interface Audit {
  readonly format: 1;
  readonly patina: string;
  readonly pool: {
    readonly path: string;
    readonly count: number;
    readonly height: number;
    readonly width: number;
    readonly channels: 1 | 3;
    readonly dtype: "uint8";
    /** sha256 of shape, labels and pictures. */
    readonly digest: string;
    readonly source?: PoolNote["source"];
    readonly selection?: PoolNote["selection"];
  };
  readonly dataSet: { readonly name: string; readonly train: string; readonly test: string };
  /** What makes it useless for the data set. */
  readonly problems: readonly string[];
  readonly classes: readonly {
    readonly name: string;
    readonly count: number;
    /** Share of its pictures that the classifier takes for this class; left out where there are none. */
    readonly agreement?: number;
  }[];
  /** Of near copies, and of blank pictures in levels of 255. */
  readonly limits: NearLimits & { readonly blank: number };
  readonly copies: Readonly<Record<CopyPlace, Copies>>;
  /** Pictures of next to no contrast. */
  readonly blank: readonly number[];
  readonly classifier?: {
    readonly run: string;
    /** sha256 of its weights. */
    readonly weights: string;
    /** Share of all pictures that it takes for their class. */
    readonly agreement: number;
    /** Those whose label it finds least likely, the least first. */
    readonly doubted: readonly Doubt[];
  };
  /** Why the classifier that was named did not judge the labels. */
  readonly unjudged?: string;
}

export interface Doubt {
  readonly picture: number;
  /** Number of the class that it is taken for. */
  readonly predicted: number;
  /** Probability of its own label. */
  readonly confidence: number;
}

/** With the pictures that it speaks of. */
export interface AuditedPool {
  readonly audit: Audit;
  readonly pool: PoolSet;
  readonly data: DataSet;
}

/** Doubted labels that are told. */
const DOUBTS = 100;

/**
 * Audits a pool. What does not fit the data set is a problem in the result.
 * @returns the store of its pool is the caller's to close
 * @throws PatinaError as `readPool`, `loadNamed`, `openRunModel`; `data` where it has classes that the data set has not,
 * or the classifier was trained for others
 */
export async function auditPool(path: string, options: AuditOptions, settings: DataSettings): Promise<AuditedPool> {
  const { dataSet, dataFolder } = options;
  const data = await loadNamed(dataSet, undefined, dataFolder, settings);
  const own = await readPool(path, data.train.channels, dataFolder, settings);
  try {
    const labels = renumber(own, data);
    const pool = await asPictureSet(own, labels, data.classes.length, dataFolder, settings);
    return { audit: await lookThrough(own, pool, data, options, settings), pool, data };
  } catch (error) {
    own.store.close();
    throw error;
  }
}

/** @param own the pool as it lies there; `pool` has the data set's labels */
async function lookThrough(
  own: Pool,
  pool: PictureSet,
  data: DataSet,
  { run, batch, device }: AuditOptions,
  settings: DataSettings,
): Promise<Audit> {
  const { name: path, note } = own;
  const judged = run === undefined ? undefined : await judge(run, path, pool, data, { batch, device }, settings);
  const prints = await takeFingerprints(pool, `reading ${path}`, settings);
  const counts = countClasses(pool.labels, data.classes.length);
  const agreements = judged?.agreements;
  return {
    format: 1,
    patina: version,
    pool: {
      path,
      count: pool.count,
      height: pool.height,
      width: pool.width,
      channels: pool.channels,
      dtype: "uint8",
      digest: pool.digest,
      ...(note?.source === undefined ? {} : { source: note.source }),
      ...(note?.selection === undefined ? {} : { selection: note.selection }),
    },
    dataSet: { name: data.name, train: data.train.digest, test: data.test.digest },
    problems: problemsOf(own, data),
    classes: data.classes.map((name, label) => ({
      name,
      count: counts[label]!,
      ...(agreements === undefined || counts[label] === 0 ? {} : { agreement: agreements[label]! / counts[label]! }),
    })),
    limits: { ...NEAR, blank: BLANK },
    copies: await copiesOf(path, prints, data, settings),
    blank: Array.from(prints.contrasts.keys()).filter((index) => prints.contrasts[index]! < BLANK),
    ...(judged?.classifier === undefined ? {} : { classifier: judged.classifier }),
    ...(judged?.unjudged === undefined ? {} : { unjudged: judged.unjudged }),
  };
}

/** Another size, and classes without pictures. */
function problemsOf(pool: Pool, data: DataSet): string[] {
  const problems: string[] = [];
  for (const check of [() => checkShape(pool.name, pool.shape, data), () => matchClasses(pool, data)])
    try {
      check();
    } catch (error) {
      if (!(error instanceof PatinaError) || error.code !== "data") throw error;
      problems.push(error.message);
    }
  return problems;
}

async function copiesOf(
  path: string,
  prints: Fingerprints,
  data: DataSet,
  settings: DataSettings,
): Promise<Audit["copies"]> {
  const among = (others: Fingerprints | undefined, where: string) =>
    findCopies(prints, others, `comparing ${path} with ${where}`, settings);
  const part = async (name: "train" | "test", where: string) =>
    among(await takeFingerprints(data[name], `reading ${data.name}`, settings), where);
  return {
    pool: await among(undefined, "itself"),
    train: await part("train", "the training pictures"),
    test: await part("test", "those for the test"),
  };
}

/** What a classifier says, or why it can say nothing. */
interface Judgement extends Pick<Audit, "classifier" | "unjudged"> {
  /** Pictures of each class that it takes for that class. */
  readonly agreements?: readonly number[];
}

async function judge(
  run: string,
  name: string,
  pool: PictureSet,
  data: DataSet,
  { batch, device }: Pick<AuditOptions, "batch" | "device">,
  settings: DataSettings,
): Promise<Judgement> {
  const model = await openRunModel(run, device);
  try {
    checkClassifier(model, data);
    const [found, taken] = [pool, model.shape].map(shapeText);
    if (found !== taken)
      return {
        unjudged: `${model.name} takes pictures of ${taken}, those of the pool are ${found} (height x width x channels)`,
      };
    const { predicted, odds } = await classify(model, pool, { batch, name }, settings);
    const agreements = new Array<number>(data.classes.length).fill(0);
    for (const [index, label] of pool.labels.entries()) if (predicted[index] === label) agreements[label]!++;
    const doubted = Array.from(odds.keys())
      .filter((index) => predicted[index] !== pool.labels[index])
      .sort((a, b) => odds[a]! - odds[b]! || a - b)
      .slice(0, DOUBTS)
      .map((picture) => ({
        picture,
        predicted: predicted[picture]!,
        confidence: probabilityOf(odds[picture]!),
      }));
    const agreement = agreements.reduce((sum, count) => sum + count, 0) / pool.count;
    return { agreements, classifier: { run: basename(run), weights: model.digest, agreement, doubted } };
  } finally {
    await model.close();
  }
}
