// A small WideResNet on Fashion-MNIST with TrivialAugment.  bin/patina train examples/first.ts
import { defineExperiment } from "patina";

export default defineExperiment({
  data: "fashion-mnist",
  model: { kind: "wide-resnet", depth: 10, width: 2 },
  original: { augment: ["trivial-augment"] },
  train: { epochs: 5, schedule: { kind: "cosine" }, averaging: "none", seed: 0 },
});
