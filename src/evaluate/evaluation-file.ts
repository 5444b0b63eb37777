/** Where evaluations lie, and how they are read. */
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type DataSet, isPath } from "../data/data-set.ts";
import { PatinaError } from "../errors.ts";
import { isFolder, readBounded, writeAtomically } from "../files.ts";
import { Evaluation } from "./evaluation.ts";
import type { EvaluateOptions } from "./options.ts";

/** Many times one of ours. */
const SIZE_LIMIT = 1 << 26;

/** Which of a model's evaluations: each set of pictures has its own folder, so that a quick look destroys nothing. */
export interface Variant {
  readonly checkpoint?: string | undefined;
  /** A data set that is not the model's own, in a word that no other one has. */
  readonly dataSet?: string | undefined;
  readonly part?: "test" | "held" | undefined;
  readonly subset?: number | undefined;
}

/** Which evaluation is asked for. Folders and runs may share their last name with others: their pictures tell them apart. */
export function variantOf({ checkpoint, dataSet, part, subset }: EvaluateOptions, { test }: DataSet): Variant {
  const word = (name: string) => (isPath(name) ? `${basename(resolve(name))}-${test.digest.slice(0, 8)}` : name);
  return { checkpoint, dataSet: dataSet === undefined ? undefined : word(dataSet), part, subset };
}

/**
 * The folder of an evaluation: `evaluation/` of a run, `FILE.evaluation/` beside a file; in it a folder for each variant
 * but the plain one: "held", "subset-1000", "leaves-1a2b3c4d", "checkpoint-000120-subset-1000".
 */
export function evaluationFolder(model: string, { checkpoint, dataSet, part, subset }: Variant): string {
  const root = isFolder(model) ? join(model, "evaluation") : `${model}.evaluation`;
  const words = [
    ...(checkpoint === undefined ? [] : [`checkpoint-${checkpoint}`]),
    ...(dataSet === undefined ? [] : [dataSet]),
    ...(part === "held" ? ["held"] : []),
    ...(subset === undefined ? [] : [`subset-${subset}`]),
  ];
  return words.length === 0 ? root : join(root, words.join("-"));
}

export const evaluationFile = (folder: string): string => join(folder, "evaluation.json");

/** The evaluation in a folder; undefined where there is none. @throws PatinaError `file-damaged` */
export function findEvaluation(folder: string): Evaluation | undefined {
  const path = evaluationFile(folder);
  if (!existsSync(path)) return undefined;
  try {
    return Evaluation.parse(JSON.parse(readBounded(path, SIZE_LIMIT).toString("utf8")));
  } catch (cause) {
    throw new PatinaError(
      "file-damaged",
      `${path}: is not an evaluation that this version reads. Delete it and call patina evaluate again: cells are kept.`,
      { cause },
    );
  }
}

/** Writes it whole or not at all, checked. @throws PatinaError `file-system` */
export function writeEvaluation(folder: string, evaluation: Evaluation): void {
  writeAtomically(evaluationFile(folder), `${JSON.stringify(Evaluation.parse(evaluation), null, 2)}\n`);
}
