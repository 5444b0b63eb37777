/** `patina synth select`: the best part of a pool, by a classifier. */
import { z } from "zod";
import { PatinaError } from "../../errors.ts";
import { type Amount, selectPool } from "../../pool/select.ts";
import { defineCommand } from "../command.ts";
import { dataFolder } from "../data/options.ts";
import { withDisplay } from "../data/with-display.ts";
import { describePool } from "./describe-pool.ts";
import { batch, device, out, pool } from "./options.ts";

export default defineCommand({
  arguments: z.strictObject({ pool, out }),
  options: z.strictObject({
    model: z.string().describe("folder of the run of a classifier, trained on the real pictures"),
    share: z.number().gt(0).max(1).optional().describe("share of each class that is kept, above 0 and at most 1"),
    perClass: z.int().min(1).optional().describe("instead: pictures of each class that are kept"),
    batch,
    device,
    data: dataFolder,
  }),
  examples: [
    "patina synth select generated.npz pool.npz --model runs/plain-20260101-a1b2 --share 0.2",
    "patina synth select generated.npz pool.npz --model runs/plain-20260101-a1b2 --per-class 5000",
  ],
  async run({ pool: source, out: file }, { model: run, share, perClass, batch, device, data }, output) {
    const options = { run, amount: amountOf(share, perClass), batch, device, dataFolder: data };
    const note = await withDisplay(output, (settings) => selectPool(source, file, options, settings));
    output.out(describePool(file, note));
  },
});

function amountOf(share: number | undefined, perClass: number | undefined): Amount {
  if (share !== undefined && perClass === undefined) return { share };
  if (share === undefined && perClass !== undefined) return { perClass };
  throw new PatinaError("usage", "How many are to be kept? Give --share or --per-class, one of the two.");
}
