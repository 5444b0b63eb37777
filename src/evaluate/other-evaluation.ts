/** The evaluation of another model, to hold this one against. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { BenchmarkSource } from "../benchmark/source.ts";
import { PatinaError } from "../errors.ts";
import { cellNames } from "./cell-names.ts";
import { evaluationFolder, findEvaluation } from "./evaluation-file.ts";
import type { OtherEvaluation } from "./measure-model.ts";
import type { EvaluateOptions } from "./options.ts";
import type { MeasuredPictures } from "./pictures.ts";

/**
 * The evaluation of another model on the same pictures.
 * @throws PatinaError `run` where there is none, with what to type; `data` where it is of another origin
 */
export function findOther(
  other: string | undefined,
  what: string,
  source: BenchmarkSource,
  pictures: MeasuredPictures,
  options: EvaluateOptions,
): OtherEvaluation | undefined {
  if (other === undefined) return undefined;
  const remedy = `Type: patina evaluate ${other}${wordsOf(options)}`;
  const found = evaluationsOf(other, options);
  const same = found.find(({ evaluation }) => evaluation.data.digest === pictures.digest);
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

/**
 * All evaluations of a model's final weights, that of the same words first: the same pictures may have been named in other
 * words, as by a data set of their own for a file.
 */
function evaluationsOf(other: string, { checkpoint: _, ...variant }: EvaluateOptions): OtherEvaluation[] {
  const root = evaluationFolder(other, {});
  const names = existsSync(root) ? readdirSync(root).filter((name) => !name.startsWith("checkpoint-")) : [];
  const folders = [evaluationFolder(other, variant), root, ...names.sort().map((name) => join(root, name))];
  return [...new Set(folders)].flatMap((folder) => {
    const evaluation = findEvaluation(folder);
    return evaluation === undefined ? [] : [{ folder, evaluation }];
  });
}

/** The options that say which pictures, as they are typed. */
function wordsOf({ dataSet, part, official, suites, only, severities, subset }: EvaluateOptions): string {
  const words = [
    ...(dataSet === undefined ? [] : ["--data-set", dataSet]),
    ...(part === "held" ? ["--on", "held"] : []),
    ...(official === undefined ? [] : ["--official", official]),
    ...(suites ?? []).flatMap((suite) => ["--suite", suite]),
    ...(only ?? []).flatMap((name) => ["--only", name]),
    ...(severities ?? []).flatMap((severity) => ["--severity", String(severity)]),
    ...(subset === undefined ? [] : ["--subset", String(subset)]),
  ];
  return words.map((word) => ` ${word}`).join("");
}
