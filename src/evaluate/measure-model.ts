/** From a model and pictures to an evaluation: clean first, then what is missing of the benchmark, then all results. */
import { setImmediate } from "node:timers/promises";
import type { BenchmarkSource, CorruptedBatch } from "../benchmark/source.ts";
import { severities } from "../corrupt/define.ts";
import { PatinaError } from "../errors.ts";
import { makeFolder } from "../files.ts";
import type { PictureShape } from "../pictures/picture.ts";
import { version } from "../version.ts";
import { type Cell, type CellKey, cellFile, cleanFile, findCell, readCell, writeCell } from "./cell-file.ts";
import { compareSides, readSide } from "./compare.ts";
import type { Column, Evaluation, SuiteResult } from "./evaluation.ts";
import { evaluationFile, findEvaluation, writeEvaluation } from "./evaluation-file.ts";
import { measureCell } from "./measure-cell.ts";
import type { EdgeRule } from "./metrics/calibration.ts";
import type { MeasuredModel } from "./model.ts";
import type { MeasuredPictures } from "./pictures.ts";
import type { ReportEvaluation } from "./progress.ts";
import { withErrors, withoutErrors } from "./reference.ts";
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

/** Accuracies of the same network on the same pictures differ by the last bits of an addition, not by more than this. */
const PREFLIGHT_TOLERANCE = 0.002;
/** With so many pictures intervals take seconds, which are announced. */
const SLOW_INTERVALS = 2000;

/**
 * Measures and writes evaluation.json.
 * @throws PatinaError `usage` where a suite that is needed would not be whole; `run` where clean accuracy is not the recorded one; `data`, `interrupted`, ... as `sweep`
 */
export async function measureModel(measurement: Measurement): Promise<EvaluateResult> {
  const { model, pictures, source, names, needs, folder, report } = measurement;
  makeFolder(folder);
  const key = { weights: model.digest, preparation: model.preparation, pictures: pictures.digest };
  const cleanKey = { ...key, source: "" };
  const wanted: Sweep = { ...measurement, key };
  const corruptions = new Set([...source.corruptions, ...names.map(({ corruption }) => corruption)]);
  const all = [...corruptions].flatMap((corruption) => severities.map((severity) => ({ corruption, severity })));
  const stock = takeStock(wanted, all);
  const before = earlier(folder, key);
  const others = kept(wanted, all, before);
  checkNeeds(needs, source.shape, [...names, ...stock.known, ...others]);
  const isWanted = ({ corruption, severity }: CellName) =>
    names.some((name) => name.corruption === corruption && name.severity === severity);
  const missing = stock.missing.filter(isWanted);
  const stale = stock.stale.filter(({ name }) => isWanted(name));
  if (stale.length > 0) report({ kind: "warning", text: staleText(folder, stale) });
  const known = names.length - missing.length;
  const { device } = model.computed;
  const { origin } = source;
  report({ kind: "start", model: model.name, pictures: source.count, origin, cells: missing.length, known, device });
  const clean = await measureClean(measurement, cleanKey);
  const cells = await sweep(wanted, missing);
  if (source.count >= SLOW_INTERVALS) report({ kind: "note", text: "Drawing 10,000 resamples for the intervals" });
  const found = sortedLike(all, [...stock.known, ...cells, ...others]);
  const evaluation = evaluationOf(measurement, clean, found, before);
  writeEvaluation(folder, evaluation);
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
  if (recorded !== undefined && Math.abs(accuracy - recorded.accuracy) > PREFLIGHT_TOLERANCE)
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

/** Cells that were measured before on the same pictures, from files that are not open now. */
function kept({ source, folder, key }: Sweep, open: readonly CellName[], before: Evaluation | undefined): NamedCell[] {
  const column = before?.columns.find(({ origin }) => origin === source.origin);
  return (column?.cells ?? []).flatMap(({ corruption, severity, digest }) => {
    if (open.some((name) => name.corruption === corruption)) return [];
    const { cell, key: found } = readCell(cellFile(folder, source.origin, corruption, severity));
    const isSame = cell.digest === digest && found.weights === key.weights && found.preparation === key.preparation;
    return isSame && found.pictures === key.pictures ? [{ corruption, severity, cell }] : [];
  });
}

/** What was written before, where it is of the same model and pictures. @throws PatinaError `file-damaged` */
function earlier(folder: string, { weights, preparation, pictures }: Omit<CellKey, "source">): Evaluation | undefined {
  const before = findEvaluation(folder);
  const isSame =
    before?.model.digest === weights &&
    (before.model.preparation ?? "") === preparation &&
    before.data.digest === pictures;
  return isSame ? before : undefined;
}

/** In the order of the source; others behind. */
function sortedLike(order: readonly CellName[], cells: readonly NamedCell[]): NamedCell[] {
  const place = ({ corruption, severity }: CellName) => {
    const found = order.findIndex((name) => name.corruption === corruption && name.severity === severity);
    return found < 0 ? order.length : found;
  };
  return [...cells].sort((a, b) => place(a) - place(b));
}

function evaluationOf(
  measurement: Measurement,
  clean: Cell,
  cells: readonly NamedCell[],
  before: Evaluation | undefined,
): Evaluation {
  const { model, pictures, source, edges, reference, against } = measurement;
  const { data, fitting, part, digest, count, total } = pictures;
  const { height, width, channels } = source.shape;
  const cleaned = cleanResult(clean, edges);
  const measured = columnOf({ origin: source.origin, notes: source.notes, shape: source.shape, cells, edges });
  const errors = (column: Column) =>
    reference === undefined
      ? withoutErrors(column)
      : withErrors(withoutErrors(column), { correct: cleaned.correct, count }, reference.evaluation);
  const others = (before?.columns ?? []).filter(({ origin }) => origin !== source.origin);
  const { kind, path, name, preparation, computed } = model;
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
      shape: [height, width, channels],
      ...(fitting === undefined ? {} : { fitting }),
    },
    computed: { ...computed, ...(edges === "library" ? {} : { edges }) },
    clean: cleaned,
    ...(reference === undefined ? {} : { reference: referenceOf(reference) }),
    columns: [errors(measured), ...others.map(errors)],
    ...(against === undefined ? {} : { comparison: comparisonOf(against, { clean, cells }, source) }),
  };
}

function referenceOf({ evaluation: { model, clean } }: OtherEvaluation): NonNullable<Evaluation["reference"]> {
  return { name: model.name, digest: model.digest, cleanAccuracy: clean.accuracy };
}

function comparisonOf(
  { folder, evaluation }: OtherEvaluation,
  mine: { clean: Cell; cells: readonly NamedCell[] },
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
