/** `patina stylizer train`: trains a stylizer of one's own, and goes on where it was stopped. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { loadNamed } from "../../data/data-set.ts";
import { setThreadCount } from "../../engine/device.ts";
import { PatinaError } from "../../errors.ts";
import { explain } from "../../experiment/explain.ts";
import { applyOverrides } from "../../experiment/overrides.ts";
import { writeAtomically } from "../../files.ts";
import { drawStylizerPage } from "../../report/stylizer-page.ts";
import { StylizerTrainingOptions } from "../../stylize/training/options.ts";
import { type TrainedStylizer, trainStylizer } from "../../stylize/training/train.ts";
import { version } from "../../version.ts";
import { defineCommand } from "../command.ts";
import { dataFolder, json } from "../data/options.ts";
import { withDisplay } from "../data/with-display.ts";

export default defineCommand({
  arguments: z.strictObject({
    out: z.string().describe("folder to make, or to go on with"),
  }),
  options: z.strictObject({
    content: z
      .array(z.string())
      .min(1)
      .describe("a known data set, or a folder of pictures with one sub-folder a class; may be repeated"),
    style: z.string().describe("folder, zip or tar of style pictures"),
    size: z.int().default(64).describe("side of the pictures in pixels, a multiple of 16"),
    set: z
      .array(z.string())
      .default([])
      .describe("another option, path=value, as decoder.steps=20000; may be repeated"),
    threads: z
      .int()
      .min(1)
      .max(1024)
      .optional()
      .describe("of libtorch; as many as there are processors where not given"),
    data: dataFolder,
    json,
  }),
  examples: ["patina stylizer train my-stylizer --content cifar10 --content tiny-imagenet --style paintings"],
  async run({ out }, { content, style, size, set, threads, data, json: asJson }, output) {
    const options = parseOptions({ content, style, size, stylizer: { kind: "compact" } }, set);
    setThreadCount(threads ?? availableParallelism());
    const trained = await withDisplay(output, async (settings) => {
      const dataSets = [];
      for (const name of content) dataSets.push(await loadNamed(name, undefined, data, settings));
      try {
        const done = await trainStylizer(out, options, dataSets, settings);
        await writePage(out);
        return done;
      } catch (error) {
        await writePage(out).catch(() => {}); // what ended the training says more than what is wrong with its page
        throw error;
      }
    });
    output.out(asJson ? `${JSON.stringify(trained, null, 2)}\n` : describe(out, trained));
  },
});

async function writePage(out: string): Promise<void> {
  if (existsSync(join(out, "journal.jsonl")))
    writeAtomically(join(out, "training.html"), await drawStylizerPage(out, version));
}

function parseOptions(given: object, set: readonly string[]): StylizerTrainingOptions {
  const input = applyOverrides(StylizerTrainingOptions, given, set);
  const { data, error } = StylizerTrainingOptions.safeParse(input);
  if (error) throw new PatinaError("usage", explain(StylizerTrainingOptions, input, error.issues).join("\n"));
  return data;
}

function describe(out: string, { stylizer, bank, quality }: TrainedStylizer): string {
  const lines = Object.entries(quality.rebuilt).map(([name, rebuilt]) => {
    const at = (size: "native" | "enlarged") => {
      const { own, random } = quality.styleDistance[name]![size];
      return `${rebuilt[size].toFixed(1)} dB, ${own.toFixed(2)}, ${random.toFixed(2)}`;
    };
    return `  ${name}: ${at("native")} at its own size; ${at("enlarged")} at the size of the training\n`;
  });
  return `${stylizer} and ${bank} are ready; ${out}/training.html shows what they do.\nTest pictures: how well they are rebuilt, and at full strength the distance to the own style, and to another\n${lines.join("")}`;
}
