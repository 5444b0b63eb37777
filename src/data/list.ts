/** Which known data sets are there, and how to get the others. */
import { findPlace, type KnownDataSet, remedyFor } from "./known-data-set.ts";
import { knownDataSets } from "./registry.ts";

export interface ListedDataSet extends Pick<KnownDataSet, "name" | "summary" | "classCount" | "shape" | "counts"> {
  /** Where it is; undefined where it is not there. */
  readonly place: string | undefined;
  /** What to type where it is not there. */
  readonly remedy: string | undefined;
}

/** All known data sets, in the order of the registry; looks for their files only. */
export function listDataSets(dataFolder: string): ListedDataSet[] {
  return knownDataSets.map((set: KnownDataSet) => {
    const { name, summary, classCount, shape, counts } = set;
    const place = findPlace(set, dataFolder);
    return {
      name,
      summary,
      classCount,
      shape,
      counts,
      place,
      remedy: place === undefined ? remedyFor(set) : undefined,
    };
  });
}
