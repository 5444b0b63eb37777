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
  /** Names the random numbers, together with the index. */
  readonly dataSet: string;
  /** Of the picture in its data set, from 0. Pictures of one index get the same noise. */
  readonly index: number;
}

/**
 * The corrupted picture, of the same shape; the given one stays as it is. With the name of a data set and an index it is
 * that picture of the data set's generated benchmark, byte for byte.
 * @throws PatinaError `unknown-name`, with the nearest name; `picture` below 8 pixels a side; `argument` where the severity
 * is not 1 to 5, the data set has no name, or the index is no whole number from 0 on
 */
export function corruptPicture(picture: Picture, choice: CorruptionChoice): Picture {
  const { corruption: name, severity, dataSet, index } = choice;
  const corruption = findCorruption(name);
  // From JavaScript anything may come; the severity "3" would name other random numbers than 3.
  if (!severities.includes(severity))
    throw new PatinaError(
      "argument",
      `The severity of ${name} is ${shown(severity)}. Give one of ${severities.join(", ")}.`,
    );
  if (typeof dataSet !== "string" || dataSet === "" || !Number.isSafeInteger(index) || index < 0)
    throw new PatinaError(
      "argument",
      `corruptPicture: dataSet is ${shown(dataSet)}, index is ${shown(index)}. Give the name of the data set and the place of the picture in it, a whole number from 0 on: its random numbers are named by them.`,
    );
  const constants = corruption.constants[tableOf(picture)][severity - 1];
  const draws = cellStream(dataSet, name, severity).fork(index);
  return corruption.apply(picture, corruption.draw(draws, picture, constants, picture.bytes), constants);
}

const shown = (value: unknown) => (typeof value === "string" ? `"${value}"` : String(value));
