/** A run on a small Fashion-MNIST that has come to its end, without any training. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { loadDataSet } from "../../src/data/data-set.ts";
import { splitOfRun } from "../../src/data/split.ts";
import { saveTrainedNetwork } from "../../src/evaluate/trained-network.ts";
import { createModel, ModelOptions } from "../../src/models/registry.ts";
import { stream } from "../../src/random/stream.ts";
import { prefixed, writeCheckpoint, writePair } from "../../src/run/checkpoint.ts";
import { makeManifest } from "../../src/run/manifest.ts";
import { createRun } from "../../src/run/run.ts";
import { randomiseState } from "../random-state.ts";
import { writeTinyFashion } from "../tiny-data.ts";

export interface TinyRunOptions {
  /** Weights are drawn from it. */
  seed?: number;
  /** What the journal says at its end. */
  testAccuracy?: number;
  /** Leaves out the final weights. */
  isUnfinished?: boolean;
}

/** Of 200 training pictures a fifth was held out; 40 are for the test. */
export const HOLD = 0.2;

/** Writes the data set into `data/` of the folder, and a run into `runs/`; its path. */
export async function writeTinyRun(
  folder: string,
  { seed = 1, testAccuracy, isUnfinished = false }: TinyRunOptions = {},
): Promise<string> {
  const dataFolder = join(folder, "data");
  mkdirSync(join(folder, "runs"), { recursive: true });
  writeTinyFashion(dataFolder, { train: 200, test: 40 });
  const data = await loadDataSet("fashion-mnist", dataFolder);
  const train = { hold: HOLD, seed: 0 };
  const split = splitOfRun(data.train.labels, train);
  const model = ModelOptions.parse({ kind: "wide-resnet", depth: 10, width: 1 });
  const manifest = makeManifest({
    device: "cpu",
    threads: 1,
    seed: 0,
    dataFolder,
    data: { name: data.name, train: data.train.digest, test: data.test.digest },
    split: { train: split.train.length, held: split.held.length, digest: split.digest },
  });
  const run = createRun(join(folder, "runs"), "tiny", { data: "fashion-mnist", model, train }, manifest);
  const { classes, mean, deviation } = data;
  const shape = { height: 28, width: 28, channels: 1 } as const;
  const network = createModel(stream(seed), model, { size: 28, channels: 1, classes: classes.length });
  randomiseState(network, stream(seed));
  if (!isUnfinished)
    saveTrainedNetwork(run.path, { network, model, classes, shape, normalisation: { mean, deviation } });
  const tensors = new Map(prefixed("network", network.stateDict()));
  writeCheckpoint(run.checkpoints, { name: "000001", tensors, state: {} });
  writePair(run.checkpoints, "best", network.stateDict(), {});
  if (testAccuracy !== undefined) run.journal.append({ event: "end", epoch: 1, testAccuracy });
  network.dispose();
  run.close();
  return run.path;
}
