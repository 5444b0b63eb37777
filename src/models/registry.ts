/** All networks. Adding one: its file beside this one, its options in the union, and its line below. */
import { z } from "zod";
import type { Stream } from "../random/stream.ts";
import type { Classifier, ClassifierShape } from "./classifier.ts";
import { WideResNet, WideResNetOptions } from "./wide-resnet.ts";

/** Which network, with its own options. */
export const ModelOptions = z.discriminatedUnion("kind", [WideResNetOptions]);
export type ModelOptions = z.infer<typeof ModelOptions>;

const networks: {
  [Kind in ModelOptions["kind"]]: (
    stream: Stream,
    options: ModelOptions & { kind: Kind },
    shape: ClassifierShape,
  ) => Classifier;
} = {
  "wide-resnet": (stream, options, shape) => new WideResNet(stream, options, shape),
};

/** Names of all networks. */
export const modelNames = Object.keys(networks) as ModelOptions["kind"][];

/** A new network with weights drawn from the stream, in training mode, on the CPU. */
export function createModel(stream: Stream, options: ModelOptions, shape: ClassifierShape): Classifier {
  return networks[options.kind](stream, options, shape);
}
