/** The evaluation of another model, to hold this one against. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { BenchmarkSource } from "../benchmark/source.ts";
import { PatinaError } from "../errors.ts";
import { isFolder } from "../files.ts";
import { readManifest } from "../run/manifest.ts";
import { cellNames } from "./cell-names.ts";
import { shellWord, wordsOf } from "./command-words.ts";
import { evaluationFolder, findEvaluation, variantOf } from "./evaluation-file.ts";
import type { OtherEvaluation } from "./measure-model.ts";
import type { EvaluateOptions } from "./options.ts";
import type { MeasuredPictures } from "./pictures.ts";

/** What is measured now. */
interface Measured {
  /** Of the model. */
  readonly path: string;
  readonly source: BenchmarkSource;
  readonly pictures: MeasuredPictures;
  readonly options: EvaluateOptions;
}

/**
 * The evaluation of another model on the same pictures.
 * @throws PatinaError `file-missing` where nothing is there; `run` where it was not evaluated so, with what to type; `data`
 * where it is of other data, or of another origin
 */
export function findOther(
  other: string | undefined,
  what: string,
  { path, source, pictures, options }: Measured,
): OtherEvaluation | undefined {
  if (other === undefined) return undefined;
  const isRun = isFolder(other);
  if (!isRun && !existsSync(other))
    throw new PatinaError("file-missing", `${other}: the ${what} is not there. Check the path.`);
  // A file says nothing of its pictures: the run that is measured does.
  const dataSet = options.dataSet ?? (isRun ? undefined : path);
  const remedy = `Type: patina evaluate ${shellWord(other)}${wordsOf({ ...options, dataSet, checkpoint: undefined })}`;
  const found = evaluationsOf(other, options, pictures);
  const same = found.find(({ evaluation }) => evaluation.data.digest === pictures.digest);
  if (same === undefined && isRun && dataSet === undefined) checkSameData(other, what, pictures);
  if (same === undefined) {
    const others = found.length === 0 ? "" : `, on others only (${found.map(({ folder }) => folder).join(", ")})`;
    throw new PatinaError("run", `${other}: the ${what} was not evaluated on these pictures${others}. ${remedy}`);
  }
  const { folder, evaluation } = same;
  const cells = evaluation.columns.find(({ origin }) => origin === source.origin)?.cells;
  if (cells === undefined) {
    const origins = evaluation.columns.map(({ origin }) => origin).join(", ");
    throw new PatinaError(
      "data",
      `${folder}: the ${what} was evaluated on ${origins}, not on ${source.origin}; results of two origins are not compared. ${remedy}`,
    );
  }
  const missing = cellNames(source, options).filter(
    (name) => !cells.some(({ corruption, severity }) => corruption === name.corruption && severity === name.severity),
  );
  if (missing.length > 0)
    throw new PatinaError(
      "run",
      `${folder}: the ${what} lacks ${missing.length} of these cells (${missing[0]!.corruption} at severity ${missing[0]!.severity}, ...). ${remedy}`,
    );
  return { folder, evaluation };
}

/** A run of other data is not measured on these by being measured again. */
function checkSameData(other: string, what: string, { data }: MeasuredPictures): void {
  const trained = readManifest(other).data;
  if (trained.test === data.test.digest) return;
  throw new PatinaError(
    "data",
    `${other}: the ${what} was trained on ${trained.name}, and this model is measured on ${data.name}: other pictures. Models are compared on the same ones; name one that was trained on them.`,
  );
}

/**
 * All evaluations of a model's final weights, that of the same words first: the same pictures may have been named in other
 * words, as by a data set of their own for a file.
 */
function evaluationsOf(
  other: string,
  { checkpoint: _, ...options }: EvaluateOptions,
  { data }: MeasuredPictures,
): OtherEvaluation[] {
  const root = evaluationFolder(other, {});
  const names = existsSync(root) ? readdirSync(root).filter((name) => !name.startsWith("checkpoint-")) : [];
  const folders = [
    evaluationFolder(other, variantOf(options, data)),
    root,
    ...names.sort().map((name) => join(root, name)),
  ];
  return [...new Set(folders)].flatMap((folder) => {
    const evaluation = findEvaluation(folder);
    return evaluation === undefined ? [] : [{ folder, evaluation }];
  });
}
