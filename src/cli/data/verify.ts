/** `patina data verify`: looks through pictures before they are trained on. */
import Table from "cli-table3";
import { z } from "zod";
import { checkDataFolder } from "../../data/data-folder.ts";
import type { DataSettings } from "../../data/progress.ts";
import { findKnown, knownNames } from "../../data/registry.ts";
import { type Verification, type VerifiedPart, verifyArrays, verifyDataSet, verifyFolder } from "../../data/verify.ts";
import { nearestName, PatinaError } from "../../errors.ts";
import { isExperimentFile, loadExperiment } from "../../experiment/load.ts";
import { isFolder } from "../../files.ts";
import { defineCommand } from "../command.ts";
import { dataFolder, json } from "./options.ts";
import { withDisplay } from "./with-display.ts";

/** More classes are told by their smallest and largest. */
const CLASS_LIMIT = 20;
const SHAPE_LIMIT = 5;

export default defineCommand({
  arguments: z.strictObject({
    what: z.string().describe("a known data set, a folder of pictures, an .npz, or an experiment file"),
  }),
  options: z.strictObject({ data: dataFolder, json }),
  examples: ["patina data verify cifar10", "patina data verify pictures/train", "patina data verify robust.ts"],
  async run({ what }, { data, json }, output) {
    const result = await withDisplay(output, (settings) => verify(what, data, settings));
    output.out(json ? `${JSON.stringify(result, null, 2)}\n` : describe(result));
    return result.problems.length > 0 ? 1 : 0;
  },
});

async function verify(what: string, folder: string, settings: DataSettings): Promise<Verification> {
  checkDataFolder(folder);
  if (isExperimentFile(what)) return verifyDataSet((await loadExperiment(what)).experiment.data, folder, settings);
  if (what.endsWith(".npz")) return verifyArrays(what, folder, settings);
  if (isFolder(what) || /[\\/]/.test(what)) return verifyFolder(what, settings); // a path that is not there is no name
  if (!knownNames.some((name) => name === what) && nearestName(what, knownNames) === undefined)
    throw new PatinaError(
      "unknown-name",
      `unknown data set "${what}", and there is no folder of that name. Known: ${knownNames.join(", ")}.`,
    );
  return verifyDataSet(findKnown(what).name, folder, settings);
}

function describe({ name, classes, parts, shapes, problems, warnings }: Verification): string {
  const lines = [`${name}: ${problems.length === 0 ? "good" : "not good"}`];
  if (parts.length > 0) lines.push(tableOf(classes, parts));
  for (const [shape, count] of Object.entries(shapes).slice(0, SHAPE_LIMIT))
    lines.push(`${count.toLocaleString("en")} pictures of ${shape} (height x width x channels)`);
  const others = Object.keys(shapes).length - SHAPE_LIMIT;
  if (others > 0) lines.push(`and of ${others} other shapes`);
  for (const part of parts) lines.push(`digest${part.name === "all" ? "" : ` of ${part.name}`}: ${part.digest}`);
  for (const warning of warnings) lines.push(`Warning: ${warning}`);
  for (const problem of problems) lines.push(`Problem: ${problem}`);
  return `${lines.join("\n")}\n`;
}

/** Pictures of each class, or of the smallest and the largest where there are many. */
function tableOf(classes: readonly string[], parts: readonly VerifiedPart[]): string {
  const number = (count: number) => count.toLocaleString("en");
  const head = ["class", ...parts.map(({ name }) => (name === "all" ? "pictures" : name))];
  const table = new Table({ head, style: { head: [], border: [] } });
  if (classes.length <= CLASS_LIMIT)
    for (const [label, name] of classes.entries())
      table.push([name, ...parts.map(({ perClass }) => number(perClass[label]!))]);
  else
    table.push(
      ["smallest", ...parts.map(({ perClass }) => number(Math.min(...perClass)))],
      ["largest", ...parts.map(({ perClass }) => number(Math.max(...perClass)))],
    );
  table.push([`all ${number(classes.length)}`, ...parts.map(({ count }) => number(count))]);
  return table.toString();
}
