/** The evaluation of another model, to hold this one against. */
import type { BenchmarkSource } from "../benchmark/source.ts";
import { PatinaError } from "../errors.ts";
import { cellNames } from "./cell-names.ts";
import { evaluationFolder, findEvaluation } from "./evaluation-file.ts";
import type { OtherEvaluation } from "./measure-model.ts";
import type { EvaluateOptions } from "./options.ts";
import type { MeasuredPictures } from "./pictures.ts";

/**
 * The evaluation of another model on the same pictures.
 * @throws PatinaError `run` where there is none, with what to type; `data` where it is of other pictures
 */
export function findOther(
  other: string | undefined,
  what: string,
  source: BenchmarkSource,
  pictures: MeasuredPictures,
  options: EvaluateOptions,
): OtherEvaluation | undefined {
  if (other === undefined) return undefined;
  const { checkpoint: _, ...variant } = options;
  const folder = evaluationFolder(other, variant);
  const evaluation = findEvaluation(folder);
  const remedy = `Type: patina evaluate ${other}${wordsOf(options)}`;
  if (evaluation === undefined)
    throw new PatinaError("run", `${folder}: the ${what} was not evaluated on these pictures. ${remedy}`);
  if (evaluation.data.digest !== pictures.digest)
    throw new PatinaError(
      "data",
      `${folder}: the ${what} was evaluated on other pictures (digest ${evaluation.data.digest.slice(0, 8)}..., these have ${pictures.digest.slice(0, 8)}...). ${remedy}`,
    );
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
