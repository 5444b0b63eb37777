/** One picture through one corruption. */
import { PatinaError } from "../errors.ts";
import type { Picture } from "../pictures/picture.ts";
import { type Severity, severities } from "./define.ts";
import { findCorruption } from "./registry.ts";
import { cellStream } from "./suites.ts";
import { tableOf } from "./table.ts";

export interface CorruptionChoice {
  /** By the benchmark's name: "gaussian_noise". */
  readonly corruption: string;
  readonly severity: Severity;
  /** Names the random numbers, together with the index. Default: "pictures". */
  readonly dataSet?: string;
  /** Of the picture in its data set. Default: 0. */
  readonly index?: number;
}

/**
 * The corrupted picture, of the same shape; the given one stays as it is. With the name of a data set and an index it is
 * that picture of the data set's generated benchmark, byte for byte.
 * @throws PatinaError `unknown-name`, with the nearest name; `picture` below 8 pixels a side; `argument` where the severity
 * is not 1 to 5, or the index no whole number
 */
export function corruptPicture(picture: Picture, choice: CorruptionChoice): Picture {
  const { corruption: name, severity, dataSet = "pictures", index = 0 } = choice;
  const corruption = findCorruption(name);
  const constants = corruption.constants[tableOf(picture)][severity - 1];
  // From JavaScript any number may come.
  if (constants === undefined)
    throw new PatinaError("argument", `The severity of ${name} is ${severity}. Give one of ${severities.join(", ")}.`);
  const draws = cellStream(dataSet, name, severity).fork(index);
  return corruption.apply(picture, corruption.draw(draws, picture, constants, picture.bytes), constants);
}
