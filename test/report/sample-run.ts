/** Runs as training and evaluation leave them behind, without either: losses and predictions are made up. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPipeline } from "../../src/augment/pipeline.ts";
import { generatedIdentity, notesOf } from "../../src/benchmark/generated.ts";
import { severities } from "../../src/corrupt/define.ts";
import type { DataSet } from "../../src/data/data-set.ts";
import { type Cell, cellFile, cleanFile, writeCell } from "../../src/evaluate/cell-file.ts";
import { evaluationFolder, writeEvaluation } from "../../src/evaluate/evaluation-file.ts";
import { cleanResult, columnOf } from "../../src/evaluate/results.ts";
import type { NamedCell } from "../../src/evaluate/sweep.ts";
import { parseExperiment } from "../../src/experiment/experiment.ts";
import { sha256 } from "../../src/files.ts";
import { stream } from "../../src/random/stream.ts";
import type { Manifest } from "../../src/run/manifest.ts";
import { createRun } from "../../src/run/run.ts";
import { pipelineOptions } from "../../src/train/picture-options.ts";

export interface SampleOptions {
  readonly data: DataSet;
  readonly dataFolder: string;
  /** Names the folder. */
  readonly name?: string;
  readonly seed?: number;
  /** Of so many more pictures it is right, as a share. */
  readonly better?: number;
  readonly classes?: readonly string[];
  readonly isEvaluated?: boolean;
  /** Those with cells. */
  readonly corruptions?: readonly string[];
  readonly origin?: string;
}

const EPOCHS = 6;

/** Writes the folder of a finished run; its path. */
export function writeSampleRun(runsFolder: string, options: SampleOptions): string {
  const { data, dataFolder, name = "sample", seed = 0, better = 0, isEvaluated = true } = options;
  const experiment = parseExperiment(
    {
      data: "fashion-mnist",
      model: { kind: "wide-resnet", depth: 10, width: 1 },
      original: { augment: ["trivial-augment"] },
      train: { epochs: EPOCHS, seed },
    },
    "sample",
  );
  const manifest: Manifest = {
    patina: "0.1.0",
    node: "24.0.0",
    libtorch: "1.13.0",
    device: "cpu",
    processor: "a processor, avx2",
    threads: 2,
    seed,
    dataFolder,
    data: { name: data.name, train: data.train.digest, test: data.test.digest },
    split: { train: data.train.count, held: 0, digest: sha256("") },
  };
  const run = createRun(runsFolder, name, experiment, manifest);
  const pipeline = createPipeline(pipelineOptions(experiment.original, data.cropPadding));
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    run.journal.append({
      epoch,
      loss: 2.2 / epoch ** 0.4 - better,
      learningRate: 0.1 * (1 - (epoch - 1) / EPOCHS),
      cleanAccuracy: 0.9 - 0.4 / epoch,
      cleanLoss: 1.6 / epoch ** 0.5,
    });
    run.timings.append({
      epoch,
      seconds: 12.5,
      pictures: data.train.count,
      residentBytes: 5e8,
      ended: "2026-01-01T00:00:00.000Z",
    });
    const draws = stream(seed, "sample", epoch);
    const pictures = Array.from({ length: 16 }, (_, index) => ({
      index,
      draw: pipeline.draw(draws.fork(index), data.train),
    }));
    run.draws.append({ epoch, pictures });
  }
  run.journal.append({ event: "end", epoch: EPOCHS, testAccuracy: 0.9 + better, testLoss: 0.4 });
  run.close();
  writeFileSync(join(run.path, "weights.safetensors"), "weights");
  if (isEvaluated) writeSampleEvaluation(run.path, options);
  return run.path;
}

/** Writes cells and evaluation.json; predictions are made up: harder with severity, and by corruption in turn. */
export function writeSampleEvaluation(run: string, options: SampleOptions): void {
  const {
    data,
    better = 0,
    classes = data.classes,
    corruptions = ["gaussian_noise", "fog"],
    origin = "generated@1",
  } = options;
  const { height, width, channels, digest, count } = data.test;
  const folder = evaluationFolder(run, {});
  const key = { weights: sha256("weights"), preparation: "", pictures: digest, source: "" };
  const clean = sampleCell(data, "clean", 0.1 - better);
  writeCell(cleanFile(folder), clean, key);
  const identity = generatedIdentity({ pictures: data.test, dataSet: data.name });
  const cells = corruptions.flatMap((corruption, place) =>
    severities.map((severity): NamedCell => {
      const cell = sampleCell(
        data,
        `${corruption} ${severity}`,
        Math.min(0.9, severity * (0.05 + 0.005 * place) + 0.1 - better),
      );
      writeCell(cellFile(folder, origin, corruption, severity), cell, { ...key, source: identity(corruption) });
      return { corruption, severity, cell };
    }),
  );
  const shape = { height, width, channels };
  writeEvaluation(folder, {
    format: 1,
    patina: "0.1.0",
    model: { kind: "run", path: run, name: "sample", digest: key.weights, classes: [...classes] },
    data: { name: data.name, part: "test", digest, count, total: count, shape: [height, width, channels] },
    computed: { device: "cpu", precision: "float32", program: "libtorch 1.13.0" },
    clean: cleanResult(clean, "library"),
    columns: [columnOf({ origin, notes: notesOf(shape, "procedural", ["frost"]), shape, cells, edges: "library" })],
  });
}

/** A prediction a test picture; so large a share of them is wrong. */
function sampleCell({ test, classes }: DataSet, name: string, wrong: number): Cell {
  const draws = stream(0, "sample", name);
  const predicted = test.labels.map((label) => (draws.uniform() < wrong ? (label + 1) % classes.length : label));
  const confidence = Float32Array.from(predicted, () => 0.4 + 0.6 * draws.uniform());
  return { labels: test.labels, predicted, confidence, digest: sha256(name) };
}
