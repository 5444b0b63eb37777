/** The pictures of a report, from the data sets of its runs, as parts of the page. */
import { loadFrostTextures } from "../benchmark/frost-photographs.ts";
import { generatedIdentity, generatedOrigin, openGenerated } from "../benchmark/generated.ts";
import type { BenchmarkSource } from "../benchmark/source.ts";
import { type Severity, severities } from "../corrupt/define.ts";
import { corruptions as registry } from "../corrupt/registry.ts";
import { type DataSet, loadDataSet } from "../data/data-set.ts";
import { type PictureSet, pictureAt } from "../data/picture-set.ts";
import type { DataSettings } from "../data/progress.ts";
import { splitOfRun } from "../data/split.ts";
import { PatinaError } from "../errors.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { choosePictures, type MeasuredPictures, type Part } from "../evaluate/pictures.ts";
import { sha256 } from "../files.ts";
import { byteCount, createPicture, type Picture } from "../pictures/picture.ts";
import type { RunRecord } from "./run-record.ts";
import { type Sheet, sheetColumns, sheetOf } from "./thumbnail.ts";
import { type TrainingPictures, trainingPicturesOf } from "./training-pictures.ts";

/** What a page shows of a run's data set. */
export interface RunPictures {
  /** Of those that it was measured on. */
  readonly sheets: Sheets | Reason;
  readonly training: TrainingPictures;
}

export interface Sheets {
  /** Where two runs have the same sheets, they are on the page once. */
  readonly key: string;
  /** Pictures as they are. */
  readonly clean: Sheet;
  /** The same pictures by corruption: a row a severity. */
  readonly corrupted: ReadonlyMap<string, Sheet>;
  /** Classes of the pictures, from left to right. */
  readonly shown: readonly string[];
}

/** Why there is nothing to show, as a sentence. */
export interface Reason {
  readonly reason: string;
}

export interface PictureSettings extends DataSettings {
  /** Where data sets lie; where they lay in training if not given. */
  dataFolder?: string | undefined;
}

/** Or why there are none: the data set is not on this machine, or is another one now. */
export type PicturesOrReason = RunPictures | Reason;

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
    return { sheets, training: await trainingPicturesOf(run, data, this.folderOf(run), this.settings) };
  }

  /** The data set of a run, as it was when it was trained. */
  async dataOf(run: RunRecord): Promise<DataSet | Reason> {
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

  /**
   * Names, by corruption, all that the bytes of corrupted pictures depend on where they are made here: the textures of frost
   * too. Cells keep that of their own.
   */
  async identityOf(run: RunRecord, { set, data, indices }: MeasuredPictures): Promise<(corruption: string) => string> {
    const frost = await loadFrostTextures(this.folderOf(run));
    return generatedIdentity({ pictures: set, dataSet: data.name, indices, frost });
  }

  private folderOf({ manifest }: RunRecord): string {
    return this.settings.dataFolder ?? manifest.dataFolder;
  }

  private async sheetsOf(run: RunRecord, data: DataSet): Promise<Sheets | Reason> {
    if (run.evaluation === undefined) return { reason: "It was not measured on corrupted pictures yet." };
    const pictures = measuredOf(run, run.evaluation, data);
    if ("reason" in pictures) return pictures;
    const measured = run.evaluation.columns.flatMap(({ cells }) => cells.map(({ corruption }) => corruption));
    const names = [...new Set(measured)].filter(isKnown);
    const key = sha256(JSON.stringify([pictures.digest, names]));
    const sheets = this.sheets.get(key) ?? this.drawSheets(run, pictures, names).then((drawn) => ({ key, ...drawn }));
    this.sheets.set(key, sheets);
    return sheets;
  }

  /** The first picture measured of each of the first classes, clean and corrupted. */
  private async drawSheets(run: RunRecord, { set, indices: some, data }: MeasuredPictures, names: readonly string[]) {
    const { name, classes } = data;
    const columns = Math.min(sheetColumns(set.height), classes.length);
    const measured = some ?? Uint32Array.from({ length: set.count }, (_, index) => index);
    const first = (label: number) => measured.find((index) => set.labels[index] === label) ?? measured[0]!;
    const indices = Uint32Array.from({ length: columns }, (_, label) => first(label));
    const pictures = Array.from(indices, (index) => pictureAt(set, index));
    const clean = await sheetOf(pictures, columns);
    const shown = Array.from(indices, (index) => classes[set.labels[index]!]!);
    const corrupted = new Map<string, Sheet>();
    const source = await this.open(run, set, name, indices);
    try {
      for (const corruption of names)
        corrupted.set(corruption, await sheetOf(await allSeverities(source, corruption), columns));
    } finally {
      await source.close();
    }
    return { clean, corrupted, shown };
  }
}

/** Which pictures of the run's data set an evaluation was made on; it may be of another one. */
export function measuredOf(
  { path, manifest, experiment }: RunRecord,
  evaluation: Evaluation,
  data: DataSet,
): MeasuredPictures | Reason {
  const { name, part, count, total, digest } = evaluation.data;
  const split = splitOfRun(data.train.labels, experiment.train);
  if (total === (part === "held" ? split.held.length : data.test.count)) {
    const own = { run: path, manifest, data, model: experiment.model, split };
    const pictures = choosePictures({ data }, part as Part, own, count < total ? count : undefined);
    if (pictures.digest === digest) return pictures;
  }
  return { reason: `the evaluation was made on pictures of ${name} that are not those of the run's data set.` };
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

/** Whether the sheets show the very pictures that were measured. */
export const isGenerated = (origin: string): boolean => origin === generatedOrigin;
