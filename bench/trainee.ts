/** WideResNets with all that a training step needs. */

import { ImageMaker } from "../src/evaluate/images.ts";
import { createModel } from "../src/models/registry.ts";
import type { ComputeDtype } from "../src/nn/module.ts";
import { Sgd } from "../src/nn/sgd.ts";
import { stream } from "../src/random/stream.ts";
import type { Trainee } from "../src/train/step.ts";
import { classCount, pictureShape } from "./pictures.ts";

/** A new network with dropout 0.2 for the pictures of `makePictures`, SGD with Nesterov momentum; no clipping. */
export function makeTrainee(depth: number, width: number, precision: ComputeDtype): Trainee {
  const network = createModel(
    stream(0, "weights"),
    { kind: "wide-resnet", depth, width, dropout: 0.2, activation: "silu" },
    { size: pictureShape.height, channels: pictureShape.channels, classes: classCount },
  );
  network.setComputeDtype(precision);
  const parameters = network.namedParameters();
  return {
    network,
    parameters,
    optimizer: new Sgd(parameters, { momentum: 0.9, nesterov: true, weightDecay: 1e-4 }),
    maker: new ImageMaker(pictureShape, { mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] }, "cpu"),
    device: "cpu",
    precision,
    labelSmoothing: 0.1,
    clipNorm: undefined,
  };
}
