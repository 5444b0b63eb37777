/** The known data sets. Adding one: its file beside this one, and its line here. Schema, help, lists and `fetch` read it. */
import { nearestName, PatinaError } from "../errors.ts";
import { cifar10 } from "./cifar10.ts";
import { cifar100 } from "./cifar100.ts";
import { fashionMnist } from "./fashion-mnist.ts";
import type { KnownDataSet } from "./known-data-set.ts";
import { tinyImageNet } from "./tiny-imagenet.ts";

export const knownDataSets = [fashionMnist, cifar10, cifar100, tinyImageNet] as const satisfies readonly KnownDataSet[];

export type KnownName = (typeof knownDataSets)[number]["name"];

export const knownNames = knownDataSets.map(({ name }) => name);

/** The data set of that name. @throws PatinaError `unknown-name`, with the nearest name there is. */
export function findKnown(name: string): KnownDataSet<KnownName> {
  const found = knownDataSets.find((set) => set.name === name);
  if (found !== undefined) return found;
  const near = nearestName(name, knownNames);
  const hint = near === undefined ? `Known: ${knownNames.join(", ")}.` : `Did you mean "${near}"?`;
  throw new PatinaError("unknown-name", `unknown data set "${name}". ${hint}`);
}
