import { defineExperiment } from "../experiment.ts";

/** The same as examples/fashion-mnist.ts, where its numbers stand. */
export const fashionMnist = defineExperiment({
  data: "fashion-mnist",
  model: { kind: "wide-resnet", depth: 10, width: 1, dropout: 0 },
  original: { crop: { padding: 2 } },
  train: {
    epochs: 3,
    batch: 128,
    schedule: { kind: "cosine" },
    averaging: "none",
  },
});
