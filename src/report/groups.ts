/** Results that may stand in one table or chart: on corrupted pictures of one origin, made of the same clean ones. */
import type { Column } from "../evaluate/evaluation.ts";
import type { RunRecord } from "./run-record.ts";
import { originText, picturesText } from "./titles.ts";

export interface Group {
  readonly origin: string;
  /** Of the clean pictures. */
  readonly digest: string;
  /** Both in words; no other group of the report has them. */
  readonly title: string;
}

/** Those of all runs, in the order in which they come. */
export function groupsOf(runs: readonly RunRecord[]): Group[] {
  const all = runs.flatMap(({ evaluation }) =>
    (evaluation?.columns ?? []).map(({ origin }): Group => {
      const { data } = evaluation!;
      return { origin, digest: data.digest, title: `${originText(origin)}, of ${picturesText(data)}` };
    }),
  );
  const groups = all.filter((group, place) => all.findIndex((other) => isSame(group, other)) === place);
  return groups.map((group) => {
    const isAlone = groups.filter(({ title }) => title === group.title).length === 1;
    // As the held-out parts of two seeds: as many pictures of the same name, and others.
    return isAlone ? group : { ...group, title: `${group.title} (sha256 ${group.digest.slice(0, 8)}...)` };
  });
}

/** The results of a run that belong to a group. */
export function columnOf({ evaluation }: RunRecord, { origin, digest }: Group): Column | undefined {
  return evaluation?.data.digest === digest ? evaluation.columns.find((column) => column.origin === origin) : undefined;
}

const isSame = (a: Group, b: Group): boolean => a.origin === b.origin && a.digest === b.digest;
