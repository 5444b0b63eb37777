/** `patina styles import`: the paper's published style features, 1.6 GB, as a bank of 4 MB. */
import { z } from "zod";
import { megabytes } from "../../data/free-space.ts";
import { checkNewFile, fileSize } from "../../files.ts";
import { counted } from "../../report/numbers.ts";
import { saveStyleBank } from "../../stylize/bank.ts";
import { openStylizer } from "../../stylize/open.ts";
import { importPublishedStyles } from "../../stylize/published-styles.ts";
import { defineCommand } from "../command.ts";
import { withDisplay } from "../data/with-display.ts";
import { bankFile } from "./options.ts";

export default defineCommand({
  arguments: z.strictObject({
    features: z.string().describe("style_feats_adain_1000.npy"),
    out: bankFile,
  }),
  options: z.strictObject({
    stylizer: z.string().describe("file of the published stylizer, as patina stylizer import makes it"),
  }),
  examples: ["patina styles import style_feats_adain_1000.npy styles.safetensors --stylizer vgg-19.safetensors"],
  async run({ features, out }, { stylizer: file }, output) {
    checkNewFile(out);
    using stylizer = openStylizer(file);
    const bank = await withDisplay(output, (settings) => importPublishedStyles(features, stylizer, settings));
    saveStyleBank(out, bank);
    output.out(`${out}: ${counted(bank.pictures.length, "style")}, ${megabytes(fileSize(out))}\n`);
  },
});
