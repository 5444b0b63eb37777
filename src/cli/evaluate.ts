/** `patina evaluate`: what a trained model is worth on clean and corrupted pictures. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Severity } from "../corrupt/define.ts";
import { suiteNames } from "../corrupt/suites.ts";
import { PatinaError } from "../errors.ts";
import { type EvaluateResult, evaluate } from "../evaluate/evaluate.ts";
import { toCsv } from "../evaluate/output/csv.ts";
import { junitMark, toJunit } from "../evaluate/output/junit.ts";
import { toRobustBench, toUnaggregatedCsv } from "../evaluate/output/robustbench.ts";
import { type Judgement, judgeEvaluation, parseRequirement, suitesOf } from "../evaluate/requirements.ts";
import { isExperimentFile } from "../experiment/load.ts";
import { checkNewFile, isFolder, writeAtomically } from "../files.ts";
import { defineCommand, type Output } from "./command.ts";
import { EvaluationDisplay } from "./evaluation-display.ts";
import { evaluationTables } from "./evaluation-table.ts";
import { onInterrupt } from "./interrupt.ts";
import { onnxInputOf } from "./onnx-input.ts";
import { flagOf } from "./options.ts";
import { tellOverlap } from "./overlap.ts";

const Options = z.strictObject({
  checkpoint: z.string().optional().describe('measure this checkpoint of the run, or "best", not its final weights'),
  on: z.enum(["test", "held"]).default("test").describe("pictures for the test, or those that training held out"),
  dataSet: z
    .string()
    .optional()
    .describe(
      "a known data set, a folder of pictures (brought to the model's size), or a run whose data are taken (default: the run's own)",
    ),
  data: z.string().optional().describe("where data sets lie (default: as when it was trained)"),
  official: z.string().optional().describe("a folder of published files, as CIFAR-10-C; made here where not given"),
  suite: z
    .array(z.enum(suiteNames))
    .default([])
    .describe("c, c15 or c-bar; again for another one (default: c and c-bar; of --official all that is there)"),
  only: z.array(z.string()).default([]).describe("this corruption only; again for another one"),
  severity: z
    .array(z.enum(["1", "2", "3", "4", "5"]))
    .default([])
    .describe("1 to 5; again for another one (default: all; without one, suites have no mean)"),
  subset: z.int().min(1).optional().describe("so many pictures, each class by its share, the same always"),
  reference: z.string().optional().describe("a run or file, evaluated before, that mCE is relative to"),
  against: z.string().optional().describe("a run or file, evaluated before, to compare with picture by picture"),
  failUnder: z.array(z.string()).default([]).describe("exit with 1 below this accuracy, as c15=0.85; again for more"),
  junit: z.string().optional().describe("with --fail-under: write what was met as a JUnit file"),
  csv: z.string().optional().describe("write the cells as a table (RFC 4180); nothing is overwritten"),
  robustbench: z.string().optional().describe("write RobustBench's JSON, and beside it its .csv of all cells"),
  out: z.string().optional().describe("folder of the results (default: evaluation/ of a run, FILE.evaluation/)"),
  batch: z.int().min(1).default(250).describe("pictures at once, at least 1; memory and speed depend on it"),
  device: z.string().default("auto").describe('"cpu", "cuda:0", or "auto"; ONNX files are computed on the CPU'),
  overlap: z
    .boolean()
    .default(false)
    .describe("instead, name the run's training augmentations that look like corruptions (docs/evaluation.md)"),
  calibration: z
    .enum(["library", "textbook"])
    .default("library")
    .describe("where confidences on an edge of its 15 bins belong (docs/evaluation.md)"),
  inputRange: z
    .enum(["1", "255"])
    .optional()
    .describe("of an ONNX file that does not say so: the value of white that it takes"),
  inputMean: z.string().optional().describe("with --input-range: taken from the values, by channel: 0.49,0.48,0.45"),
  inputDeviation: z.string().optional().describe("with --input-range: the values are then divided by it, by channel"),
  json: z.boolean().default(false).describe("print the evaluation as JSON"),
});
type Options = z.output<typeof Options>;

export default defineCommand({
  arguments: z.strictObject({ model: z.string().describe("folder of a run, or an ONNX file") }),
  options: Options,
  examples: [
    "patina evaluate runs/robust-20260101-a1b2",
    "patina evaluate runs/robust-20260101-a1b2 --suite c15 --subset 1000 --fail-under c15=0.85",
    "patina evaluate runs/robust-20260101-a1b2 --official CIFAR-10-C --against runs/plain-20260101-c3d4",
    "patina evaluate runs/robust-20260101-a1b2 --overlap",
    "patina evaluate net.onnx --data-set cifar10 --input-range 1 --input-mean 0.49,0.48,0.45",
  ],
  async run({ model }, options, output) {
    if (options.junit !== undefined && options.failUnder.length === 0)
      throw new PatinaError("usage", "--junit goes with --fail-under: it holds what was met. Give both, or neither.");
    if (isExperimentFile(model) && existsSync(model) && !isFolder(model))
      throw new PatinaError(
        "usage",
        `${model}: is no model; files of its kind hold experiments. Train it, then name the run's folder: patina train ${model}`,
      );
    if (options.overlap) return evaluateOverlap(model, options, output);
    const requirements = options.failUnder.map(parseRequirement);
    checkFiles(options);
    const input = onnxInputOf(options);
    const display = new EvaluationDisplay(output);
    const stop = new AbortController();
    const letGo = onInterrupt(() => {
      output.err("\nStopping after this batch; once more to stop at once.\n");
      stop.abort();
    });
    let result: EvaluateResult;
    try {
      result = await evaluate(model, {
        checkpoint: options.checkpoint,
        dataFolder: options.data,
        dataSet: options.dataSet,
        part: options.on,
        official: options.official,
        suites: options.suite,
        only: options.only,
        severities:
          options.severity.length === 0 ? undefined : options.severity.map((text) => Number(text) as Severity),
        needs: [...suitesOf(requirements), ...(options.robustbench === undefined ? [] : ["c15" as const])],
        subset: options.subset,
        reference: options.reference,
        against: options.against,
        out: options.out,
        batch: options.batch,
        device: options.device,
        input,
        edges: options.calibration,
        report: display.report,
        signal: stop.signal,
      });
    } finally {
      letGo();
      display.end();
    }
    const { evaluation, origin } = result;
    const judgements = judgeEvaluation(evaluation, origin, requirements);
    writeFiles(options, result, judgements);
    output.out(options.json ? `${JSON.stringify(evaluation, null, 2)}\n` : evaluationTables(result, judgements));
    return judgements.every(({ isMet }) => isMet) ? 0 : 1;
  },
});

/** Of the options, those that say which corruptions, where data lie and how to print go with it. */
async function evaluateOverlap(run: string, options: Options, output: Output): Promise<void> {
  const { suite, only, data, json } = options;
  const plain = Options.parse({ suite, only, data, json, overlap: true });
  const other = Object.keys(options).find(
    (key) => !isDeepStrictEqual(options[key as keyof Options], plain[key as keyof Options]),
  );
  if (other !== undefined)
    throw new PatinaError("usage", `${flagOf(other)} says nothing with --overlap. Leave one of them out.`);
  const stop = new AbortController();
  const letGo = onInterrupt(() => stop.abort());
  try {
    output.out(await tellOverlap(run, { dataFolder: data, suites: suite, only, signal: stop.signal }, json, output));
  } finally {
    letGo();
  }
}

