/** `patina preview`: what a batch of training really looks like. */
import { z } from "zod";
import { megabytes } from "../data/free-space.ts";
import { preview } from "../report/preview.ts";
import { defineCommand } from "./command.ts";
import { withDisplay } from "./data/with-display.ts";

export default defineCommand({
  arguments: z.strictObject({
    experiment: z.string().describe("a file (.ts, .js, .json), a name that patina list knows, or the folder of a run"),
  }),
  options: z.strictObject({
    output: z.string().default("preview.html").describe("page to write").meta({ short: "o" }),
    set: z.array(z.string()).default([]).describe("a one-off change, path=value; again for another one"),
    epoch: z.int().min(1).default(1).describe("whose first batch is shown, from 1"),
    pictures: z
      .int()
      .min(1)
      .max(1000)
      .default(32)
      .describe("about so many are shown at each stage, from what they were to what the network sees"),
    data: z.string().optional().describe("where data sets lie (default: data; of a run, where they lay in training)"),
  }),
  examples: [
    "patina preview cifar10",
    "patina preview robust.ts --set synthetic.share=0.5 --epoch 20 -o half.html",
    "patina preview runs/robust-20260101-a1b2",
  ],
  async run({ experiment }, { output: file, data: dataFolder, ...options }, output) {
    const made = await withDisplay(output, (settings) =>
      preview(experiment, { file, dataFolder, ...options, ...settings }),
    );
    output.out(`${made.file}: ${megabytes(Buffer.byteLength(made.text))}\n`);
  },
});
