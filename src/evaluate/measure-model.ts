/** From a model and pictures to an evaluation: clean first, then what is missing of the benchmark, then all results. */
import { setImmediate } from "node:timers/promises";
import type { BenchmarkSource, CorruptedBatch } from "../benchmark/source.ts";
import { claimFolder } from "../claim.ts";
import { severities } from "../corrupt/define.ts";
import { PatinaError } from "../errors.ts";
import { makeFolder } from "../files.ts";
import type { PictureShape } from "../pictures/picture.ts";
import { version } from "../version.ts";
import { type Cell, type CellKey, cleanFile, findCell, writeCell } from "./cell-file.ts";
import { compareSides, readSide, type Side } from "./compare.ts";
import type { Evaluation, SuiteResult } from "./evaluation.ts";
import { evaluationFile, writeEvaluation } from "./evaluation-file.ts";
import { findEarlier, keepColumns, keepNotes } from "./kept.ts";
import { measureCell } from "./measure-cell.ts";
import type { EdgeRule } from "./metrics/calibration.ts";
import type { MeasuredModel } from "./model.ts";
import type { MeasuredPictures } from "./pictures.ts";
import type { ReportEvaluation } from "./progress.ts";
import { withErrors } from "./reference.ts";
import { cleanResult, columnOf, suitesFor } from "./results.ts";
import { type CellName, type NamedCell, type Sweep, sweep, takeStock } from "./sweep.ts";

/** Another model's evaluation, and where its cells lie. */
export interface OtherEvaluation {
  readonly folder: string;
  readonly evaluation: Evaluation;
}

export interface Measurement {
  readonly model: MeasuredModel;
  readonly pictures: MeasuredPictures;
  readonly source: BenchmarkSource;
  /** Cells that are wanted. */
  readonly names: readonly CellName[];
  /** Suites that must be whole at the end. */
  readonly needs: readonly SuiteResult["suite"][];
  readonly folder: string;
  readonly batch: number;
  readonly edges: EdgeRule;
  /** Clean accuracy that was recorded for these pictures, in [0,1], and where. */
  readonly recorded: { readonly accuracy: number; readonly where: string } | undefined;
  readonly reference: OtherEvaluation | undefined;
  readonly against: OtherEvaluation | undefined;
  readonly report: ReportEvaluation;
  readonly signal: AbortSignal | undefined;
}

export interface EvaluateResult {
  readonly evaluation: Evaluation;
  /** evaluation.json */
  readonly file: string;
  /** Of the pictures measured now; those of other columns were measured before. */
  readonly origin: string;
  /** Cells that were wanted; others that were measured before are in the evaluation too. */
  readonly wanted: readonly CellName[];
  /** Cells that were measured now; the others were there. */
  readonly measured: number;
}

/** Accuracies of the same network on the same pictures differ by the last bits of an addition, which turn few pictures. */
const preflightTolerance = (count: number): number => Math.max(0.002, 1.5 / count);
/** With so many pictures intervals take seconds, which are announced. */
const SLOW_INTERVALS = 2000;

/**
 * Measures and writes evaluation.json.
 * @throws PatinaError `usage` where a suite that is needed would not be whole; `run` where clean accuracy is not the recorded
 * one, or another process measures into the folder; `file-missing` where a cell is not there; `data`, `interrupted`, ... as
 * `sweep`
 */
export async function measureModel(measurement: Measurement): Promise<EvaluateResult> {
  makeFolder(measurement.folder);
  const letGo = claimFolder(measurement.folder, "run");
  try {
    return await measureInto(measurement);
  } finally {
    letGo();
  }
}

