/** Whether two methods differ, by a few training seeds of each. */
import { PatinaError } from "../../errors.ts";
import { studentQuantile, studentTails } from "./special-functions.ts";

export interface PairedT {
  /** Mean of second - first. */
  difference: number;
  /** Sample deviation of the differences, divided by n - 1. */
  deviation: number;
  /** Infinite, or NaN where all is equal, where the differences have no deviation. */
  t: number;
  degrees: number;
  /** Two-sided. */
  p: number;
  /** 95 %. */
  range: [number, number];
}

/**
 * Compares results of the same seeds. Source: Student (1908), metrics.md 6.
 * @throws PatinaError `argument` for fewer than two pairs.
 */
export function pairedT(first: readonly number[], second: readonly number[]): PairedT {
  const count = first.length;
  if (count !== second.length || count < 2)
    throw new PatinaError(
      "argument",
      `pairedT: ${count} and ${second.length} results cannot be paired. Give the same seeds of both, two or more.`,
    );
  const differences = first.map((value, index) => second[index]! - value);
  const difference = differences.reduce((sum, value) => sum + value, 0) / count;
  const squares = differences.reduce((sum, value) => sum + (value - difference) ** 2, 0);
  const deviation = Math.sqrt(squares / (count - 1));
  const error = deviation / Math.sqrt(count);
  const degrees = count - 1;
  const half = studentQuantile(0.05, degrees) * error;
  const t = difference / error;
  return {
    difference,
    deviation,
    t,
    degrees,
    p: Number.isNaN(t) ? 1 : studentTails(t, degrees),
    range: [difference - half, difference + half],
  };
}
