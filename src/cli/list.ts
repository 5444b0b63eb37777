/** `patina list`: the experiments that are known by name. */
import Table from "cli-table3";
import { z } from "zod";
import { paperDataSets, paperRows } from "../experiment/named/paper.ts";
import { namedExperiments, PAPER } from "../experiment/registry.ts";
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
    const own = entries.filter(({ name }) => !name.startsWith(PAPER));
    output.out(`${tableOf("experiment", own)}\n${paperTable()}\n`);
    output.out("All values of one: patina show NAME    Its training: patina train NAME\n");
  },
});

/** The paper's by their rows: on all data sets they are called the same. */
function paperTable(): string {
  const rows = paperRows.map(({ name, summary, dataSets }) => ({
    name,
    summary: dataSets.length === paperDataSets.length ? summary : `${summary}; ${dataSets.join(", ")} only`,
  }));
  const names = paperDataSets.map((name) => `${PAPER}${name}/ROW`).join(", ");
  return `\nThe paper's (docs/reproduce.md): ${names}\n${tableOf("row", rows)}`;
}

function tableOf(head: string, entries: readonly { name: string; summary: string }[]): string {
  const table = new Table({ head: [head, "what it is"], style: { head: [], border: [] } });
  for (const { name, summary } of entries) table.push([name, summary]);
  return table.toString();
}
