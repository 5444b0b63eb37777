/** Training pictures of a run, at each of their stages, from what the run recorded of its draws. */
import type { DataSet } from "../data/data-set.ts";
import { type PictureSet, pictureAt } from "../data/picture-set.ts";
import { openPool, type PoolSet } from "../data/pool.ts";
import type { DataSettings } from "../data/progress.ts";
import { PatinaError } from "../errors.ts";
import type { Experiment } from "../experiment/experiment.ts";
import type { Picture } from "../pictures/picture.ts";
import type { StyleBank } from "../stylize/bank.ts";
import { type OpenRestyler, openRestyler } from "../stylize/open.ts";
import { type DrawnPicture, type Stages, setOf, stagesOf } from "../train/drawn.ts";
import { type Pipelines, pipelinesOf, type Sources, sourcesOf } from "../train/job.ts";
import type { Origin } from "../train/plan.ts";
import { describeDraw } from "./describe-draw.ts";
import type { RunRecord } from "./run-record.ts";
import { thumbnail } from "./thumbnail.ts";

export interface TrainingPictures {
  readonly batches: readonly BatchPictures[];
  /** One sentence for each kind of pictures that cannot be shown. */
  readonly missing: readonly string[];
}

/** The first pictures of an epoch. */
export interface BatchPictures {
  readonly epoch: number;
  readonly pictures: readonly TrainingPicture[];
}

export interface TrainingPicture {
  readonly className: string;
  readonly origin: Origin;
  /** Among the pictures of its origin. */
  readonly index: number;
  /** The painting, and how far; undefined where it is not restyled. */
  readonly restyling: { readonly style: string; readonly strength: number } | undefined;
  /** What was drawn for it by rule. */
  readonly words: string;
  /** As it is, restyled (where it is), and as the network saw it: data URIs. */
  readonly original: string;
  readonly restyled: string | undefined;
  readonly augmented: string;
}

/** Pictures of each batch that are shown: as many as runs record. */
const BATCH_PICTURES = 16;

/** What a page of training pictures knows beside the pictures. */
export interface PictureContext {
  readonly experiment: Experiment;
  readonly classes: readonly string[];
  readonly bank: StyleBank | undefined;
}

/** A picture for the page. @param form of its thumbnails */
export async function showPicture(
  { original, restyled, augmented, ...drawn }: DrawnPicture & Stages,
  label: number,
  { experiment, classes, bank }: PictureContext,
  form: "small" | "exact",
): Promise<TrainingPicture> {
  const { index, origin, style, strength, draw } = drawn;
  const names = experiment[origin]!.augment.map(({ kind }) => kind);
  const draws = (picture: Picture) => thumbnail(picture, form);
  return {
    className: classes[label]!,
    origin,
    index,
    restyling:
      style === undefined || strength === undefined ? undefined : { style: bank!.pictures[style]!.name, strength },
    words: describeDraw(draw, names),
    original: await draws(original),
    restyled: restyled && (await draws(restyled)),
    augmented: await draws(augmented),
  };
}

/** The first batch of the first epoch and of the last, as the run recorded its draws. */
export async function trainingPicturesOf(
  run: RunRecord,
  data: DataSet,
  dataFolder: string,
  settings: DataSettings,
): Promise<TrainingPictures> {
  const { draws, experiment } = run;
  const ends = [...new Set([draws.at(0), draws.at(-1)])].filter((line) => line !== undefined);
  const shown = ends.map(({ epoch, pictures }) => ({ epoch, pictures: pictures.slice(0, BATCH_PICTURES) }));
  const needs = (is: (one: DrawnPicture) => boolean) => shown.some(({ pictures }) => pictures.some(is));
  const pool = needs(isSynthetic)
    ? await openOrReason("Synthetic", () => poolOf(run, data, dataFolder, settings))
    : undefined;
  let restyler: Opened<OpenRestyler> | undefined;
  try {
    if (needs(isRestyled)) restyler = await openOrReason("Restyled", () => restylerOf(run));
    const opened = restyler?.opened;
    const maker = new Maker(data, experiment, pool?.opened, opened);
    const batches: BatchPictures[] = [];
    for (const { epoch, pictures } of shown)
      batches.push({ epoch, pictures: await maker.make(pictures.filter((one) => maker.canMake(one))) });
    return { batches, missing: [pool?.reason, restyler?.reason].filter((reason) => reason !== undefined) };
  } finally {
    pool?.opened?.store.close();
    restyler?.opened?.dispose();
  }
}

