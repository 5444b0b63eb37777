/** The mistakes that a network was most sure of, in the cells with the most mistakes. */
import { generatedOrigin } from "../benchmark/generated.ts";
import type { Severity } from "../corrupt/define.ts";
import type { DataSet } from "../data/data-set.ts";
import { splitOfRun } from "../data/split.ts";
import { PatinaError } from "../errors.ts";
import { type Cell, cellFile, readCell } from "../evaluate/cell-file.ts";
import type { CellResult, Column } from "../evaluate/evaluation.ts";
import { choosePictures, type MeasuredPictures, type Part } from "../evaluate/pictures.ts";
import { isKnown, type PictureMaker, readCorrupted } from "./pictures.ts";
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
  /** The most confident first. */
  readonly mistakes: readonly Mistake[];
}

/** Those of some cells, or why there are none. */
export type Mistakes = { readonly cells: readonly CellMistakes[] } | { readonly reason: string };

const CELLS = 5;
const MISTAKES = 6;

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
  const pictures = measuredPictures(run, data);
  if (pictures.digest !== run.evaluation!.data.digest)
    return { reason: "the evaluation was made on other pictures than the run's data set holds." };
  const worst = worstCells(column).filter(({ corruption }) => isKnown(corruption));
  const places = worst.map((name) => placesOf(readMeasured(run, column, name)));
  const indices = [...new Set(places.flat())].sort((a, b) => a - b);
  if (indices.length === 0) return { cells: [] };
  const chosen = Uint32Array.from(indices, (place) => pictures.indices?.[place] ?? place);
  const source = await maker.open(run, pictures.set, data.name, chosen);
  try {
    if (source.notes.join() !== column.notes.join())
      return { reason: "corrupted pictures are made in another way here than where the run was evaluated." };
    const cells: CellMistakes[] = [];
    for (const [index, name] of worst.entries()) {
      const { corruption, severity } = name;
      const made = await readCorrupted(source, corruption, severity);
      const cell = readMeasured(run, column, name);
      const mistakes = places[index]!.map(
        async (place): Promise<Mistake> => ({
          picture: await thumbnail(made[indices.indexOf(place)]!),
          actual: data.classes[cell.labels[place]!]!,
          predicted: data.classes[cell.predicted[place]!]!,
          confidence: cell.confidence[place]!,
        }),
      );
      cells.push({ corruption, severity, mistakes: await Promise.all(mistakes) });
    }
    return { cells };
  } finally {
    await source.close();
  }
}

/** Which pictures of the data set the evaluation was made on. */
function measuredPictures({ path, manifest, experiment, evaluation }: RunRecord, data: DataSet): MeasuredPictures {
  const { part, count, total } = evaluation!.data;
  const split = splitOfRun(data.train.labels, experiment.train);
  const own = { run: path, manifest, data, model: experiment.model, split };
  return choosePictures({ data }, part as Part, own, count < total ? count : undefined);
}

/** @throws PatinaError `data` where the cell's file is of other pictures than the evaluation says */
function readMeasured(run: RunRecord, { origin }: Column, { corruption, severity, digest }: CellResult): Cell {
  const file = cellFile(run.evaluationFolder!, origin, corruption, severity);
  const { cell } = readCell(file);
  if (cell.digest === digest) return cell;
  throw new PatinaError("data", `${file}: is not what evaluation.json was made of. Call patina evaluate again.`);
}

/** Places of the mistakes in the cell, the most confident first; of equals the first. */
export function placesOf({ labels, predicted, confidence }: Cell): number[] {
  const wrong = Array.from(labels.keys()).filter((place) => labels[place] !== predicted[place]);
  return wrong.sort((a, b) => confidence[b]! - confidence[a]! || a - b).slice(0, MISTAKES);
}
