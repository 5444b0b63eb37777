/** `patina synth import`: a pool in the form that is read fast. */
import { z } from "zod";
import { PatinaError } from "../../errors.ts";
import { importPool } from "../../pool/import.ts";
import { defineCommand } from "../command.ts";
import { withDisplay } from "../data/with-display.ts";
import { describePool } from "./describe-pool.ts";
import { out, pool } from "./options.ts";

export default defineCommand({
  arguments: z.strictObject({ source: pool, out }),
  options: z.strictObject({
    size: z
      .int()
      .min(8)
      .max(1024)
      .optional()
      .describe("side in pixels to which pictures are brought, 8 to 1024 (default: as they are)"),
    crop: z
      .enum(["centre", "squeeze"])
      .optional()
      .describe(
        "with --size: how pictures become square: the middle cut out, or each side resized on its own (default: centre)",
      ),
    channels: z.enum(["1", "3"]).default("3").describe("1 makes all pictures grey, 3 makes all of them coloured"),
    labels: z.string().optional().describe("the .npy of the classes, where the source is an .npy of pictures"),
  }),
  examples: [
    "patina synth import generated/ pool.npz",
    "patina synth import tiny_edm_1m.npz tin-32.npz --size 32",
    "patina synth import pictures.npy pool.npz --labels classes.npy",
  ],
  async run({ source, out: file }, { size, crop, channels, labels }, output) {
    if (crop !== undefined && size === undefined)
      throw new PatinaError("usage", `--crop ${crop}: says how pictures come to a size. Give it too: --size 32`);
    if (labels !== undefined && !source.endsWith(".npy"))
      throw new PatinaError(
        "usage",
        `--labels ${labels}: goes with an .npy of pictures; ${source} is none, and has its classes itself. Leave --labels out.`,
      );
    const form = { size, crop: crop ?? "centre", channels: channels === "1" ? 1 : 3 } as const;
    const note = await withDisplay(output, (settings) => importPool(source, file, { form, labels }, settings));
    output.out(describePool(file, note));
  },
});
