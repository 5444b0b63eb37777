import { defineExperiment } from "../experiment.ts";

/** A first look at CIFAR-10: small enough for two cores. The README has a measured run. */
export const cifar10 = defineExperiment({
  data: "cifar10",
  model: { kind: "wide-resnet", depth: 10, width: 2, dropout: 0 },
  original: { augment: ["trivial-augment"] },
  train: { epochs: 15 },
});
