/** `patina list`: the experiments that are known by name. */
import Table from "cli-table3";
import { z } from "zod";
import { namedExperiments } from "../experiment/registry.ts";
import { defineCommand } from "./command.ts";

export default defineCommand({
  options: z.strictObject({ json: z.boolean().default(false).describe("print them as JSON") }),
  examples: ["patina list"],
  async run(_args, { json }, output) {
    const entries = namedExperiments.map(({ name, summary }) => ({ name, summary }));
    if (json) {
      output.out(`${JSON.stringify(entries, null, 2)}\n`);
      return;
    }
    const table = new Table({ head: ["experiment", "what it is"], style: { head: [], border: [] } });
    for (const { name, summary } of entries) table.push([name, summary]);
    output.out(`${table.toString()}\nAll values of one: patina show NAME    Its training: patina train NAME\n`);
  },
});