async function measureInto(measurement: Measurement): Promise<EvaluateResult> {
  const { model, pictures, source, names, needs, folder, report } = measurement;
  const key = { weights: model.digest, preparation: model.preparation, pictures: pictures.digest };
  const cleanKey = { ...key, source: "" };
  const wanted: Sweep = { ...measurement, key };
  const corruptions = new Set([...source.corruptions, ...names.map(({ corruption }) => corruption)]);
  const all = [...corruptions].flatMap((corruption) => severities.map((severity) => ({ corruption, severity })));
  const stock = takeStock(wanted, all);
  const before = findEarlier(folder, key);
  const columns = keepColumns(wanted, all, before);
  const others = columns.get(source.origin) ?? [];
  checkNeeds(needs, source.shape, [...names, ...stock.known, ...others]);
  const isWanted = ({ corruption, severity }: CellName) =>
    names.some((name) => name.corruption === corruption && name.severity === severity);
  const missing = stock.missing.filter(isWanted);
  for (const { corruption, severity } of missing) source.check(corruption, severity);
  const stale = stock.stale.filter(({ name }) => isWanted(name));
  if (stale.length > 0) report({ kind: "warning", text: staleText(folder, stale) });
  const known = names.length - missing.length;
  const { device } = model.computed;
  const { origin } = source;
  report({ kind: "start", model: model.name, pictures: source.count, origin, cells: missing.length, known, device });
  const clean = await measureClean(measurement, cleanKey);
  const cells = await sweep(wanted, missing);
  if (source.count >= SLOW_INTERVALS) report({ kind: "note", text: "Drawing 10,000 resamples for the intervals" });
  columns.delete(source.origin);
  const own = sortedLike(all, [...stock.known, ...cells, ...others]);
  const found = { clean, columns: new Map([[source.origin, own], ...columns]) };
  const notes = keepNotes(source, others, before);
  const plain = evaluationOf(measurement, found, notes);
  writeEvaluation(folder, plain); // before what may fail: no result waits for another model's
  const evaluation = heldAgainst(plain, measurement, { clean, cells: own });
  if (evaluation !== plain) writeEvaluation(folder, evaluation);
  tellOfLeft(measurement, before);
  return {
    evaluation,
    file: evaluationFile(folder),
    origin,
    wanted: names,
    measured: cells.length,
  };
}

/** Before hours of measuring, not after them. */
function checkNeeds(needs: Measurement["needs"], shape: PictureShape, there: readonly CellName[]): void {
  const members = new Map(suitesFor(shape));
  for (const suite of needs)
    for (const corruption of members.get(suite)!)
      for (const severity of severities) {
        if (there.some((cell) => cell.corruption === corruption && cell.severity === severity)) continue;
        const suites = suite === "without-pixel-noise" ? "--suite c --suite c-bar" : `--suite ${suite}`;
        throw new PatinaError(
          "usage",
          `${suite}: its mean is asked for, but ${corruption} at severity ${severity} would not be measured. Add ${suites}, with all severities.`,
        );
      }
}

/** Clean pictures, from disk or measured now, and compared with what was recorded. */
async function measureClean(measurement: Measurement, key: CellKey): Promise<Cell> {
  const { model, pictures, folder, batch, recorded, report, signal } = measurement;
  const path = cleanFile(folder);
  const found = findCell(path, () => key);
  let cell = found !== undefined && "cell" in found ? found.cell : undefined;
  if (cell === undefined) {
    const pause = async () => {
      await setImmediate(); // Ctrl-C is heard only where nothing else runs
      if (signal?.aborted) throw new PatinaError("interrupted", "Stopped before a cell was measured.");
    };
    const name = `${pictures.data.name}, clean`;
    cell = await measureCell(model, cleanBatches(pictures, batch), { name, count: pictures.count, pause });
    writeCell(path, cell, key);
  }
  const { accuracy } = cleanResult(cell, "library");
  report({ kind: "clean", accuracy });
  if (recorded !== undefined && Math.abs(accuracy - recorded.accuracy) > preflightTolerance(pictures.count))
    throw new PatinaError(
      "run",
      `${model.name}: is right in ${percent(accuracy)} of the clean pictures, but ${recorded.where} says ${percent(recorded.accuracy)}. These are not the weights or not the pictures that were recorded, so corrupted cells would mean nothing. Restore both, or train anew.`,
    );
  return cell;
}

async function* cleanBatches(
  { set, indices, count }: MeasuredPictures,
  batch: number,
): AsyncGenerator<CorruptedBatch, undefined> {
  const bytes = new Uint8Array(Math.min(batch, count) * set.store.pictureBytes);
  for (let start = 0; start < count; start += batch) {
    const size = Math.min(batch, count - start);
    const places = Array.from({ length: size }, (_, place) => indices?.[start + place] ?? start + place);
    for (const [place, index] of places.entries()) set.store.readInto(index, bytes, place * set.store.pictureBytes);
    const labels = Uint16Array.from(places, (index) => set.labels[index]!);
    yield { bytes: bytes.subarray(0, size * set.store.pictureBytes), labels, count: size };
  }
}

