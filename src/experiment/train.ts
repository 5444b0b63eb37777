/** From an experiment, or a run's folder, to a trained network. */
import { readExperiment } from "../run/run.ts";
import { type ResumeSettings, resumeJob, type TrainResult, type TrainSettings, trainJob } from "../train/train.ts";
import { type ExperimentInput, ExperimentOptions, parseExperiment } from "./experiment.ts";
import { loadExperiment } from "./load.ts";
import { applyOverrides } from "./overrides.ts";

export type { ResumeSettings, TrainResult } from "../train/train.ts";

export interface ExperimentSettings extends Omit<TrainSettings, "name"> {
  /** The run's folder is named by it; by the file, or "experiment", where not given. */
  name?: string | undefined;
  /** One-off changes, each `path=value`. */
  set?: readonly string[] | undefined;
}

/**
 * Trains an experiment from its start, into a new folder.
 * @param experiment a file (.ts, .js, .json), a known name, or the object itself
 * @throws PatinaError before anything is written where the experiment or its data are not right; `interrupted` (the run
 * can be resumed), `not-finite`, `file-system` later
 */
export async function train(
  experiment: string | ExperimentInput,
  settings: ExperimentSettings = {},
): Promise<TrainResult> {
  const { name, set = [], ...others } = settings;
  const loaded =
    typeof experiment === "string"
      ? await loadExperiment(experiment, set)
      : {
          name: "experiment",
          experiment: parseExperiment(applyOverrides(ExperimentOptions, experiment, set), name ?? "experiment"),
        };
  return trainJob(loaded.experiment, { name: name ?? loaded.name, ...others });
}

/**
 * Goes on with a run from its last checkpoint; on the same machine (CPU) it ends with the same bytes of weights and
 * journal as one that was never stopped. One that has ended tells its result again.
 * @param run the run's folder
 * @throws PatinaError `run` where it is none, or its data are others now; otherwise as `train`
 */
export async function resume(run: string, settings: ResumeSettings = {}): Promise<TrainResult> {
  const experiment = parseExperiment(readExperiment(run), `${run}/experiment.json`);
  return resumeJob(run, experiment, settings);
}
