/**
 * The corruptions by name. A new one is a file and a line here; suites, help, documents, goldens and the shared tests
 * read this list, and nothing hangs on the order.
 */
import { nearestName, PatinaError } from "../errors.ts";
import type { Corruption } from "./define.ts";
import { gaussianNoise } from "./gaussian-noise.ts";

export const corruptions = [gaussianNoise] as const satisfies readonly Corruption[];

export type CorruptionName = (typeof corruptions)[number]["name"];

const byName = new Map<string, Corruption>(corruptions.map((corruption) => [corruption.name, corruption]));

/** The corruption of that name. Throws `unknown-name`, with the nearest name there is. */
export function findCorruption(name: string): Corruption {
  const found = byName.get(name);
  if (found !== undefined) return found;
  const nearest = nearestName(name, byName.keys());
  const remedy = nearest === undefined ? `There are ${[...byName.keys()].join(", ")}.` : `Did you mean "${nearest}"?`;
  throw new PatinaError("unknown-name", `unknown corruption "${name}". ${remedy}`);
}
