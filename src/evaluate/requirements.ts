/** What a model must reach, for continuous integration. */
import { nearestName, PatinaError } from "../errors.ts";
import type { Evaluation, SuiteResult } from "./evaluation.ts";

/** Suites whose means are judged: all must be measured whole. */
export function suitesOf(requirements: readonly Requirement[]): SuiteResult["suite"][] {
  return requirements.flatMap(({ name }) => (name === "clean" ? [] : [name]));
}

const NAMES = ["clean", "c", "c15", "c-bar", "without-pixel-noise"] as const;

export interface Requirement {
  readonly name: (typeof NAMES)[number];
  /** Least accuracy, in [0,1]. */
  readonly least: number;
}

export interface Judgement extends Requirement {
  /** What was measured. */
  readonly accuracy: number;
  readonly isMet: boolean;
}

/** Reads "c15=0.85". @throws PatinaError `usage` where it is of another form, `unknown-name` */
export function parseRequirement(text: string): Requirement {
  const [, word, number] = /^([^=]+)=(\d*\.?\d+)$/.exec(text) ?? [];
  const least = Number(number);
  if (word === undefined || !(least >= 0 && least <= 1))
    throw new PatinaError(
      "usage",
      `--fail-under ${text}: is not a suite and an accuracy in [0,1]. Write it as c15=0.85, or clean=0.9.`,
    );
  const name = NAMES.find((known) => known === word);
  if (name !== undefined) return { name, least };
  const near = nearestName(word, NAMES);
  const hint = near === undefined ? `There are ${NAMES.join(", ")}.` : `Did you mean "${near}"?`;
  throw new PatinaError("unknown-name", `--fail-under ${text}: unknown suite "${word}". ${hint}`);
}

/** @throws PatinaError `usage` where one of them was not measured on pictures of that origin */
export function judgeEvaluation(
  { clean, columns }: Evaluation,
  origin: string,
  requirements: readonly Requirement[],
): Judgement[] {
  const suites = columns.find((column) => column.origin === origin)?.suites ?? [];
  return requirements.map(({ name, least }) => {
    const accuracy = name === "clean" ? clean.accuracy : suites.find(({ suite }) => suite === name)?.accuracy.value;
    if (accuracy === undefined)
      throw new PatinaError(
        "usage",
        `--fail-under ${name}: not all cells of ${name} were measured. Add its suites, with all severities.`,
      );
    return { name, least, accuracy, isMet: accuracy >= least };
  });
}
