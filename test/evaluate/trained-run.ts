/** Folders of runs that have come to their end, without any training. */
import { saveTrainedNetwork, type TrainedNetwork } from "../../src/evaluate/trained-network.ts";
import { createModel, ModelOptions } from "../../src/models/registry.ts";
import type { PictureShape } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { createRun } from "../../src/run/run.ts";
import { randomiseState } from "../random-state.ts";

/** The least WideResNet, with a class name that is not ASCII; another mean and deviation for each channel. */
export function makeTrained(
  shape: PictureShape,
  model: ModelOptions = ModelOptions.parse({ kind: "wide-resnet", depth: 10, width: 1 }),
): TrainedNetwork {
  const classes = ["cat", "dog", "Bär"];
  const network = createModel(stream(0), model, { size: shape.height, channels: shape.channels, classes: 3 });
  randomiseState(network, stream(1));
  const mean = [0.5, 0.4, 0.3].slice(0, shape.channels);
  const deviation = [0.25, 0.2, 0.3].slice(0, shape.channels);
  return { network, model, classes, shape, normalisation: { mean, deviation } };
}

/** Writes a run's folder as training leaves it behind; its path. */
export function writeTrainedRun(runsFolder: string, trained: TrainedNetwork): string {
  const path = writeUnfinishedRun(runsFolder);
  saveTrainedNetwork(path, trained);
  return path;
}

/** Writes a run's folder as it is before training has ended; its path. */
export function writeUnfinishedRun(runsFolder: string): string {
  const run = createRun(runsFolder, "test", {}, {});
  run.close();
  return run.path;
}

/** Pictures of random bytes, [count,H,W,C]. */
export function drawPictures({ height, width, channels }: PictureShape, count: number): Uint8Array {
  const draws = stream(2);
  return Uint8Array.from({ length: count * height * width * channels }, () => draws.integer(0, 255));
}