const isSynthetic = ({ origin }: DrawnPicture): boolean => origin === "synthetic";
const isRestyled = ({ style }: DrawnPicture): boolean => style !== undefined;

/** What was opened, or why it could not be. */
interface Opened<T> {
  readonly opened?: T;
  readonly reason?: string;
}

/** @param kind of the pictures that need it */
async function openOrReason<T>(kind: string, open: () => T | Promise<T>): Promise<Opened<T>> {
  try {
    return { opened: await open() };
  } catch (error) {
    if (!(error instanceof PatinaError) || error.code === "interrupted") throw error;
    return { reason: `${kind} pictures are left out: ${error.message}` };
  }
}

/** @throws PatinaError as `openPool`; `data` where it is another one now */
async function poolOf(
  { experiment, manifest }: RunRecord,
  data: DataSet,
  dataFolder: string,
  settings: DataSettings,
): Promise<PoolSet> {
  if (experiment.synthetic === undefined) throw new PatinaError("data", "The run's experiment names no pool.");
  const pool = await openPool(experiment.synthetic.pool, data, dataFolder, settings);
  if (pool.digest === manifest.pool?.digest) return pool;
  pool.store.close();
  throw new PatinaError("data", "The pool holds other pictures now than the run was trained on.");
}

/** @throws PatinaError as `openRestyler`; `data` where stylizer or styles are others now */
function restylerOf({ experiment, manifest }: RunRecord): OpenRestyler {
  const opened = openRestyler(experiment.stylizer, experiment.stylizer, "cpu");
  const { weights, styles } = opened.digests;
  if (weights === manifest.stylizer?.weights && styles === manifest.stylizer.styles) return opened;
  opened.dispose();
  throw new PatinaError("data", "The stylizer, or its styles, are others now than the run was trained with.");
}

/** Makes pictures again from what was recorded of them. */
class Maker {
  private readonly sources: Sources;
  private readonly pipelines: Pipelines;
  private readonly restyler: OpenRestyler | undefined;
  private readonly context: PictureContext;

  constructor(data: DataSet, experiment: Experiment, pool: PictureSet | undefined, restyler: OpenRestyler | undefined) {
    this.sources = sourcesOf({ job: experiment, data, pool });
    this.pipelines = pipelinesOf(this.sources);
    this.restyler = restyler;
    this.context = { experiment, classes: data.classes, bank: restyler?.bank };
  }

  /** Whether all that it takes is there. */
  canMake({ origin, index, style }: DrawnPicture): boolean {
    if (index >= (setOf(this.sources, origin)?.count ?? 0)) return false;
    return style === undefined || style < (this.restyler?.bank.pictures.length ?? 0);
  }

  async make(drawn: readonly DrawnPicture[]): Promise<TrainingPicture[]> {
    const pictures: TrainingPicture[] = [];
    for (const one of drawn) {
      const stages = this.carryOut(one, this.restyle(one));
      const label = setOf(this.sources, one.origin)!.labels[one.index]!;
      pictures.push(await showPicture({ ...one, ...stages }, label, this.context, "small"));
    }
    return pictures;
  }

  /** One at a time: in training its group may have been another one, and then a byte may differ by 1. */
  private restyle({ origin, index, style, strength }: DrawnPicture): Uint8Array | undefined {
    if (style === undefined || strength === undefined) return undefined;
    const { bytes, height, width, channels } = pictureAt(setOf(this.sources, origin)!, index);
    const draws = { styles: [style], strengths: [strength] };
    return this.restyler!.restyler.restyle(bytes, { height, width, channels }, draws);
  }

  /** The file is the user's, or somebody else's: what an augmentation finds in a draw is not checked before. */
  private carryOut(drawn: DrawnPicture, restyled: Uint8Array | undefined): Stages {
    try {
      return stagesOf(drawn, { sources: this.sources, pipelines: this.pipelines, restyled });
    } catch (cause) {
      throw new PatinaError(
        "file-damaged",
        `draws.jsonl: what was drawn for picture ${drawn.index} is no draw of the run's augmentations. Restore the file, or remove it.`,
        { cause },
      );
    }
  }
}
