// Your own pictures: a folder with one sub-folder a class; a fifth of each class is kept for the test.
// bin/patina data verify pictures && bin/patina train examples/own-pictures.ts
import { defineExperiment } from "patina";

export default defineExperiment({
  data: { kind: "folder", folder: "pictures", test: { share: 0.2 }, size: 64 },
  model: { kind: "wide-resnet", depth: 16, width: 2 },
  original: { augment: ["trivial-augment"] },
  // A tenth of the training pictures is held out: it tells how training goes, which checkpoint is best, and by some that are
  // corrupted how robust it becomes.
  train: { epochs: 30, batch: 64, hold: 0.1, robust: {} },
});
