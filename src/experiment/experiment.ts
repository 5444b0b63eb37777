/** The whole of an experiment: the options of all layers in one strict schema. */
import { z } from "zod";
import { DataOptions } from "../data/options.ts";
import { PatinaError } from "../errors.ts";
import { ModelOptions } from "../models/registry.ts";
import { completeTrainOptions, TrainOptions } from "../train/options.ts";
import { OriginalOptions, StylizerUse, SyntheticOptions } from "../train/picture-options.ts";
import { explain } from "./explain.ts";

export const ExperimentOptions = z.strictObject({
  data: DataOptions.describe("the pictures: a known data set, a folder, or arrays"),
  model: ModelOptions.describe("the network"),
  original: OriginalOptions.prefault({}).describe("what happens to original pictures before they are trained on"),
  synthetic: SyntheticOptions.optional().describe(
    "synthetic pictures that are mixed into every batch; none where not given",
  ),
  stylizer: StylizerUse.prefault({}).describe("what restyles pictures, where stylize.probability is above 0"),
  train: TrainOptions.prefault({}).describe("how the network is trained; every default is the paper's"),
});

/** What is written: what differs from the defaults. */
export type ExperimentInput = z.input<typeof ExperimentOptions>;
/** What is carried out: every value is there. */
export type Experiment = z.output<typeof ExperimentOptions>;

/**
 * Marks an object as an experiment, for the editor's help. It stays as it was written, so that another experiment can
 * be made of it: `defineExperiment({ ...robust, train: { ...robust.train, seed: 1 } })`. It is checked when it is used.
 */
export function defineExperiment<const Input extends ExperimentInput>(experiment: Input): Input {
  return experiment;
}

/**
 * Checks an experiment and fills in every default.
 * @param name where it stands, for messages: "experiments/robust.ts"
 * @throws PatinaError `experiment`, naming every key that is wrong, with the nearest known one.
 */
export function parseExperiment(input: unknown, name: string): Experiment {
  const result = ExperimentOptions.safeParse(input);
  if (!result.success) throw experimentError(name, explain(ExperimentOptions, input, result.error.issues));
  return { ...result.data, train: completeTrainOptions(result.data.train) };
}

function experimentError(name: string, problems: readonly string[]): PatinaError {
  const text = problems.length === 1 ? problems[0] : `${problems.length} mistakes:\n  ${problems.join("\n  ")}`;
  return new PatinaError("experiment", `${name}: ${text}`);
}
