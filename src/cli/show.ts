/** `patina show`: every value of an experiment, defaults filled in, and what each is. */
import { styleText } from "node:util";
import { z } from "zod";
import { describeValues } from "../experiment/describe.ts";
import { loadExperiment } from "../experiment/load.ts";
import { defineCommand } from "./command.ts";

export default defineCommand({
  arguments: z.strictObject({
    experiment: z.string().describe("a file (.ts, .js, .json), or a name that patina list knows"),
  }),
  options: z.strictObject({
    set: z.array(z.string()).default([]).describe("a one-off change, path=value; again for another one"),
    json: z.boolean().default(false).describe("print it as JSON, which is an experiment file too"),
  }),
  examples: ["patina show fashion-mnist", "patina show robust.ts --json > whole.json"],
  async run({ experiment: source }, { set, json }, output) {
    const { experiment } = await loadExperiment(source, set);
    if (json) {
      output.out(`${JSON.stringify(experiment, null, 2)}\n`);
      return;
    }
    const values = describeValues(experiment);
    const width = Math.max(...values.map(({ path }) => path.length));
    const valueWidth = Math.min(24, Math.max(...values.map(({ value }) => value.length)));
    for (const { path, value, description } of values)
      output.out(
        `${path.padEnd(width)}  ${styleText("bold", value.padEnd(valueWidth))}  ${styleText("dim", description)}\n`,
      );
  },
});
