/** Which pictures a model is measured on, and whether it may be: none that it was trained on. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { checkDataFolder } from "../data/data-folder.ts";
import { type DataSet, isPath, loadDataSet, loadNamed } from "../data/data-set.ts";
import { loadWholeFolder } from "../data/folder.ts";
import { DataOptions } from "../data/options.ts";
import { digestOfSome, digestsOfPictures, type PictureSet, shapeText } from "../data/picture-set.ts";
import type { DataSettings } from "../data/progress.ts";
import { type Split, splitOfRun } from "../data/split.ts";
import { chooseSubset } from "../data/subset.ts";
import { PatinaError } from "../errors.ts";
import { ModelOptions } from "../models/registry.ts";
import type { PictureShape } from "../pictures/picture.ts";
import { type Manifest, readManifest } from "../run/manifest.ts";
import { readExperiment } from "../run/run.ts";

/** "test", or "held": those that training held out. */
export type Part = "test" | "held";

/** Pictures of one part of a data set. */
export interface MeasuredPictures {
  readonly data: DataSet;
  readonly fitting?: string | undefined;
  readonly part: Part;
  readonly set: PictureSet;
  /** Which of the set; all where undefined. */
  readonly indices: Uint32Array | undefined;
  readonly count: number;
  /** Pictures that the part has. */
  readonly total: number;
  /** sha256 of those measured, and of their labels. */
  readonly digest: string;
}

/** What is known of a run's pictures. */
export interface RunData {
  readonly run: string;
  readonly manifest: Manifest;
  readonly data: DataSet;
  readonly model: ModelOptions;
  readonly split: Split;
}

/** What is read of experiment.json; the rest is training's. */
const RunExperiment = z.looseObject({
  data: DataOptions,
  model: ModelOptions,
  train: z.looseObject({ hold: z.number(), seed: z.int(), subset: z.int().optional() }),
});

/** A copied picture in a hundred is an accident (CIFAR has some in both its parts); more are training pictures. */
const SHARED_LIMIT = 0.01;

/**
 * Loads what a run was trained on, and finds again what it held out.
 * @param dataFolder where data sets lie; as when it was trained, where not given
 * @throws PatinaError `run` where it is none, or its data are others now; as `loadDataSet`
 */
export async function loadRunData(
  run: string,
  dataFolder: string | undefined,
  settings: DataSettings,
): Promise<RunData> {
  if (dataFolder !== undefined) checkDataFolder(dataFolder);
  const experiment = RunExperiment.safeParse(readExperiment(run));
  const manifest = readManifest(run);
  if (!experiment.success)
    throw new PatinaError(
      "run",
      `${join(run, "experiment.json")}: is not one that this version carries out (${experiment.error.issues[0]?.message}). Use the version that made the run: ${manifest.patina}.`,
    );
  const { data: options, model, train } = experiment.data;
  const data = await loadDataSet(options, dataFolder ?? manifest.dataFolder, settings);
  const split = splitOfRun(data.train.labels, train);
  if (data.train.digest !== manifest.data.train || split.digest !== manifest.split.digest)
    throw new PatinaError(
      "run",
      `${run}: was trained on other pictures than "${data.name}" holds now (digest ${manifest.data.train.slice(0, 8)}..., now ${data.train.digest.slice(0, 8)}...). Restore the data, or name its folder with --data.`,
    );
  return { run, manifest, data, model, split };
}

/** Pictures to measure on, and what was done to them first. */
export interface NamedData {
  readonly data: DataSet;
  /** Of a folder: how its pictures came to the shape that the model takes. */
  readonly fitting?: string | undefined;
}

/**
 * The known data set of that name, that of the run in this folder, or the pictures of this folder, brought to the shape
 * that a model takes as training does (docs/data.md).
 * @param folders where data sets lie, as it was asked for; else where those of the model's own run lay, else `data`
 * @throws PatinaError as `loadRunData` and `loadNamed`; `data` for a folder where the model takes no squares
 */
export async function loadNamedData(
  name: string,
  shape: PictureShape,
  { dataFolder, own = "data" }: { readonly dataFolder: string | undefined; readonly own: string | undefined },
  settings: DataSettings,
): Promise<NamedData> {
  if (existsSync(join(name, "experiment.json"))) return { data: (await loadRunData(name, dataFolder, settings)).data };
  if (dataFolder !== undefined) checkDataFolder(dataFolder);
  if (!isPath(name)) return { data: await loadNamed(name, undefined, dataFolder ?? own, settings) };
  const { height: size, width, channels } = shape;
  if (size !== width)
    throw new PatinaError(
      "data",
      `${name}: pictures of a folder are brought to squares, and the model takes ${shapeText(shape)} (height x width x channels). Export it for squares.`,
    );
  const data = await loadWholeFolder(name, { size, channels }, dataFolder ?? own, settings);
  const grey = channels === 1 ? ", and made grey" : "";
  return {
    data,
    fitting: `Pictures of another size were brought to ${size}x${size}: the shorter side resized, the middle cut out${grey}.`,
  };
}

/**
 * Chooses the pictures.
 * @param named the data set they belong to
 * @param run what the model was trained on, where that is known
 * @param subset how many; all where not given
 * @throws PatinaError `argument` for a subset larger than the part; `usage` where nothing was held out, or by nobody known
 */
export function choosePictures(
  { data, fitting }: NamedData,
  part: Part,
  run: RunData | undefined,
  subset: number | undefined,
): MeasuredPictures {
  const held = part === "held" ? heldOf(data, run) : undefined;
  const set = held === undefined ? data.test : data.train;
  const total = held?.length ?? set.count;
  const labels = held === undefined ? set.labels : held.map((index) => set.labels[index]!);
  const places = subset === undefined ? undefined : chooseSubset(labels, subset);
  const indices = places === undefined ? held : held === undefined ? places : places.map((place) => held[place]!);
  const digest = indices === undefined ? set.digest : digestOfSome(set, indices);
  return { data, fitting, part, set, indices, count: indices?.length ?? set.count, total, digest };
}

function heldOf(data: DataSet, run: RunData | undefined): Uint32Array {
  if (run === undefined || run.data.train.digest !== data.train.digest)
    throw new PatinaError(
      "usage",
      `--on held: which pictures of ${data.name} were held out is known of a run on its own data only. Leave it out to measure those for the test.`,
    );
  if (run.split.held.length > 0) return run.split.held;
  throw new PatinaError(
    "usage",
    `${run.run}: held no pictures out. Leave out --on held to measure those for the test.`,
  );
}

/**
 * Refuses pictures that the model was trained on.
 * @throws PatinaError `data` where more than 1 % are copies of pictures trained on.
 */
export function refuseTrainedOn({ set, indices, count, data }: MeasuredPictures, run: RunData): void {
  const { data: own, split } = run;
  const trained = new Set<string>();
  for (const [, picture] of digestsOfPictures(own.train, split.train)) trained.add(picture);
  let shared = 0;
  for (const [, picture] of digestsOfPictures(set, indices)) if (trained.has(picture)) shared++;
  if (shared > SHARED_LIMIT * count)
    throw new PatinaError(
      "data",
      `${data.name}: ${shared.toLocaleString("en")} of the ${count.toLocaleString("en")} pictures are copies of those that ${run.run} was trained on. Results on them would say nothing. Measure other pictures.`,
    );
}
