/** What to type to make a run and its evaluation again. */
import { severities as allSeverities, type Severity } from "../corrupt/define.ts";
import { type SuiteName, suiteCorruptions } from "../corrupt/suites.ts";
import { knownNames } from "../data/registry.ts";
import { shellWord, wordsOf } from "../evaluate/command-words.ts";
import type { Column, Evaluation } from "../evaluate/evaluation.ts";
import type { EvaluateOptions } from "../evaluate/options.ts";
import { isOfOwnData, type RunRecord } from "./run-record.ts";

/** Commands, a line each. Words in capitals are for the reader to fill in: the run's files do not know them. */
export function reproduction({ path, manifest, evaluation }: RunRecord): string[] {
  const train = `patina train ${shellWord(`${path}/experiment.json`)}`;
  if (evaluation === undefined) return [train];
  const { data, model, columns, computed } = evaluation;
  const choice = {
    checkpoint: model.kind === "checkpoint" ? model.name.slice(model.name.lastIndexOf("@") + 1) : undefined,
    dataSet: isOfOwnData(manifest, data) ? undefined : dataSetWord(data.name),
    part: data.part === "held" ? ("held" as const) : undefined,
    subset: data.count < data.total ? data.count : undefined,
  };
  const calls = columns.flatMap((column) => {
    const official = isMadeWhileMeasured(column.origin) ? undefined : "FOLDER/OF/THE-CORRUPTED-PICTURES";
    return cellChoices(column, data.shape).map((cells) => wordsOf({ ...choice, official, ...cells }));
  });
  const edges = computed.edges === undefined ? "" : ` --calibration ${computed.edges}`;
  return [train, ...calls.map((words) => `patina evaluate runs/THE-NEW-RUN${words}${edges}`)];
}

/** Of a folder the evaluation knows the last part of its path. */
function dataSetWord(name: string): string {
  return knownNames.some((known) => known === name) ? name : `FOLDER/OF/${name}`;
}

/** JPEG files of ours have an origin of their own, since they lost detail. */
const isMadeWhileMeasured = (origin: string): boolean => /^generated@[^-]+$/.test(origin);

type Cells = Pick<EvaluateOptions, "suites" | "only" | "severities">;

/** Options for the cells of a column: one call for those corruptions that have the same severities. */
function cellChoices({ cells }: Column, shape: Evaluation["data"]["shape"]): Cells[] {
  const bySeverities = new Map<string, { names: string[]; severities: Severity[] }>();
  for (const name of new Set(cells.map(({ corruption }) => corruption))) {
    const severities = allSeverities.filter((severity) =>
      cells.some((cell) => cell.corruption === name && cell.severity === severity),
    );
    const same = bySeverities.get(severities.join()) ?? { names: [], severities };
    same.names.push(name);
    bySeverities.set(severities.join(), same);
  }
  return [...bySeverities.values()].map(({ names, severities }) => ({
    ...corruptionChoice(names, shape),
    severities: severities.length === allSeverities.length ? undefined : severities,
  }));
}

/** Sets of suites, that which is measured where none is named first. */
const choices: readonly (readonly SuiteName[])[] = [["c", "c-bar"], ["c15"], ["c"], ["c-bar"], ["c15", "c-bar"]];

function corruptionChoice(names: readonly string[], [height, width, channels]: Evaluation["data"]["shape"]): Cells {
  const shape = { height, width, channels: channels === 1 ? (1 as const) : (3 as const) };
  const place = choices.findIndex((suites) => {
    const members = new Set(suites.flatMap((suite) => [...suiteCorruptions(suite, shape)]));
    return members.size === names.length && names.every((name) => members.has(name));
  });
  if (place === 0) return {};
  return place < 0 ? { only: names } : { suites: choices[place]! };
}
