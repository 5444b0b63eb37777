/** Measuring with a model and a benchmark that are made up, for tests of all that stands between them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { severities } from "../../src/corrupt/define.ts";
import { type Measurement, measureModel } from "../../src/evaluate/measure-model.ts";
import type { EvaluationProgress } from "../../src/evaluate/progress.ts";

const root = mkdtempSync(join(tmpdir(), "patina-measure-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
/** The path of one that goes with the tests of the file; whoever writes makes it. */
export const newFolder = () => join(root, String(folders++));

/** Their cells, at all severities. */
export const allOf = (names: readonly string[]) =>
  names.flatMap((corruption) => severities.map((severity) => ({ corruption, severity })));

/** Measures, and gives what was told beside the result. */
export async function measure(measurement: Measurement) {
  const told: EvaluationProgress[] = [];
  const result = await measureModel({ ...measurement, report: (progress) => told.push(progress) });
  const warnings = told.flatMap((progress) => (progress.kind === "warning" ? [progress.text] : []));
  return { ...result, column: result.evaluation.columns[0]!, told, warnings };
}
