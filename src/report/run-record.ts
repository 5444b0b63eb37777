/** The files of a run as plain data: all that a report says of it, but the pictures. */
import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import type { PipelineDraw } from "../augment/pipeline.ts";
import { PatinaError } from "../errors.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { evaluationFile, evaluationFolder, findEvaluation } from "../evaluate/evaluation-file.ts";
import { chanceText, chanceTextOfEnd } from "../evaluate/metrics/chance.ts";
import { weightsOf } from "../evaluate/trained-network.ts";
import { type Experiment, parseExperiment } from "../experiment/experiment.ts";
import { sha256File } from "../files.ts";
import { type JournalLine, readJournal, readLines } from "../run/journal.ts";
import { type Manifest, readManifest } from "../run/manifest.ts";
import { readExperiment } from "../run/run.ts";
import { readTimings, type Timing } from "../run/timings.ts";
import type { DrawnPicture } from "../train/drawn.ts";
import { origins } from "../train/plan.ts";

export interface RunRecord {
  /** As the user named it. */
  readonly path: string;
  /** Of the folder; no other run of the report has it. */
  readonly name: string;
  readonly experiment: Experiment;
  readonly manifest: Manifest;
  readonly journal: readonly JournalLine[];
  readonly timings: readonly Timing[];
  readonly draws: readonly EpochDraws[];
  /** sha256 of the network that it ended with; undefined where it has not come to its end. */
  readonly weightsDigest: string | undefined;
  readonly evaluation: Evaluation | undefined;
  /** Where the cells of that evaluation lie. */
  readonly evaluationFolder: string | undefined;
}

const DrawsLine = z.strictObject({
  epoch: z.int(),
  pictures: z.array(
    z.strictObject({
      index: z.int().min(0).describe("among the pictures of its origin"),
      origin: z.enum(origins).default("original"),
      style: z.int().min(0).optional().describe("its place in the bank; not there where the picture is not restyled"),
      strength: z.number().min(0).max(1).optional().describe("of the style"),
      draw: z.strictObject({
        mirrored: z.boolean(),
        crop: z.union([z.literal("none"), z.strictObject({ top: z.int(), left: z.int() })]),
        augment: z.array(z.unknown()),
      }) satisfies z.ZodType<PipelineDraw>,
    }) satisfies z.ZodType<DrawnPicture>,
  ),
});
/** What was drawn for the first pictures of an epoch. */
export type EpochDraws = z.infer<typeof DrawsLine>;

/**
 * Reads runs, in the order given.
 * @param evaluation which of each run's: the name of its folder in `evaluation/`, as "subset-1000"
 * @throws PatinaError `run` where a folder is none; `file-damaged` where a file in it is; `argument` where one is named twice
 */
export function readRuns(paths: readonly string[], evaluation?: string): RunRecord[] {
  const whole = paths.map((path) => resolve(path));
  const twice = paths.find((_, index) => whole.indexOf(whole[index]!) < index);
  if (twice !== undefined) throw new PatinaError("argument", `${twice}: is named twice. Name each run once.`);
  const names = whole.map((path) => basename(path));
  return paths.map((path, index) =>
    // Two folders of runs may each have one of that name.
    readRun(path, names.filter((name) => name === names[index]).length > 1 ? path : names[index]!, evaluation),
  );
}

function readRun(path: string, name: string, evaluation: string | undefined): RunRecord {
  const weights = weightsOf(path);
  const experiment = parseExperiment(readExperiment(path), join(path, "experiment.json"));
  const manifest = readManifest(path);
  const found = chooseEvaluation(path, manifest, evaluation);
  return {
    path,
    name,
    experiment,
    manifest,
    journal: readJournal(join(path, "journal.jsonl")),
    timings: readTimings(join(path, "timings.jsonl")),
    draws: readLines(join(path, "draws.jsonl"), DrawsLine, "the draws of a run"),
    weightsDigest: existsSync(weights) ? sha256File(weights) : undefined,
    evaluation: found?.evaluation,
    evaluationFolder: found?.folder,
  };
}

/** An evaluation, and the folder in which its cells lie. */
export interface FoundEvaluation {
  readonly folder: string;
  readonly evaluation: Evaluation;
}

/**
 * That of the name, else the plain one, else that of most pictures, the run's own before others: a quick look at a part is
 * better than nothing, and says what it is.
 */
function chooseEvaluation(run: string, manifest: Manifest, name: string | undefined): FoundEvaluation | undefined {
  const root = evaluationFolder(run, {});
  if (name !== undefined) {
    const folder = join(root, basename(name));
    const evaluation = findEvaluation(folder);
    if (evaluation !== undefined) return { folder, evaluation };
    const plain = existsSync(evaluationFile(root)) ? ["that of all pictures, for which --evaluation is left out"] : [];
    const names = [...variantsOf(root), ...plain];
    const hint = names.length === 0 ? `It has none. Type: patina evaluate ${run}` : `It has ${names.join(", ")}.`;
    throw new PatinaError("run", `${run}: has no evaluation "${name}". ${hint}`);
  }
  const plain = findEvaluation(root);
  if (plain !== undefined) return { folder: root, evaluation: plain };
  const variants = variantsOf(root).map((one) => join(root, one));
  const found = variants.map((folder) => ({ folder, evaluation: findEvaluation(folder)! }));
  const byCount = found.toSorted((a, b) => b.evaluation.data.count - a.evaluation.data.count);
  return byCount.find(({ evaluation }) => isOfOwnData(manifest, evaluation.data)) ?? byCount[0];
}

/** Whether these are pictures of the data set that a run was trained on; of a part of them the name is all that is known. */
export function isOfOwnData({ data }: Manifest, { name, part, count, total, digest }: Evaluation["data"]): boolean {
  return name === data.name && (part !== "test" || count < total || digest === data.test);
}

/** Of parts of the pictures, of those held out, of checkpoints, of other data sets. */
function variantsOf(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((name) => existsSync(evaluationFile(join(root, name))))
    .sort();
}

/** The last line of a run that came to its end. */
export function endOf({ journal }: RunRecord): JournalLine | undefined {
  const last = journal.at(-1);
  return last?.event === "end" ? last : undefined;
}

/** One sentence where its network is no better than chance, as far as that is known. */
export function chanceOf(run: RunRecord): string | undefined {
  const { evaluation } = run;
  if (evaluation === undefined) return chanceTextOfEnd(endOf(run) ?? {});
  const { data, clean, model } = evaluation;
  return chanceText({ count: data.count, correct: clean.correct, classCount: model.classes.length });
}
