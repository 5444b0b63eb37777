/** From the options of an experiment to its pictures. */
import { isFolder } from "../files.ts";
import { loadArrays } from "./arrays.ts";
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
 * @throws PatinaError as `loadDataSet`; `unknown-name`
 */
export async function loadNamed(
  what: string,
  size: number | undefined,
  dataFolder: string,
  settings: DataSettings = {},
): Promise<DataSet> {
  // A known name wins over a folder of that name, which the folder of data sets itself has; a path that is not there is no name.
  const isPath = !knownNames.some((name) => name === what) && (isFolder(what) || /[\\/]/.test(what));
  return isPath
    ? loadWholeFolder(what, size, dataFolder, settings)
    : loadDataSet(findKnown(what).name, dataFolder, settings);
}
