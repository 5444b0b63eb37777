/** The mistakes that a network was most sure of, in the cells with the most mistakes. */
import { generatedOrigin } from "../benchmark/generated.ts";
import type { Severity } from "../corrupt/define.ts";
import { PatinaError } from "../errors.ts";
import { type Cell, cellFile } from "../evaluate/cell-file.ts";
import { readOwn } from "../evaluate/compare.ts";
import type { CellResult, Column } from "../evaluate/evaluation.ts";
import { isKnown, measuredOf, type PictureMaker, type Reason, readCorrupted } from "./pictures.ts";
import type { RunRecord } from "./run-record.ts";
import { thumbnail } from "./thumbnail.ts";

export interface Mistake {
  /** The corrupted picture, as a data URI. */
  readonly picture: string;
  readonly actual: string;
  readonly predicted: string;
  /** In [0,1]. */
  readonly confidence: number;
}

export interface CellMistakes {
  readonly corruption: string;
  readonly severity: Severity;
  /** The most confident first; or why there are none. */
  readonly mistakes: readonly Mistake[] | Reason;
}

/** Those of some cells, or why there are none. */
export type Mistakes = { readonly cells: readonly CellMistakes[] } | Reason;

const CELLS = 5;
const MISTAKES = 6;

/** Its textures are ours, or the original photographs where they are there; files of a benchmark do not tell which. */
const OTHER_FROST: Reason = {
  reason: "frost has other textures here than where it was measured, or was read from files.",
};

/** The cells with the lowest accuracy, the lowest first. */
export function worstCells({ cells }: Column): CellResult[] {
  return cells.toSorted((a, b) => a.accuracy - b.accuracy).slice(0, CELLS);
}

/** For each origin of corrupted pictures. What cannot be shown says why. @throws PatinaError `interrupted` */
export async function findMistakes(run: RunRecord, maker: PictureMaker): Promise<ReadonlyMap<string, Mistakes>> {
  const found = new Map<string, Mistakes>();
  for (const column of run.evaluation?.columns ?? []) {
    try {
      found.set(column.origin, await mistakesOf(run, column, maker));
    } catch (error) {
      if (!(error instanceof PatinaError) || error.code === "interrupted") throw error;
      found.set(column.origin, { reason: error.message });
    }
  }
  return found;
}

async function mistakesOf(run: RunRecord, column: Column, maker: PictureMaker): Promise<Mistakes> {
  if (column.origin !== generatedOrigin)
    return { reason: "these corrupted pictures are not made here but come from files." };
  const data = await maker.dataOf(run);
  if ("reason" in data) return data;
  const pictures = measuredOf(run, run.evaluation!, data);
  if ("reason" in pictures) return pictures;
  const worst = worstCells(column).filter(({ corruption }) => isKnown(corruption));
  const identity = await maker.identityOf(run, pictures);
  const found = worst.map(({ corruption, severity, digest }) => {
    const file = cellFile(run.evaluationFolder!, column.origin, corruption, severity);
    const { cell, key } = readOwn(file, run.evaluation!, digest);
    // Of one origin all but frost is the same bytes wherever it is made.
    const isSame = corruption !== "frost" || key.source === identity(corruption);
    return { corruption, severity, cell, places: isSame ? placesOf(cell) : undefined };
  });
  const indices = [...new Set(found.flatMap(({ places }) => places ?? []))].sort((a, b) => a - b);
  const chosen = Uint32Array.from(indices, (place) => pictures.indices?.[place] ?? place);
  const source = await maker.open(run, pictures.set, data.name, chosen);
  try {
    const cells: CellMistakes[] = [];
    for (const { corruption, severity, cell, places } of found) {
      const made = places?.length ? await readCorrupted(source, corruption, severity) : [];
      const mistakes = places?.map(
        async (place): Promise<Mistake> => ({
          picture: await thumbnail(made[indices.indexOf(place)]!),
          actual: data.classes[cell.labels[place]!]!,
          predicted: data.classes[cell.predicted[place]!]!,
          confidence: cell.confidence[place]!,
        }),
      );
      cells.push({
        corruption,
        severity,
        mistakes: mistakes === undefined ? OTHER_FROST : await Promise.all(mistakes),
      });
    }
    return { cells };
  } finally {
    await source.close();
  }
}

/** Places of the mistakes in the cell, the most confident first; of equals the first. */
export function placesOf({ labels, predicted, confidence }: Cell): number[] {
  const wrong = Array.from(labels.keys()).filter((place) => labels[place] !== predicted[place]);
  return wrong.sort((a, b) => confidence[b]! - confidence[a]! || a - b).slice(0, MISTAKES);
}
