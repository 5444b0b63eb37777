/** From what a model said of each picture to results. */
import { severities } from "../corrupt/define.ts";
import { pixelNoises, suiteCorruptions, suiteNames } from "../corrupt/suites.ts";
import { PatinaError } from "../errors.ts";
import type { PictureShape } from "../pictures/picture.ts";
import { stream } from "../random/stream.ts";
import type { Cell } from "./cell-file.ts";
import type { CellResult, Column, Computed, CorruptionResult, Evaluation, SuiteResult } from "./evaluation.ts";
import { correctness, countCorrect, countsOfCells } from "./metrics/accuracy.ts";
import { calibrationError, type EdgeRule, reliabilityBins } from "./metrics/calibration.ts";
import { meansWithRanges } from "./statistics/bootstrap.ts";
import { wilsonRange } from "./statistics/wilson.ts";
import type { NamedCell } from "./sweep.ts";

export interface ColumnParts {
  readonly origin: string;
  readonly notes: readonly string[];
  readonly shape: PictureShape;
  readonly cells: readonly NamedCell[];
  readonly edges: EdgeRule;
}

/** The corruptions of each suite for pictures of this shape, and those of all without the noise of single pixels. */
export function suitesFor(shape: PictureShape): [SuiteResult["suite"], readonly string[]][] {
  const all = [...suiteCorruptions("c", shape), ...suiteCorruptions("c-bar", shape)];
  const suites = suiteNames.map((name): [SuiteResult["suite"], readonly string[]] => [
    name,
    suiteCorruptions(name, shape),
  ]);
  return [...suites, ["without-pixel-noise", all.filter((name) => !pixelNoises.includes(name))]];
}

/** Results on clean pictures. */
export function cleanResult(cell: Cell, edges: EdgeRule): Evaluation["clean"] {
  const { labels, confidence } = cell;
  const correct = countCorrect(cell);
  const reliability = reliabilityBins(confidence, correctness(cell), edges);
  return {
    correct,
    accuracy: correct / labels.length,
    range: wilsonRange(correct, labels.length),
    calibrationError: calibrationError(reliability),
    reliability,
  };
}

/**
 * All results on cells of one origin, in their order. A corruption counts where all its severities are there, a suite where
 * all its corruptions are.
 * @throws PatinaError `data` where cells do not hold the same pictures in the same order: means over pictures need that.
 */
export function columnOf({ origin, notes, shape, cells, edges }: ColumnParts): Column {
  checkSamePictures(cells);
  const byCorruption = wholeCorruptions(cells);
  const names = [...byCorruption.keys()];
  const suites = suitesFor(shape).filter(([, members]) => members.every((name) => byCorruption.has(name)));
  const cellsOf = (members: readonly string[]) => members.flatMap((name) => byCorruption.get(name)!);
  const groups = [...names.map((name) => [name]), ...suites.map(([, members]) => members)];
  const estimates = meansWithRanges(
    groups.map((members) => countsOfCells(cellsOf(members))),
    stream(0, "bootstrap"),
  );
  const corruptions = names.map(
    (corruption, index): CorruptionResult => ({
      corruption,
      accuracy: estimates[index]!,
      calibrationError: calibrationError(binsOf(byCorruption.get(corruption)!, edges)),
    }),
  );
  const errors = new Map(corruptions.map(({ corruption, calibrationError }) => [corruption, calibrationError]));
  return {
    origin,
    notes: [...notes],
    computed: computedBy(cells),
    cells: cells.map((cell) => cellResult(cell, edges)),
    corruptions,
    suites: suites.map(([suite, members], index) => ({
      suite,
      corruptions: [...members],
      accuracy: estimates[names.length + index]!,
      calibrationError: members.reduce((sum, name) => sum + errors.get(name)!, 0) / members.length,
    })),
    reliability: binsOf(
      cells.map(({ cell }) => cell),
      edges,
    ),
  };
}

/** Each once. */
function computedBy(cells: readonly NamedCell[]): Computed[] {
  const found = new Map<string, Computed>();
  for (const { cell } of cells)
    if (cell.computed !== undefined) found.set(JSON.stringify(cell.computed), cell.computed);
  return [...found.values()];
}

/** The cells of corruptions that have all severities, weakest first, in the order in which they come. */
export function wholeCorruptions(cells: readonly NamedCell[]): Map<string, Cell[]> {
  const names = [...new Set(cells.map(({ corruption }) => corruption))];
  const found = names.map((name): [string, Cell[]] => [
    name,
    severities.flatMap((wanted) => {
      const cell = cells.find(({ corruption, severity }) => corruption === name && severity === wanted)?.cell;
      return cell === undefined ? [] : [cell];
    }),
  ]);
  return new Map(found.filter(([, ofName]) => ofName.length === severities.length));
}

function cellResult({ corruption, severity, cell }: NamedCell, edges: EdgeRule): CellResult {
  const { digest, labels } = cell;
  const correct = countCorrect(cell);
  const count = labels.length;
  return {
    corruption,
    severity,
    count,
    correct,
    accuracy: correct / count,
    range: wilsonRange(correct, count),
    calibrationError: calibrationError(binsOf([cell], edges)),
    digest,
  };
}

/** All their predictions in the same bins. */
function binsOf(cells: readonly Cell[], edges: EdgeRule) {
  const count = cells.reduce((sum, { labels }) => sum + labels.length, 0);
  const confidences = new Float32Array(count);
  const isCorrect = new Uint8Array(count);
  let start = 0;
  for (const cell of cells) {
    confidences.set(cell.confidence, start);
    isCorrect.set(correctness(cell), start);
    start += cell.labels.length;
  }
  return reliabilityBins(confidences, isCorrect, edges);
}

function checkSamePictures(cells: readonly NamedCell[]): void {
  const [first, ...others] = cells;
  const other = others.find(({ cell }) => !sameLabels(cell.labels, first!.cell.labels));
  if (other === undefined) return;
  const text = ({ corruption, severity, cell }: NamedCell) =>
    `${corruption} at severity ${severity} (${cell.labels.length} pictures)`;
  throw new PatinaError(
    "data",
    `${text(first!)} and ${text(other)} do not hold the same pictures in the same order. Copy or make the benchmark again.`,
  );
}

const sameLabels = (a: Uint16Array, b: Uint16Array): boolean =>
  a.length === b.length && a.every((label, index) => label === b[index]);
