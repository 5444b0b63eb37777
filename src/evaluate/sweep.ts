/** Measures the cells of a benchmark that nobody has measured yet, each on disk as soon as it is known. */
import { setImmediate } from "node:timers/promises";
import type { BenchmarkSource, CorruptedBatch } from "../benchmark/source.ts";
import type { Severity } from "../corrupt/define.ts";
import { PatinaError } from "../errors.ts";
import { type Cell, type CellKey, cellFile, findCell, writeCell } from "./cell-file.ts";
import { measureCell } from "./measure-cell.ts";
import { accuracyOf } from "./metrics/accuracy.ts";
import type { MeasuredModel } from "./model.ts";
import type { ReportEvaluation } from "./progress.ts";

export interface CellName {
  readonly corruption: string;
  readonly severity: Severity;
}

export interface NamedCell extends CellName {
  readonly cell: Cell;
}

export interface Sweep {
  readonly model: MeasuredModel;
  readonly source: BenchmarkSource;
  /** Of the evaluation; cells lie in a folder in it that is named by the origin. */
  readonly folder: string;
  /** Of all cells, but for their source. */
  readonly key: Omit<CellKey, "source">;
  readonly batch: number;
  readonly report: ReportEvaluation;
  readonly signal: AbortSignal | undefined;
}

/** What is on disk of some cells. */
export interface Stock {
  readonly known: readonly NamedCell[];
  readonly missing: readonly CellName[];
  /** Of those missing: cells that are there but are not these, and in which parts of their keys. */
  readonly stale: readonly { name: CellName; parts: readonly (keyof CellKey)[] }[];
}

/** Looks which of these cells are there. @throws PatinaError `file-damaged` where one is not as it was written. */
export function takeStock(
  { source, folder, key }: Pick<Sweep, "source" | "folder" | "key">,
  names: readonly CellName[],
): Stock {
  const known: NamedCell[] = [];
  const missing: CellName[] = [];
  const stale: Stock["stale"][number][] = [];
  for (const name of names) {
    const path = cellFile(folder, source.origin, name.corruption, name.severity);
    const found = findCell(path, () => ({ ...key, source: source.identity(name.corruption, name.severity) }));
    if (found !== undefined && "cell" in found) known.push({ ...name, cell: found.cell });
    else missing.push(name);
    if (found !== undefined && "stale" in found) stale.push({ name, parts: found.stale });
  }
  return { known, missing, stale };
}

/**
 * Measures these cells, in their order, and writes each. While one is measured the next is made or read.
 * @throws PatinaError `interrupted` where it was aborted: what was measured is there; as `measureCell` and `source.read`
 */
export async function sweep(
  { model, source, folder, key, batch, report, signal }: Sweep,
  names: readonly CellName[],
): Promise<NamedCell[]> {
  const begun = performance.now();
  const cells: NamedCell[] = [];
  const total = names.length * source.count;
  let done = 0;
  const pause = async (count: number) => {
    done += count;
    report({ kind: "batch", done, total, seconds: (performance.now() - begun) / 1000 });
    await setImmediate(); // threads answer, and Ctrl-C is heard, only where nothing else runs
    if (signal?.aborted) throw stopped(names.length - cells.length);
  };
  const open = ({ corruption, severity }: CellName): AsyncIterator<CorruptedBatch> =>
    source.read(corruption, severity, batch)[Symbol.asyncIterator]();
  let next = names[0] === undefined ? undefined : open(names[0]);
  for (const [place, name] of names.entries()) {
    const current = next!;
    const following = names[place + 1];
    next = following === undefined ? undefined : open(following);
    const label = `${source.dataSet}, ${name.corruption} at severity ${name.severity}`;
    const cell = await measureCell(model, current, { name: label, count: source.count, pause });
    const { corruption, severity } = name;
    const whole = { ...key, source: source.identity(corruption, severity) };
    writeCell(cellFile(folder, source.origin, corruption, severity), cell, whole);
    cells.push({ ...name, cell });
    report({ kind: "cell", corruption, severity, accuracy: accuracyOf(cell) });
  }
  return cells;
}

function stopped(left: number): PatinaError {
  return new PatinaError(
    "interrupted",
    `Stopped with ${left} cell${left === 1 ? "" : "s"} to go. All before are kept; the same command measures the rest.`,
  );
}
