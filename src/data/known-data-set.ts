/** What a known data set is: where it lies, how it is read, and where it comes from. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { PatinaError } from "../errors.ts";
import type { PictureShape } from "../pictures/picture.ts";
import type { DataSet } from "./picture-set.ts";
import type { DataSettings } from "./progress.ts";

/**
 * A file as its publisher offers it. Sizes and sums are those that several other public programs state for the same
 * addresses (Keras, burn, gomlx, MLDatasets.jl, torchvision's prototypes, among others).
 */
export interface RemoteFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Tried in their order. */
  readonly urls: readonly string[];
}

/** A form in which a data set is published, and the folder that it becomes. */
export interface Release {
  /** Its name in the folder of data sets: that of the folder inside the archive, so that other programs find it too. */
  readonly folder: string;
  /** One archive, or the files of the folder themselves. */
  readonly files: readonly RemoteFile[];
  readonly isArchive: boolean;
  /** Which files of the folder belong to it, by their path inside. No name that it takes leads out of the folder. */
  readonly member: RegExp;
}

export interface KnownDataSet<Name extends string = string> {
  readonly name: Name;
  /** One line for lists. */
  readonly summary: string;
  readonly shape: PictureShape;
  readonly classCount: number;
  /** Pictures as published. */
  readonly counts: { readonly train: number; readonly test: number };
  /** The first is the one that is fetched. */
  readonly releases: readonly Release[];
  /** Folders elsewhere where it may lie. */
  readonly otherPlaces: readonly string[];
  /** Another way to get it, as words that follow "or". */
  readonly otherSource?: string;
  /** Whether the folder holds it, by the names in it alone. */
  holds(folder: string): boolean;
  /**
   * Reads it from a folder that holds it, or from an archive of one of its releases.
   * @throws PatinaError `data`, `file-missing`, `file-damaged`, `file-foreign`, `file-hostile`, `picture`.
   */
  read(place: string, dataFolder: string, settings: DataSettings): Promise<DataSet>;
  /** Whether `read` takes archives too: they may then lie in the folder of data sets as they came. */
  readonly readsArchives: boolean;
}

/** Keeps the name as a type: experiments are checked against it while they are written. */
export function defineKnownDataSet<const Name extends string>(set: KnownDataSet<Name>): KnownDataSet<Name> {
  return set;
}

/** Where a data set is: in the folder of data sets or at another known place; undefined where it is not there. */
export function findPlace(set: KnownDataSet, dataFolder: string): string | undefined {
  return findInside(set, dataFolder) ?? set.otherPlaces.find((path) => set.holds(path));
}

/** Its folder or archive in a folder. */
export function findInside({ releases, holds, readsArchives }: KnownDataSet, folder: string): string | undefined {
  const found = releases.map((release) => join(folder, release.folder)).find(holds);
  if (found !== undefined || !readsArchives) return found;
  return releases.map(({ files }) => join(folder, files[0]!.name)).find((path) => existsSync(path));
}

/** What to type where a data set is not there. */
export function remedyFor({ name, otherSource }: KnownDataSet): string {
  return `patina data fetch ${name}   (or: patina data import ${name} --from FILE_OR_FOLDER${otherSource === undefined ? "" : `, or: ${otherSource}`})`;
}

/**
 * Reads a data set from where it is.
 * @throws PatinaError `data` where it is not there, with what to type; otherwise as its own `read`.
 */
export async function loadKnown(set: KnownDataSet, dataFolder: string, settings: DataSettings): Promise<DataSet> {
  const place = findPlace(set, dataFolder);
  if (place === undefined)
    throw new PatinaError(
      "data",
      `${set.name}: is not in ${resolve(dataFolder)} (as ${set.releases.map(({ folder }) => `${folder}/`).join(" or ")}). Type: ${remedyFor(set)}`,
    );
  const data = await set.read(place, dataFolder, settings);
  const missing = describeMissing(set, data);
  if (missing !== undefined) settings.report?.({ kind: "warning", text: `${place}: ${missing}` });
  return data;
}

/** How a subset differs from the data set as published; undefined where it is whole. */
function describeMissing({ name, counts }: KnownDataSet, { train, test }: DataSet): string | undefined {
  if (train.count === counts.train && test.count === counts.test) return undefined;
  const number = (count: number) => count.toLocaleString("en");
  return `a part of ${name} only: ${number(train.count)} of ${number(counts.train)} training pictures, ${number(test.count)} of ${number(counts.test)} for the test. Results are not comparable with published ones.`;
}
