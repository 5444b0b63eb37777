/** What an earlier call measured and this one does not measure: it stays in the evaluation where it is of the same. */
import { existsSync } from "node:fs";
import { frostNotes } from "../benchmark/generated.ts";
import type { BenchmarkSource } from "../benchmark/source.ts";
import { type CellKey, cellFile, readCell } from "./cell-file.ts";
import type { CellResult, Evaluation } from "./evaluation.ts";
import { findEvaluation } from "./evaluation-file.ts";
import type { CellName, NamedCell, Sweep } from "./sweep.ts";

/** What was written before, where it is of the same model and pictures. @throws PatinaError `file-damaged` */
export function findEarlier(
  folder: string,
  { weights, preparation, pictures }: Omit<CellKey, "source">,
): Evaluation | undefined {
  const before = findEvaluation(folder);
  const isSame =
    before?.model.digest === weights &&
    (before.model.preparation ?? "") === preparation &&
    before.data.digest === pictures;
  return isSame ? before : undefined;
}

/**
 * By origin, cells that were measured before and are not open now: of other origins, and from files that are not named now.
 * Those whose files are gone, or are of something else now, are left out, which is said.
 */
export function keepColumns(
  { source, folder, key, report }: Sweep,
  open: readonly CellName[],
  before: Evaluation | undefined,
): Map<string, NamedCell[]> {
  const isOpen = (origin: string, { corruption }: CellName) =>
    origin === source.origin && open.some((name) => name.corruption === corruption);
  const columns = new Map<string, NamedCell[]>();
  for (const { origin, cells } of before?.columns ?? []) {
    const results = cells.filter((result) => !isOpen(origin, result));
    const kept = results.flatMap((result) =>
      keptCell(cellFile(folder, origin, result.corruption, result.severity), result, key),
    );
    const gone = results.length - kept.length;
    if (gone > 0)
      report({
        kind: "warning",
        text: `${folder}: ${gone === 1 ? "1 cell" : `${gone} cells`} of ${origin}, measured before, ${gone === 1 ? "is" : "are"} left out: the files are gone, or of something else.`,
      });
    if (kept.length > 0) columns.set(origin, kept);
  }
  return columns;
}

function keptCell(path: string, { corruption, severity, digest }: CellResult, key: Sweep["key"]): NamedCell[] {
  if (!existsSync(path)) return [];
  const { cell, key: found } = readCell(path);
  const isSame = (["weights", "preparation", "pictures"] as const).every((part) => found[part] === key[part]);
  return isSame && cell.digest === digest ? [{ corruption, severity, cell }] : [];
}

/** Those of the pictures measured now, and of cells that were measured before: of their frost where there is such a cell. */
export function keepNotes(
  { origin, notes }: BenchmarkSource,
  kept: readonly NamedCell[],
  before: Evaluation | undefined,
): Map<string, readonly string[]> {
  const hasFrost = kept.some(({ corruption }) => corruption === "frost");
  const frost: readonly string[] = Object.values(frostNotes);
  const columns = new Map((before?.columns ?? []).map((column) => [column.origin, column.notes]));
  const earlier = kept.length === 0 ? [] : (columns.get(origin) ?? []);
  const own = [...notes, ...earlier.filter((note) => hasFrost || !frost.includes(note))];
  return columns.set(origin, [...new Set(own)]);
}
