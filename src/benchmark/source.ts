/** Where the pictures of a corruption benchmark come from: published files, or made here while they are asked for. */
import type { Severity } from "../corrupt/define.ts";
import type { PictureShape } from "../pictures/picture.ts";

/** Some pictures of a cell, in their order. */
export interface CorruptedBatch {
  /** [count,H,W,C] uint8; valid until the next batch is asked for. */
  readonly bytes: Uint8Array;
  /** Class of each, [count]. */
  readonly labels: Uint16Array;
  readonly count: number;
}

export interface BenchmarkSource {
  /** "official", or "generated@<suite version>": results of two origins are never mixed nor compared. */
  readonly origin: string;
  /** Name of the data set whose pictures were corrupted. */
  readonly dataSet: string;
  readonly shape: PictureShape;
  /** Pictures of each cell. */
  readonly count: number;
  /** Corruptions that it has, in the order of the suites. */
  readonly corruptions: readonly string[];
  /** What a reader of the results must know: textures of frost, sizes without published constants. One sentence each. */
  readonly notes: readonly string[];
  /** Of a cell: changes whenever its pictures may. Results that were measured under another one are not taken for it. */
  identity(corruption: string, severity: Severity): string;
  /**
   * Looks for a cell before hours of work that would end there.
   * @throws PatinaError `unknown-name` for a corruption it has not; `file-missing` for a severity
   */
  check(corruption: string, severity: Severity): void;
  /**
   * The pictures of one cell, `batch` at a time.
   * @throws PatinaError as `check`; what reading files throws; `interrupted`.
   */
  read(corruption: string, severity: Severity, batch: number): AsyncIterable<CorruptedBatch>;
  /** Stops workers, closes files. */
  close(): Promise<void>;
}
