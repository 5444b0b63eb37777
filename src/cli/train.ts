/** `patina train`: carries an experiment out, or goes on with a run that was stopped. */
import { z } from "zod";
import { PatinaError } from "../errors.ts";
import { resume, type TrainResult, train } from "../experiment/train.ts";
import { defineCommand } from "./command.ts";
import { onInterrupt } from "./interrupt.ts";
import { TrainingDisplay } from "./training-display.ts";

export default defineCommand({
  arguments: z.strictObject({
    experiment: z.string().optional().describe("a file (.ts, .js, .json), or a name that patina list knows"),
  }),
  options: z.strictObject({
    set: z.array(z.string()).default([]).describe("a one-off change, path=value; again for another one"),
    resume: z.string().optional().describe("go on with the run in this folder from its last checkpoint"),
    from: z.string().optional().describe("with --resume: from this checkpoint instead"),
    name: z.string().optional().describe("names the run's folder; the experiment's name where not given"),
    runs: z.string().optional().describe("where runs are made (default: runs)"),
    data: z.string().optional().describe("where data sets lie (default: data)"),
    tensorboard: z.boolean().default(false).describe("write event files for TensorBoard beside the journal"),
    json: z.boolean().default(false).describe("print the result as JSON"),
  }),
  examples: [
    "patina train fashion-mnist",
    "patina train robust.ts --set train.epochs=30 --set model.width=2",
    "patina train --resume runs/robust-20260101-a1b2",
  ],
  async run({ experiment }, { json, set, resume: run, from, name, runs, data, tensorboard }, output) {
    const display = new TrainingDisplay(output);
    const stop = new AbortController();
    const settings = { dataFolder: data, tensorboard, report: display.report, signal: stop.signal };
    const letGo = onInterrupt(() => {
      output.err("\nStopping after this step; once more to stop at once.\n");
      stop.abort();
    });
    let result: TrainResult;
    try {
      if (run !== undefined) {
        refuseBoth({ experiment, set, name, runs });
        result = await resume(run, { ...settings, from });
      } else {
        if (experiment === undefined)
          throw new PatinaError("usage", "Which experiment? Name a file or one of: patina list   (or --resume RUN)");
        if (from !== undefined) throw new PatinaError("usage", "--from goes with --resume RUN. Give both, or neither.");
        result = await train(experiment, { ...settings, name, set, runsFolder: runs });
      }
    } finally {
      letGo();
      display.end();
    }
    output.out(json ? `${JSON.stringify(result)}\n` : display.summary(result));
  },
});

/** A run carries its experiment: nothing of it can be said again. */
function refuseBoth(given: Record<string, string | readonly string[] | undefined>): void {
  const [key] = Object.entries(given).find(([, value]) => value !== undefined && value.length > 0) ?? [];
  if (key === undefined) return;
  const what = key === "experiment" ? "An experiment" : `--${key}`;
  throw new PatinaError(
    "usage",
    `${what} cannot be given with --resume: the run goes on as it was begun. Leave it out.`,
  );
}
