/** Patina as a library: whatever the command line does, a program can do. `patina/augment` needs no libtorch at all. */
export { type ErrorCode, PatinaError } from "./errors.ts";
export { defineExperiment, type Experiment, type ExperimentInput, parseExperiment } from "./experiment/experiment.ts";
export { type LoadedExperiment, loadExperiment } from "./experiment/load.ts";
