/** From the options of an experiment to its pictures. */
import { PatinaError } from "../errors.ts";
import { isFolder } from "../files.ts";
import { loadArrays } from "./arrays.ts";
import { checkDataFolder } from "./data-folder.ts";
import { loadFolder, loadWholeFolder } from "./folder.ts";
import { loadKnown } from "./known-data-set.ts";
import type { DataOptions } from "./options.ts";
import type { DataSet } from "./picture-set.ts";
import type { DataSettings } from "./progress.ts";
import { findKnown, knownNames } from "./registry.ts";

export type { DataSet } from "./picture-set.ts";

/**
 * Loads a data set: a known one from the folder of data sets, others from where they lie.
 * @throws PatinaError `data` where it is not there, with what to type; `file-missing`, `file-damaged`, `file-foreign`,
 * `file-hostile`, `picture`, `file-system`, `interrupted`.
 */
export async function loadDataSet(
  options: DataOptions,
  dataFolder: string,
  settings: DataSettings = {},
): Promise<DataSet> {
  if (typeof options === "string") return loadKnown(findKnown(options), dataFolder, settings);
  return options.kind === "folder"
    ? loadFolder(options, dataFolder, settings)
    : loadArrays(options, dataFolder, settings);
}

/**
 * Loads what a command names: a known data set, or a folder of pictures with one sub-folder a class.
 * @param size side in pixels to which the pictures of a folder are brought; where undefined all must have one size
 * @throws PatinaError as `loadDataSet`; `unknown-name`; `argument` where a known data set is given a size
 */
export async function loadNamed(
  what: string,
  size: number | undefined,
  dataFolder: string,
  settings: DataSettings = {},
): Promise<DataSet> {
  checkDataFolder(dataFolder);
  if (isPath(what)) return loadWholeFolder(what, { size }, dataFolder, settings);
  const { name } = findKnown(what);
  if (size !== undefined)
    throw new PatinaError(
      "argument",
      `${name}: has pictures of one size; they are not brought to another (${size}). Leave the size out, or name a folder of pictures.`,
    );
  return loadDataSet(name, dataFolder, settings);
}

/**
 * Whether a command's word is that of a folder of pictures. A known name wins over a folder of that name, which the folder
 * of data sets itself has; a path that is not there is no name.
 */
export function isPath(what: string): boolean {
  return !knownNames.some((name) => name === what) && (isFolder(what) || /[\\/]/.test(what));
}
