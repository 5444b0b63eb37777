/** The pictures of a report, from the data sets of its runs, as parts of the page. */
import { createPipeline, type Pipeline, type PipelineDraw } from "../augment/pipeline.ts";
import { loadFrostTextures } from "../benchmark/frost-photographs.ts";
import { generatedOrigin, openGenerated } from "../benchmark/generated.ts";
import type { BenchmarkSource } from "../benchmark/source.ts";
import { type Severity, severities } from "../corrupt/define.ts";
import { corruptions as registry } from "../corrupt/registry.ts";
import { type DataSet, loadDataSet } from "../data/data-set.ts";
import type { PictureSet } from "../data/picture-set.ts";
import type { DataSettings } from "../data/progress.ts";
import { PatinaError } from "../errors.ts";
import { sha256 } from "../files.ts";
import { byteCount, createPicture, type Picture } from "../pictures/picture.ts";
import { pipelineOptions } from "../train/picture-options.ts";
import { describeDraw } from "./describe-draw.ts";
import type { EpochDraws, RunRecord } from "./run-record.ts";
import { type Sheet, sheetColumns, sheetOf, thumbnail } from "./thumbnail.ts";

/** What a page shows of one data set. */
export interface RunPictures {
  /** Of the sheets: where two runs have the same, they are on the page once. */
  readonly key: string;
  /** Test pictures as they are. */
  readonly clean: Sheet;
  /** The same pictures by corruption: a row a severity. */
  readonly corrupted: ReadonlyMap<string, Sheet>;
  /** Classes of the pictures, from left to right. */
  readonly shown: readonly string[];
  readonly batches: readonly BatchPictures[];
}

type Sheets = Omit<RunPictures, "batches">;

/** The first pictures of an epoch. */
export interface BatchPictures {
  readonly epoch: number;
  readonly pictures: readonly TrainingPicture[];
}

export interface TrainingPicture {
  readonly className: string;
  /** What was done to it. */
  readonly words: string;
  /** Before and after, as data URIs. */
  readonly before: string;
  readonly after: string;
}

/** Pictures of each batch that is shown. */
const BATCH_PICTURES = 8;

export interface PictureSettings extends DataSettings {
  /** Where data sets lie; where they lay in training if not given. */
  dataFolder?: string | undefined;
}

/** Or why there are none: the data set is not on this machine, or is another one now. */
export type PicturesOrReason = RunPictures | { readonly reason: string };

/** Makes pictures for runs; data sets and sheets are made once. */
export class PictureMaker {
  private readonly settings: PictureSettings;
  private readonly loaded = new Map<string, Promise<DataSet>>();
  private readonly sheets = new Map<string, Promise<Sheets>>();

  constructor(settings: PictureSettings) {
    this.settings = settings;
  }

  async picturesOf(run: RunRecord): Promise<PicturesOrReason> {
    const data = await this.dataOf(run);
    if ("reason" in data) return data;
    const sheets = await this.sheetsOf(run, data);
    return { ...sheets, batches: await batchesOf(run, data) };
  }

  /** The data set of a run, as it was when it was trained. */
  async dataOf(run: RunRecord): Promise<DataSet | { readonly reason: string }> {
    const { experiment, manifest } = run;
    const folder = this.folderOf(run);
    const key = JSON.stringify([folder, experiment.data]);
    const loaded = this.loaded.get(key) ?? loadDataSet(experiment.data, folder, this.settings);
    this.loaded.set(key, loaded);
    try {
      const data = await loaded;
      if (data.train.digest === manifest.data.train && data.test.digest === manifest.data.test) return data;
      return { reason: `"${data.name}" holds other pictures now than the run was trained on.` };
    } catch (error) {
      if (!(error instanceof PatinaError) || error.code === "interrupted") throw error;
      return { reason: error.message };
    }
  }

  /** Makes corrupted pictures of some of those, as evaluations do. The caller closes it. */
  async open(run: RunRecord, pictures: PictureSet, dataSet: string, indices: Uint32Array): Promise<BenchmarkSource> {
    const frost = await loadFrostTextures(this.folderOf(run));
    const { signal } = this.settings;
    return openGenerated({ pictures, dataSet, frost, indices, workers: 1, signal });
  }

  private folderOf({ manifest }: RunRecord): string {
    return this.settings.dataFolder ?? manifest.dataFolder;
  }

