/** From the options of an experiment to its pictures. */
import { loadArrays } from "./arrays.ts";
import { loadFolder } from "./folder.ts";
import { loadKnown } from "./known-data-set.ts";
import type { DataOptions } from "./options.ts";
import type { DataSet } from "./picture-set.ts";
import type { DataSettings } from "./progress.ts";
import { findKnown } from "./registry.ts";

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
