/** `patina data list`: the known data sets. */
import Table from "cli-table3";
import { z } from "zod";
import { type ListedDataSet, listDataSets } from "../../data/list.ts";
import { defineCommand } from "../command.ts";
import { dataFolder, json } from "./options.ts";

export default defineCommand({
  options: z.strictObject({ data: dataFolder, json }),
  examples: ["patina data list", "patina data list --data /mnt/pictures"],
  async run(_args, { data, json }, output) {
    const sets = listDataSets(data);
    if (json) output.out(`${JSON.stringify(sets, null, 2)}\n`);
    else output.out(`${tableOf(sets)}\n${hintsOf(sets)}`);
  },
});

function tableOf(sets: readonly ListedDataSet[]): string {
  const head = ["data set", "what it is", "training + test", "classes", "size", "where"];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { name, summary, counts, classCount, shape, place } of sets) {
    const pictures = `${counts.train.toLocaleString("en")} + ${counts.test.toLocaleString("en")}`;
    table.push([name, summary, pictures, classCount, `${shape.height}x${shape.width}`, place ?? "not there"]);
  }
  return table.toString();
}

function hintsOf(sets: readonly ListedDataSet[]): string {
  const missing = sets.filter(({ place }) => place === undefined);
  const width = Math.max(0, ...missing.map(({ name }) => name.length));
  const lines = missing.map(({ name, remedy }) => `  ${name.padEnd(width)}  ${remedy}\n`);
  return (
    (missing.length > 0 ? `To get what is not there, type:\n${lines.join("")}` : "") +
    'Your own pictures: a folder with one sub-folder a class, or arrays, as "data" of an experiment (docs/data.md).\n'
  );
}
