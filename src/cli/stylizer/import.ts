/** `patina stylizer import`: the published AdaIN weights in one file, which we may not ship. */
import { z } from "zod";
import { checkNewFile, writeAtomically } from "../../files.ts";
import { importPublished } from "../../stylize/published.ts";
import { defineCommand } from "../command.ts";

export default defineCommand({
  arguments: z.strictObject({
    encoder: z.string().describe("vgg_normalised.pth"),
    decoder: z.string().describe("decoder.pth"),
    out: z.string().describe("file to write (.safetensors); must not be there yet"),
  }),
  options: z.strictObject({
    sheet: z.string().optional().describe("PNG file for the test picture, as it is and as the networks give it back"),
  }),
  examples: ["patina stylizer import vgg_normalised.pth decoder.pth vgg-19.safetensors --sheet test.png"],
  async run({ encoder, decoder, out }, { sheet }, output) {
    if (sheet !== undefined) checkNewFile(sheet);
    const { digests, test } = await importPublished({ encoder, decoder }, out);
    if (sheet !== undefined) {
      const { encodePng } = await import("../../pictures/codec.ts"); // native code, needed here only
      writeAtomically(sheet, await encodePng(test.sheet));
    }
    output.out(
      `${out}: the test picture comes back with ${test.signalToNoise.toFixed(1)} dB\n` +
        `  ${encoder}  sha256 ${digests.encoder}\n  ${decoder}  sha256 ${digests.decoder}\n`,
    );
  },
});
