/** Runs compared with the first one, picture by picture. */
import { PatinaError } from "../errors.ts";
import { compareSides, readSide } from "../evaluate/compare.ts";
import type { RunRecord } from "./run-record.ts";
import type { NamedComparison } from "./sections/comparison.ts";
import { picturesText } from "./titles.ts";

/**
 * Each run with the first, for each origin of corrupted pictures, and those that evaluations hold themselves, of other
 * pairs; where two were measured on different pictures, that is said instead.
 */
export function compareRuns(runs: readonly RunRecord[]): NamedComparison[] {
  const [first, ...others] = runs;
  const withFirst = others.map((run) => ({
    pair: pairOf(run, digestOf(first!)),
    comparisons: compareTwo(run, first!),
  }));
  const made = withFirst.filter(({ comparisons }) => comparisons.some(({ comparison }) => !("reason" in comparison)));
  const recorded = runs.flatMap((run) => {
    const comparison = run.evaluation?.comparison;
    if (comparison === undefined) return [];
    const { name, digest } = comparison.against;
    const pair = pairOf(run, digest);
    if (made.some((other) => other.pair === pair)) return [];
    return [{ pair, comparisons: [{ name: run.name, against: name, comparison }] }];
  });
  const once = recorded.filter(({ pair }, place) => recorded.findIndex((other) => other.pair === pair) === place);
  const rest = withFirst.filter(({ pair }) => !once.some((other) => other.pair === pair));
  return [...once, ...rest].flatMap(({ comparisons }) => comparisons);
}

const digestOf = ({ evaluation }: RunRecord): string | undefined => evaluation?.model.digest;

/** Two networks, whichever is held against the other. */
const pairOf = (run: RunRecord, other: string | undefined): string => [digestOf(run), other].sort().join();

function compareTwo(run: RunRecord, other: RunRecord): NamedComparison[] {
  if (run.evaluation === undefined || other.evaluation === undefined) return [];
  const names = { name: run.name, against: other.name };
  if (run.evaluation.data.digest !== other.evaluation.data.digest)
    return [
      {
        ...names,
        comparison: {
          reason: `They were measured on different pictures: ${picturesText(run.evaluation.data)} and ${picturesText(other.evaluation.data)}. Measure both on the same ones to compare them.`,
        },
      },
    ];
  const known = new Set(other.evaluation.columns.map(({ origin }) => origin));
  const origins = run.evaluation.columns.map(({ origin }) => origin).filter((origin) => known.has(origin));
  if (origins.length === 0)
    return [
      {
        ...names,
        comparison: {
          reason: "Their corrupted pictures come from different places; results of two origins are not compared.",
        },
      },
    ];
  return origins.map((origin) => ({ ...names, comparison: compareOn(origin, run, other) }));
}

function compareOn(origin: string, run: RunRecord, other: RunRecord): NamedComparison["comparison"] {
  const evaluation = other.evaluation!;
  const { name, path, digest } = evaluation.model;
  const [height, width, channels] = evaluation.data.shape;
  try {
    const mine = readSide(run.evaluationFolder!, run.evaluation!, origin);
    const theirs = readSide(other.evaluationFolder!, evaluation, origin);
    return {
      against: { name, path, digest, cleanAccuracy: evaluation.clean.accuracy },
      origin,
      ...compareSides(mine, theirs, { height, width, channels: channels === 1 ? 1 : 3 }),
    };
  } catch (error) {
    if (!(error instanceof PatinaError)) throw error;
    return { reason: error.message };
  }
}