  private sheetsOf(run: RunRecord, data: DataSet): Promise<Sheets> {
    const measured = run.evaluation?.columns.flatMap(({ cells }) => cells.map(({ corruption }) => corruption)) ?? [];
    const names = [...new Set(measured)].filter(isKnown);
    const key = sha256(JSON.stringify([data.test.digest, names]));
    const sheets = this.sheets.get(key) ?? this.drawSheets(run, data, names).then((drawn) => ({ key, ...drawn }));
    this.sheets.set(key, sheets);
    return sheets;
  }

  /** Test pictures of the first classes, clean and corrupted. */
  private async drawSheets(run: RunRecord, { name, classes, test }: DataSet, names: readonly string[]) {
    const columns = Math.min(sheetColumns(test.height), classes.length);
    const indices = Uint32Array.from({ length: columns }, (_, label) => Math.max(0, test.labels.indexOf(label)));
    const pictures = Array.from(indices, (index) => pictureAt(test, index));
    const clean = await sheetOf(pictures, columns);
    const shown = Array.from(indices, (index) => classes[test.labels[index]!]!);
    const corrupted = new Map<string, Sheet>();
    const source = await this.open(run, test, name, indices);
    try {
      for (const corruption of names)
        corrupted.set(corruption, await sheetOf(await allSeverities(source, corruption), columns));
    } finally {
      await source.close();
    }
    return { clean, corrupted, shown };
  }
}

async function allSeverities(source: BenchmarkSource, corruption: string): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const severity of severities) pictures.push(...(await readCorrupted(source, corruption, severity)));
  return pictures;
}

/** All pictures of a cell: for sources of a few. */
export async function readCorrupted(
  source: BenchmarkSource,
  corruption: string,
  severity: Severity,
): Promise<Picture[]> {
  const size = byteCount(source.shape);
  const pictures: Picture[] = [];
  for await (const { bytes, count } of source.read(corruption, severity, source.count))
    for (let place = 0; place < count; place++)
      pictures.push(createPicture(source.shape, bytes.slice(place * size, (place + 1) * size)));
  return pictures;
}

/** Whether this version makes it: an evaluation may come from another one. */
export function isKnown(corruption: string): boolean {
  return registry.some(({ name }) => name === corruption);
}

/** The first batch of the first epoch and of the last, as the run recorded its draws. */
async function batchesOf({ draws, experiment }: RunRecord, data: DataSet): Promise<BatchPictures[]> {
  const pipeline = createPipeline(pipelineOptions(experiment.original, data.cropPadding));
  const names = experiment.original.augment.map(({ kind }) => kind);
  const ends = [...new Set([draws.at(0), draws.at(-1)])].filter((line) => line !== undefined);
  const batches: BatchPictures[] = [];
  for (const { epoch, pictures } of ends) {
    const drawn = pictures.slice(0, BATCH_PICTURES).filter(({ index }) => index < data.train.count);
    batches.push({
      epoch,
      pictures: await Promise.all(drawn.map((one) => trainingPicture(one, pipeline, names, data))),
    });
  }
  return batches;
}

async function trainingPicture(
  { index, draw }: EpochDraws["pictures"][number],
  pipeline: Pipeline,
  names: readonly string[],
  { train, classes }: DataSet,
): Promise<TrainingPicture> {
  const before = pictureAt(train, index);
  return {
    className: classes[train.labels[index]!]!,
    words: describeDraw(draw, names),
    before: await thumbnail(before),
    after: await thumbnail(applyRecorded(pipeline, before, draw, index)),
  };
}

/** The file is the user's, or somebody else's: what an augmentation finds in a draw is not checked before. */
function applyRecorded(pipeline: Pipeline, picture: Picture, draw: PipelineDraw, index: number): Picture {
  try {
    return pipeline.apply(picture, draw);
  } catch (cause) {
    throw new PatinaError(
      "file-damaged",
      `draws.jsonl: what was drawn for picture ${index} is no draw of the run's augmentations. Restore the file, or remove it.`,
      { cause },
    );
  }
}

export function pictureAt({ height, width, channels, store }: PictureSet, index: number): Picture {
  const picture = createPicture({ height, width, channels });
  store.readInto(index, picture.bytes, 0);
  return picture;
}

/** Whether the sheets show the very pictures that were measured. */
export const isGenerated = (origin: string): boolean => origin === generatedOrigin;
