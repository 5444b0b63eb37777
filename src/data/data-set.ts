/** From the name of a data set to its pictures. */
import { loadCifar } from "./cifar.ts";
import { loadFashionMnist } from "./fashion-mnist.ts";
import type { DataOptions } from "./options.ts";
import type { DataSet } from "./picture-set.ts";

export type { DataSet } from "./picture-set.ts";

/**
 * Loads a data set from the folder of data sets.
 * @throws PatinaError `data` where it is not there, with what to type; `file-damaged`, `file-foreign`, `picture`.
 */
export async function loadDataSet(options: DataOptions, dataFolder: string): Promise<DataSet> {
  switch (options) {
    case "fashion-mnist":
      return loadFashionMnist(dataFolder);
    case "cifar10":
    case "cifar100":
      return loadCifar(options, dataFolder);
  }
}
