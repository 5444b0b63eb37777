/** Two models on the same pictures. Source: metrics.md 5 and 6. */
import { PatinaError } from "../errors.ts";
import type { PictureShape } from "../pictures/picture.ts";
import { stream } from "../random/stream.ts";
import { type Cell, cellFile, cleanFile, readCell } from "./cell-file.ts";
import type { Comparison, Evaluation } from "./evaluation.ts";
import { correctness, countsOfCells } from "./metrics/accuracy.ts";
import { suitesFor, wholeCorruptions } from "./results.ts";
import { differencesWithRanges } from "./statistics/bootstrap.ts";
import { adjustHolm } from "./statistics/holm.ts";
import { mcNemar } from "./statistics/mcnemar.ts";
import type { NamedCell } from "./sweep.ts";

/** One side of a comparison: what it said of clean pictures, and of cells of one origin. */
export interface Side {
  readonly clean: Cell;
  readonly cells: readonly NamedCell[];
}

/**
 * The other side, from where its evaluation lies.
 * @throws PatinaError `data` where a cell is not the one that evaluation.json was made of; as `readCell`
 */
export function readSide(folder: string, evaluation: Evaluation, origin: string): Side {
  const results = evaluation.columns.find((column) => column.origin === origin)?.cells ?? [];
  return {
    clean: readOwn(cleanFile(folder), evaluation).cell,
    cells: results.map(({ corruption, severity, digest }) => {
      const { cell } = readOwn(cellFile(folder, origin, corruption, severity), evaluation, digest);
      return { corruption, severity, cell };
    }),
  };
}

/**
 * A cell that is still the one behind its result: a model that was trained again leaves others, until all are measured.
 * @param digest that of the result; none for clean pictures
 * @throws PatinaError `data` where it is another; as `readCell`
 */
export function readOwn(path: string, { model, data }: Evaluation, digest?: string): ReturnType<typeof readCell> {
  const { cell, key } = readCell(path);
  const isOwn =
    key.weights === model.digest &&
    key.preparation === (model.preparation ?? "") &&
    key.pictures === data.digest &&
    (digest === undefined || cell.digest === digest);
  if (isOwn) return { cell, key };
  throw new PatinaError(
    "data",
    `${path}: is not what evaluation.json was made of (other weights or pictures). Evaluate ${model.name} again, to the end.`,
  );
}

/**
 * Compares the first with the second in the cells that both have.
 * @throws PatinaError `data` where the pixels of clean pictures or of a cell differ.
 */
export function compareSides(
  first: Side,
  second: Side,
  shape: PictureShape,
): Pick<Comparison, "clean" | "cells" | "suites"> {
  checkSame("clean pictures", first.clean, second.clean);
  const pairs = first.cells.flatMap((mine) => {
    const other = second.cells.find(
      ({ corruption, severity }) => corruption === mine.corruption && severity === mine.severity,
    );
    return other === undefined ? [] : [{ mine, other }];
  });
  for (const { mine, other } of pairs)
    checkSame(`${mine.corruption} at severity ${mine.severity}`, mine.cell, other.cell);
  const tested = pairs.map(({ mine, other }) => disagreement(mine.cell, other.cell));
  const adjusted = adjustHolm(tested.map(({ p }) => p));
  const mine = wholeCorruptions(pairs.map((pair) => pair.mine));
  const others = wholeCorruptions(pairs.map((pair) => pair.other));
  const suites = suitesFor(shape).filter(([, members]) => members.every((name) => mine.has(name)));
  const differences = suites.map(([, members]) => {
    const [ours, theirs] = [mine, others].map((side) => countsOfCells(members.flatMap((name) => side.get(name)!)));
    return { ...ours!, counts: ours!.counts.map((count, index) => count - theirs!.counts[index]!) };
  });
  const estimates = differencesWithRanges(differences, stream(0, "bootstrap"));
  return {
    clean: disagreement(first.clean, second.clean),
    cells: pairs.map(({ mine: { corruption, severity } }, index) => ({
      corruption,
      severity,
      ...tested[index]!,
      adjusted: adjusted[index]!,
    })),
    suites: suites.map(([suite], index) => {
      const { p, ...difference } = estimates[index]!;
      return { suite, difference, p };
    }),
  };
}

function disagreement(mine: Cell, other: Cell): { onlyThis: number; onlyOther: number; p: number } {
  const theirs = correctness(other);
  let [onlyThis, onlyOther] = [0, 0];
  for (const [index, isCorrect] of correctness(mine).entries()) {
    if (isCorrect > theirs[index]!) onlyThis++;
    else if (isCorrect < theirs[index]!) onlyOther++;
  }
  return { onlyThis, onlyOther, p: mcNemar(onlyThis, onlyOther) };
}

function checkSame(what: string, { digest }: Cell, other: Cell): void {
  if (digest === other.digest) return;
  throw new PatinaError(
    "data",
    `The two models were measured on different pictures (${what}: digest ${digest.slice(0, 8)}... and ${other.digest.slice(0, 8)}...). Measure both on the same ones.`,
  );
}
