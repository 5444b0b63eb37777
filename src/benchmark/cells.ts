/** The cells of a benchmark that lies on disk, whatever its layout. */
import type { Severity } from "../corrupt/define.ts";
import { suiteCorruptions } from "../corrupt/suites.ts";
import type { DataSet } from "../data/picture-set.ts";

/** The data set that was corrupted: files that do not fit its test part are refused. */
export type CorruptedData = Pick<DataSet, "name" | "classes" | "test">;

export interface Cells {
  /** Class of each picture of a cell, the same in all cells. */
  readonly labels: Uint16Array;
  readonly notes: readonly string[];
  /** Of a cell: changes when a file of it does, as far as sizes and dates tell. "none" of one that is not there. */
  identity(corruption: string, severity: Severity): string;
  /** @throws PatinaError `file-missing` for a cell that is not there */
  check(corruption: string, severity: Severity): void;
  /**
   * What reads pictures of a cell by their places, [count,H,W,C] bytes.
   * @throws PatinaError as `check`; what looking at the cell throws
   */
  open(corruption: string, severity: Severity): (places: Uint32Array) => Promise<Uint8Array>;
  close(): Promise<void>;
}

const sides = [32, 64] as const; // each has its own ten of c-bar
/** All names that published files carry, in the order of the suites. */
export const publishedNames: readonly string[] = [
  ...new Set([
    ...suiteCorruptions("c", { height: 32, width: 32, channels: 3 }),
    ...sides.flatMap((side) => suiteCorruptions("c-bar", { height: side, width: side, channels: 3 })),
  ]),
];
