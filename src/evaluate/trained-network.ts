/** The network that a run ends with, on disk: `weights.safetensors` with all that another program must know to use it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeWeights } from "../engine/weight-file.ts";
import { PatinaError } from "../errors.ts";
import { readBounded } from "../files.ts";
import { jsonText, parseMetadata } from "../formats/metadata.ts";
import { readSafetensors } from "../formats/safetensors.ts";
import type { Classifier } from "../models/classifier.ts";
import { createModel, ModelOptions } from "../models/registry.ts";
import type { Module } from "../nn/module.ts";
import type { PictureShape } from "../pictures/picture.ts";
import { stream } from "../random/stream.ts";
import { readExperiment } from "../run/run.ts";
import type { Normalisation } from "./images.ts";

/** A network, and what it is for. */
export interface TrainedNetwork extends NetworkDescription {
  network: Classifier;
}

/** What a network is made of, and for which pictures. */
export interface NetworkDescription {
  model: ModelOptions;
  /** Names of the classes, in the order of the scores. */
  classes: readonly string[];
  shape: PictureShape;
  normalisation: Normalisation;
}

const FILE = "weights.safetensors";

/** The file of a run's final weights. */
export const weightsOf = (run: string): string => join(run, FILE);

/** What an ONNX file of it could hold at most; the largest network here has a sixth of that. */
const LIMIT_BYTES = 2 ** 31 - 1;

const Metadata = z.strictObject({
  model: jsonText(ModelOptions).describe("which network, with its options"),
  classes: jsonText(z.array(z.string()).min(1)).describe("names, in the order of the scores"),
  input: jsonText(
    z
      .strictObject({
        height: z.int().min(1).describe("pixels"),
        width: z.int().min(1).describe("pixels"),
        channels: z.literal([1, 3]).describe("grey, or red, green, blue"),
        range: z.tuple([z.literal(0), z.literal(1)]).describe("of a picture's values, before normalisation"),
        mean: z.array(z.number()).describe("by channel; taken from the values"),
        deviation: z.array(z.number().positive()).describe("by channel; the values are then divided by it"),
      })
      .refine(
        ({ channels, mean, deviation }) => mean.length === channels && deviation.length === channels,
        "must have one mean and one deviation a channel",
      ),
  ).describe("the pictures"),
});

/** Writes the network into the folder of its run. @throws PatinaError `file-system`. */
export function saveTrainedNetwork(
  run: string,
  { network, ...description }: NetworkDescription & { network: Module },
): void {
  const { model, classes, shape, normalisation } = description;
  const { height, width, channels } = shape;
  const { mean, deviation } = normalisation;
  const metadata: z.input<typeof Metadata> = {
    model: JSON.stringify(model),
    classes: JSON.stringify(classes),
    input: JSON.stringify({ height, width, channels, range: [0, 1], mean, deviation }),
  };
  writeWeights(weightsOf(run), network.stateDict(), metadata);
}

/**
 * Reads the network that a run ended with: in evaluation mode, on the CPU, computing in float32. The caller disposes of it.
 * @param run the run's folder
 * @throws PatinaError `run` where it is none, or has not come to its end; `file-damaged`, `file-foreign`, `file-hostile`, `weights`.
 */
export async function loadTrainedNetwork(run: string): Promise<TrainedNetwork> {
  const path = weightsOf(run);
  if (!existsSync(path)) throw notEnded(run);
  const { tensors, metadata } = readSafetensors(readBounded(path, LIMIT_BYTES), path);
  const { model, classes, input } = parseMetadata(Metadata, metadata, {
    path,
    kind: "a trained network",
    remedy: "Use a file that patina train wrote.",
  });
  const { height, width, channels, mean, deviation } = input;
  const network = createModel(stream(0), model, { size: height, channels, classes: classes.length });
  try {
    network.loadStateDict(tensors, path);
  } catch (error) {
    network.dispose();
    throw error;
  }
  network.setTraining(false);
  return { network, model, classes, shape: { height, width, channels }, normalisation: { mean, deviation } };
}

function notEnded(run: string): PatinaError {
  readExperiment(run); // says so where it is no run at all
  return new PatinaError(
    "run",
    `${run}: has not come to its end, so there is no ${FILE}. Go on with: patina train --resume ${run}`,
  );
}
