/** Runs compared with the first one, picture by picture. */
import { PatinaError } from "../errors.ts";
import { compareSides, readSide } from "../evaluate/compare.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import type { RunRecord } from "./run-record.ts";
import type { NamedComparison } from "./sections/comparison.ts";

/**
 * Those that evaluations hold themselves, and each run with the first, for each origin of corrupted pictures; where they
 * were measured on different pictures, that is said instead.
 */
export function compareRuns(runs: readonly RunRecord[]): NamedComparison[] {
  const recorded = runs.flatMap(({ name, evaluation }): NamedComparison[] => {
    const comparison = evaluation?.comparison;
    return comparison === undefined ? [] : [{ name, against: comparison.against.name, comparison }];
  });
  const [first, ...others] = runs;
  return [...recorded, ...others.flatMap((run) => compareTwo(run, first!))];
}

function compareTwo(run: RunRecord, other: RunRecord): NamedComparison[] {
  if (run.evaluation === undefined || other.evaluation === undefined) return [];
  const names = { name: run.name, against: other.name };
  if (run.evaluation.data.digest !== other.evaluation.data.digest)
    return [
      {
        ...names,
        comparison: {
          reason: `They were measured on different pictures: ${pictures(run.evaluation)} and ${pictures(other.evaluation)}. Measure both on the same ones to compare them.`,
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

const pictures = ({ data }: Evaluation): string => `${data.count} of ${data.total} of ${data.name}, ${data.part}`;