const cellsBeside = (robustbench: string): string => `${robustbench.replace(/\.json$/, "")}.csv`;

/** Before hours of measuring, not after them. */
function checkFiles({ csv, junit, robustbench }: Options): void {
  const asked = [csv, junit, ...(robustbench === undefined ? [] : [robustbench, cellsBeside(robustbench)])];
  const files = asked.filter((file) => file !== undefined);
  const places = files.map((file) => resolve(file));
  const twice = files.find((_, index) => places.indexOf(places[index]!) < index);
  if (twice !== undefined)
    throw new PatinaError("usage", `${twice}: would be written twice. Give each of the files another name.`);
  for (const file of files) checkNewFile(file, file === junit ? junitFiles : undefined);
}

/** A server of continuous integration asks for the same file each time. */
const junitFiles = { name: "JUnit file", mark: junitMark };

function writeFiles(
  { csv, junit, robustbench }: Options,
  { evaluation }: EvaluateResult,
  judgements: Judgement[],
): void {
  if (csv !== undefined) writeAtomically(csv, toCsv(evaluation));
  if (junit !== undefined) writeAtomically(junit, toJunit(evaluation, judgements));
  if (robustbench === undefined) return;
  writeAtomically(robustbench, toRobustBench(evaluation));
  writeAtomically(cellsBeside(robustbench), toUnaggregatedCsv(evaluation));
}
