import { defineExperiment } from "../experiment.ts";

/** The same as examples/cifar10.ts, where its numbers stand. */
export const cifar10 = defineExperiment({
  data: "cifar10",
  model: { kind: "wide-resnet", depth: 10, width: 2, dropout: 0 },
  original: { augment: ["trivial-augment"] },
  train: { epochs: 15 },
});
