/** `patina styles pack`: a bank of styles from any pictures. */
import { z } from "zod";
import { megabytes } from "../../data/free-space.ts";
import { startPace } from "../../data/progress.ts";
import { checkNewFile, fileSize } from "../../files.ts";
import { counted } from "../../report/numbers.ts";
import { saveStyleBank } from "../../stylize/bank.ts";
import { makeStyleBank } from "../../stylize/make-bank.ts";
import { openStylizer } from "../../stylize/open.ts";
import { readStylePictures } from "../../stylize/style-pictures.ts";
import { defineCommand } from "../command.ts";
import { withDisplay } from "../data/with-display.ts";
import { bankFile, stylizerFile } from "./options.ts";

export default defineCommand({
  arguments: z.strictObject({
    pictures: z.string().describe("folder of pictures at any depth, or a zip or tar of them"),
    out: bankFile,
  }),
  options: z.strictObject({
    stylizer: stylizerFile,
    size: z
      .int()
      .min(8)
      .max(1024)
      .default(64)
      .describe("side in pixels at which styles are measured; best that at which pictures are restyled"),
    crop: z
      .enum(["centre", "squeeze"])
      .default("centre")
      .describe('how pictures become square: "centre" cuts out the middle, "squeeze" resizes each side on its own'),
    source: z.string().optional().describe("where the pictures come from, for people; the path where not given"),
  }),
  examples: [
    "patina styles pack paintings styles.safetensors",
    "patina styles pack paintings.tar styles-224.safetensors --stylizer vgg-19.safetensors --size 224",
  ],
  async run({ pictures, out }, { stylizer: file, size, crop, source = pictures }, output) {
    checkNewFile(out);
    using stylizer = openStylizer(file);
    const bank = await withDisplay(output, (settings) => {
      const progress = startPace({ what: `measuring ${pictures}`, total: undefined, unit: "pictures" }, settings);
      return makeStyleBank(stylizer, readStylePictures(pictures), { size, crop, source, progress });
    });
    saveStyleBank(out, bank);
    output.out(`${out}: ${counted(bank.pictures.length, "style")}, ${megabytes(fileSize(out))}\n`);
  },
});
