/** Corruption errors of a column, relative to a reference model that was measured on the same pictures. Source: metrics.md 2. */
import { severities } from "../corrupt/define.ts";
import { PatinaError } from "../errors.ts";
import type { Column, Evaluation } from "./evaluation.ts";
import { corruptionError, meanOfDefined, relativeCorruptionError } from "./metrics/corruption-error.ts";

/** Pictures, and those that are right. */
export type Counts = { readonly correct: number; readonly count: number };

/**
 * The column with CE and relative CE of each corruption, mCE and relative mCE of each suite, as far as the reference was
 * measured.
 * @throws PatinaError `data` where it was measured on other pictures.
 */
export function withErrors(column: Column, clean: Counts, reference: Evaluation): Column {
  const theirs = reference.columns.find(({ origin }) => origin === column.origin)?.cells ?? [];
  const { correct } = reference.clean;
  const cleanErrors = { model: errorOf([clean]), reference: errorOf([{ correct, count: reference.data.count }]) };
  const corruptions = column.corruptions.map((result) => {
    const name = result.corruption;
    const [mine, other] = [cellsOf(column.cells, name), cellsOf(theirs, name)];
    if (other.length < severities.length) return result;
    checkSame(mine, other, reference.model.name);
    const errors = { model: errorOf(mine), reference: errorOf(other) };
    const error = corruptionError(errors);
    return { ...result, error, relativeError: relativeCorruptionError(errors, cleanErrors) };
  });
  const suites = column.suites.map((suite) => {
    const members = corruptions.filter(({ corruption }) => suite.corruptions.includes(corruption));
    const defined = (key: "error" | "relativeError") =>
      members.flatMap(({ [key]: error }) => (error === undefined ? [] : [error]));
    const [errors, relativeErrors] = [defined("error"), defined("relativeError")];
    if (errors.length < members.length) return suite;
    return {
      ...suite,
      meanCorruptionError: meanOfDefined(errors),
      relativeMeanCorruptionError: meanOfDefined(relativeErrors),
    };
  });
  return { ...column, corruptions, suites };
}

/** Why errors of a column are undefined, a sentence each. */
export function undefinedErrors({ corruptions }: Column): string[] {
  const without = (key: "error" | "relativeError") =>
    corruptions.filter((result) => result[key] === null).map(({ corruption }) => corruption);
  const [errors, relativeErrors] = [without("error"), without("relativeError")];
  const text = (what: string, names: readonly string[], why: string) =>
    names.length === 0
      ? []
      : [`${what}, and so their mean, is undefined where the reference ${why}: ${names.join(", ")}.`];
  return [
    ...text("CE", errors, "is never wrong"),
    ...text("Relative CE", relativeErrors, "is as often right as on clean pictures"),
  ];
}

/** Those of a corruption, weakest first. */
const cellsOf = (cells: Column["cells"], name: string): Column["cells"] =>
  cells.filter(({ corruption }) => corruption === name).sort((a, b) => a.severity - b.severity);

/** Of whole numbers, so that equal shares are equal, and a model that loses nothing is seen to lose nothing. */
function errorOf(cells: readonly Counts[]): number {
  const count = cells.reduce((sum, cell) => sum + cell.count, 0);
  return cells.reduce((sum, cell) => sum + cell.count - cell.correct, 0) / count;
}

function checkSame(mine: Column["cells"], other: Column["cells"], name: string): void {
  const wrong = mine.find(({ digest }, index) => digest !== other[index]!.digest);
  if (wrong === undefined) return;
  throw new PatinaError(
    "data",
    `The reference ${name} was measured on other pictures (${wrong.corruption} at severity ${wrong.severity}). Measure both on the same ones.`,
  );
}
