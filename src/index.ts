/** Patina as a library: whatever the command line does, a program can do. `patina/augment` needs no libtorch at all. */
export { type ErrorCode, PatinaError } from "./errors.ts";
export { exportOnnx, type OnnxExport } from "./evaluate/export-onnx.ts";
export { loadTrainedNetwork, type TrainedNetwork } from "./evaluate/trained-network.ts";
export { defineExperiment, type Experiment, type ExperimentInput, parseExperiment } from "./experiment/experiment.ts";
export { type LoadedExperiment, loadExperiment } from "./experiment/load.ts";
export {
  type ExperimentSettings,
  type ResumeSettings,
  resume,
  type TrainResult,
  train,
} from "./experiment/train.ts";
export type { Progress, ReportProgress } from "./train/progress.ts";