/** In the order of the source; others behind. */
function sortedLike(order: readonly CellName[], cells: readonly NamedCell[]): NamedCell[] {
  const place = ({ corruption, severity }: CellName) => {
    const found = order.findIndex((name) => name.corruption === corruption && name.severity === severity);
    return found < 0 ? order.length : found;
  };
  return [...cells].sort((a, b) => place(a) - place(b));
}

/** All that was found, without another model. */
function evaluationOf(
  { model, pictures, source, edges }: Measurement,
  { clean, columns }: { clean: Cell; columns: ReadonlyMap<string, readonly NamedCell[]> },
  notes: ReadonlyMap<string, readonly string[]>,
): Evaluation {
  const { data, fitting, part, digest, count, total } = pictures;
  const { shape } = source;
  const { kind, path, name, preparation } = model;
  return {
    format: 1,
    patina: version,
    model: {
      kind,
      path,
      name,
      digest: model.digest,
      ...(preparation === "" ? {} : { preparation }),
      classes: [...(model.classes ?? data.classes)],
    },
    data: {
      name: data.name,
      part,
      digest,
      count,
      total,
      shape: [shape.height, shape.width, shape.channels],
      ...(fitting === undefined ? {} : { fitting }),
    },
    computed: { ...(clean.computed ?? model.computed), ...(edges === "library" ? {} : { edges }) },
    clean: cleanResult(clean, edges),
    columns: [...columns].map(([origin, cells]) =>
      columnOf({ origin, notes: notes.get(origin) ?? [], shape, cells, edges }),
    ),
  };
}

/** The same with corruption errors relative to another model, and compared with one, where they are named. */
function heldAgainst(evaluation: Evaluation, { source, reference, against }: Measurement, mine: Side): Evaluation {
  if (reference === undefined && against === undefined) return evaluation;
  const counts = { correct: evaluation.clean.correct, count: evaluation.data.count };
  return {
    ...evaluation,
    ...(reference !== undefined && {
      reference: referenceOf(reference),
      columns: evaluation.columns.map((column) => withErrors(column, counts, reference.evaluation)),
    }),
    ...(against !== undefined && { comparison: comparisonOf(against, mine, source) }),
  };
}

/** What evaluation.json held of other models and holds no longer, since this call did not name them. */
function tellOfLeft({ reference, against, report }: Measurement, before: Evaluation | undefined): void {
  const left = [
    ...(before?.reference !== undefined && reference === undefined ? [`--reference (${before.reference.name})`] : []),
    ...(before?.comparison !== undefined && against === undefined
      ? [`--against (${before.comparison.against.name})`]
      : []),
  ];
  if (left.length > 0)
    report({
      kind: "note",
      text: `What was measured against other models before is left out. To have it again add ${left.join(" and ")}`,
    });
}

function referenceOf({ evaluation: { model, clean } }: OtherEvaluation): NonNullable<Evaluation["reference"]> {
  return { name: model.name, digest: model.digest, cleanAccuracy: clean.accuracy };
}

function comparisonOf(
  { folder, evaluation }: OtherEvaluation,
  mine: Side,
  { origin, shape }: BenchmarkSource,
): NonNullable<Evaluation["comparison"]> {
  const { name, path, digest } = evaluation.model;
  return {
    against: { name, path, digest, cleanAccuracy: evaluation.clean.accuracy },
    origin,
    ...compareSides(mine, readSide(folder, evaluation, origin), shape),
  };
}

const WORDS: Record<keyof CellKey, string> = {
  weights: "other weights",
  preparation: "pictures prepared in another way",
  pictures: "other pictures",
  source: "another making or other files of the benchmark",
};

function staleText(folder: string, stale: readonly { parts: readonly (keyof CellKey)[] }[]): string {
  const parts = [...new Set(stale.flatMap((cell) => cell.parts))].map((part) => WORDS[part]);
  const [count, them] = stale.length === 1 ? ["1 cell is", "it is"] : [`${stale.length} cells are`, "they are"];
  return `${folder}: ${count} of ${parts.join(" and of ")}; ${them} measured anew.`;
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
