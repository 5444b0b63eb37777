/** Patina as a library: whatever the command line does, a program can do. `patina/augment` needs no libtorch at all. */
export { openGenerated } from "./benchmark/generated.ts";
export { type MadeBenchmark, type MakeOptions, makeBenchmark } from "./benchmark/make.ts";
export { openOfficial } from "./benchmark/official.ts";
export { type DataSet, loadDataSet, loadNamed } from "./data/data-set.ts";
export { fetchDataSet, type Installed, importDataSet } from "./data/install.ts";
export type { KnownDataSet } from "./data/known-data-set.ts";
export { type ListedDataSet, listDataSets } from "./data/list.ts";
export type { DataOptions } from "./data/options.ts";
export { openPool, type PoolOptions } from "./data/pool.ts";
export type { DataSettings } from "./data/progress.ts";
export { findKnown, knownDataSets } from "./data/registry.ts";
export { type Verification, verifyArrays, verifyDataSet, verifyFolder } from "./data/verify.ts";
export { buildAddon } from "./engine/build.ts";
export { inspectMachine, type Machine } from "./engine/machine.ts";
export { readWeights, type Weights, writeWeights } from "./engine/weight-file.ts";
export { type ErrorCode, PatinaError } from "./errors.ts";
export { type EvaluateOptions, type EvaluateResult, evaluate } from "./evaluate/evaluate.ts";
export type { Evaluation } from "./evaluate/evaluation.ts";
export { exportOnnx, type OnnxExport } from "./evaluate/export-onnx.ts";
export type { Overlap } from "./evaluate/overlap.ts";
export type { EvaluationProgress, ReportEvaluation } from "./evaluate/progress.ts";
export { loadTrainedNetwork, type TrainedNetwork } from "./evaluate/trained-network.ts";
export { type DescribedValue, describeValues } from "./experiment/describe.ts";
export { defineExperiment, type Experiment, type ExperimentInput, parseExperiment } from "./experiment/experiment.ts";
export { type LoadedExperiment, loadExperiment } from "./experiment/load.ts";
export { overlapOfRun, type RunOverlapOptions } from "./experiment/overlap.ts";
export { type NamedExperiment, namedExperiments } from "./experiment/registry.ts";
export {
  type ExperimentSettings,
  type ResumeSettings,
  resume,
  type TrainResult,
  train,
} from "./experiment/train.ts";
export { type Preview, type PreviewSettings, preview } from "./report/preview.ts";
export { type Report, type ReportFormat, type ReportSettings, report } from "./report/report.ts";
export { type ReproduceSettings, type Reproduction, reproduce } from "./reproduce/reproduce.ts";
export { type JournalLine, readJournal } from "./run/journal.ts";
export { loadStyleBank, type StyleBank, saveStyleBank } from "./stylize/bank.ts";
export { makeStyleBank } from "./stylize/make-bank.ts";
export { type OpenRestyler, openRestyler, openStylizer, type StylizerFiles } from "./stylize/open.ts";
export { RestyleOptions } from "./stylize/options.ts";
export { importPublished } from "./stylize/published.ts";
export { importPublishedStyles } from "./stylize/published-styles.ts";
export { type RestyledFile, type RestyleFolderOptions, restyleFolder } from "./stylize/restyle-folder.ts";
export { readStylePictures } from "./stylize/style-pictures.ts";
export { StylizerTrainingOptions } from "./stylize/training/options.ts";
export { type TrainedStylizer, trainStylizer } from "./stylize/training/train.ts";
export type { Progress, ReportProgress } from "./train/progress.ts";
