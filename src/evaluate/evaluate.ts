/** What a trained model is worth: opens model, pictures and benchmark, checks that they fit, and measures. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { loadFrostTextures } from "../benchmark/frost-photographs.ts";
import { openGenerated } from "../benchmark/generated.ts";
import { openOfficial } from "../benchmark/official.ts";
import type { BenchmarkSource } from "../benchmark/source.ts";
import type { DataSet } from "../data/data-set.ts";
import { shapeText } from "../data/picture-set.ts";
import { setThreadCount } from "../engine/device.ts";
import { PatinaError } from "../errors.ts";
import { fileSize, isFolder } from "../files.ts";
import { readJournal } from "../run/journal.ts";
import { cellNames } from "./cell-names.ts";
import { evaluationFolder, variantOf } from "./evaluation-file.ts";
import { type EvaluateResult, measureModel } from "./measure-model.ts";
import type { MeasuredModel } from "./model.ts";
import { openOnnxModel } from "./onnx-model.ts";
import type { EvaluateOptions } from "./options.ts";
import { findOther } from "./other-evaluation.ts";
import {
  choosePictures,
  loadNamedData,
  loadRunData,
  type MeasuredPictures,
  type NamedData,
  type RunData,
  refuseTrainedOn,
} from "./pictures.ts";
import { openCheckpointModel, openRunModel } from "./run-model.ts";

export type { EvaluateResult } from "./measure-model.ts";
export type { EvaluateOptions } from "./options.ts";

/**
 * Measures a model on clean and corrupted pictures. Each cell is written as it is measured; a second call measures only
 * what is missing.
 * @param path a run's folder, or an ONNX file
 * @throws PatinaError `run` where it has not ended, or its clean accuracy is not the recorded one; `data` where pictures do
 * not fit the model, or it was trained on them; `unknown-name`, `usage`, `file-missing`, `interrupted`, ...
 */
export async function evaluate(path: string, options: EvaluateOptions = {}): Promise<EvaluateResult> {
  const settings = { report: options.report, signal: options.signal };
  const isRun = isFolder(path);
  if (!isRun) fileSize(path); // says so where nothing is there
  if (!isRun && options.checkpoint !== undefined)
    throw new PatinaError("usage", `${path}: is a file and has no checkpoints. Leave out --checkpoint.`);
  if (isRun && options.input !== undefined)
    throw new PatinaError(
      "usage",
      `${path}: a run knows how its pictures are prepared. Leave out --input-range and what goes with it.`,
    );
  if (!isRun && options.dataSet === undefined)
    throw new PatinaError(
      "usage",
      "On which pictures? An ONNX file does not say. Name a known data set, a folder of pictures with one sub-folder a class, or a run that was trained on them: --data-set cifar10",
    );
  const run = isRun ? await loadRunData(path, options.dataFolder, settings) : undefined;
  const model = await openModel(path, run, options);
  try {
    const named = await dataOf(run, model, options);
    const { part = "test", subset } = options;
    const pictures = choosePictures(named, part, run, subset);
    if (run !== undefined) refuseTrainedOn(pictures, run);
    checkFits(model, named.data);
    const source = await openSource(pictures, options, options.dataFolder ?? run?.manifest.dataFolder ?? "data");
    try {
      return await measureModel({
        model,
        pictures,
        source,
        names: cellNames(source, options),
        needs: options.needs ?? [],
        folder: options.out ?? evaluationFolder(path, variantOf(options, named.data)),
        batch: options.batch ?? 250,
        edges: options.edges ?? "library",
        recorded: model.kind === "run" ? recordedAccuracy(path, pictures, run!) : undefined,
        reference: findOther(options.reference, "reference", { path, source, pictures, options }),
        against: findOther(options.against, "model to compare with", { path, source, pictures, options }),
        report: options.report ?? (() => {}),
        signal: options.signal,
      });
    } finally {
      await source.close();
    }
  } finally {
    await model.close();
  }
}

/** What was named, else the run's own. */
async function dataOf(
  run: RunData | undefined,
  { shape }: MeasuredModel,
  { dataSet, dataFolder, report, signal }: EvaluateOptions,
): Promise<NamedData> {
  const folders = { dataFolder, own: run?.manifest.dataFolder };
  if (dataSet !== undefined) return loadNamedData(dataSet, shape, folders, { report, signal });
  return { data: run!.data };
}

async function openModel(path: string, run: RunData | undefined, options: EvaluateOptions): Promise<MeasuredModel> {
  const { checkpoint, device = "auto", input } = options;
  if (run === undefined) return openOnnxModel(path, input);
  setThreadCount(availableParallelism());
  return checkpoint === undefined ? openRunModel(path, device) : openCheckpointModel(path, checkpoint, run, device);
}

/** @throws PatinaError `data` where the model takes other pictures, or knows other classes. */
function checkFits({ name, shape, classes, classCount }: MeasuredModel, data: DataSet): void {
  if (shapeText(shape) !== shapeText(data.test))
    throw new PatinaError(
      "data",
      `${name}: takes pictures of ${shapeText(shape)}, those of ${data.name} are ${shapeText(data.test)} (height x width x channels). Name the data set that it was trained for.`,
    );
  if (classCount !== data.classes.length)
    throw new PatinaError(
      "data",
      `${name}: knows ${classCount} classes, ${data.name} has ${data.classes.length}. Name the data set that it was trained for.`,
    );
  const wrong = classes?.findIndex((label, index) => label !== data.classes[index]) ?? -1;
  if (wrong >= 0)
    throw new PatinaError(
      "data",
      `${name}: its class ${wrong} is "${classes![wrong]}", that of ${data.name} "${data.classes[wrong]}". Name the data set that it was trained for.`,
    );
}

async function openSource(
  pictures: MeasuredPictures,
  { official, subset, part }: EvaluateOptions,
  dataFolder: string,
): Promise<BenchmarkSource> {
  const { data, set, indices } = pictures;
  if (official === undefined) {
    const frost = await loadFrostTextures(dataFolder);
    return openGenerated({ pictures: set, dataSet: data.name, indices, frost });
  }
  if (part === "held")
    throw new PatinaError(
      "usage",
      "--on held goes with pictures that are made here; published files are of the test. Leave one out.",
    );
  return openOfficial(official, { data, subset });
}

/** What the run recorded at its end, where it was on the pictures that are measured now. */
function recordedAccuracy(path: string, { digest }: MeasuredPictures, { manifest }: RunData) {
  const journal = join(path, "journal.jsonl");
  if (digest !== manifest.data.test || !existsSync(journal)) return undefined;
  const accuracy = readJournal(journal).at(-1)?.testAccuracy;
  return accuracy === undefined ? undefined : { accuracy, where: journal };
}
