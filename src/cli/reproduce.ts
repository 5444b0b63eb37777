/** `patina reproduce`: a table of the paper, trained and measured anew, beside the paper's numbers. */
import { z } from "zod";
import { PatinaError } from "../errors.ts";
import { paperDataSets } from "../experiment/named/paper.ts";
import { paperTables } from "../reproduce/plan.ts";
import { type Reproduction, reproduce } from "../reproduce/reproduce.ts";
import { scaleNames, scales } from "../reproduce/scales.ts";
import { defineCommand } from "./command.ts";
import { onInterrupt } from "./interrupt.ts";
import { ReproductionDisplay } from "./reproduction-display.ts";
import { reproductionTables } from "./reproduction-table.ts";

export default defineCommand({
  arguments: z.strictObject({ table: z.string().describe(paperTables.map(({ name }) => name).join(", ")) }),
  options: z.strictObject({
    dataSet: z.enum(paperDataSets).default("cifar10").describe("on which pictures"),
    scale: z
      .enum(scaleNames)
      .default("small")
      .describe(scales.map(({ name, summary }) => `${name}: ${summary}`).join("; ")),
    pool: z
      .string()
      .optional()
      .describe("the synthetic pictures, as in an experiment (default: synthetic/DATA_SET.npz among the data sets)"),
    seeds: z.string().optional().describe("with commas (default: 0,1,2; at scale miniature 0)"),
    out: z
      .string()
      .optional()
      .describe(
        "folder of the runs and tables; begun before, it is gone on with (default: reproductions/TABLE-DATA_SET-SCALE)",
      ),
    set: z
      .array(z.string())
      .default([])
      .describe("a change of what all rows share (model, stylizer, train), path=value; again for another one"),
    data: z.string().optional().describe("where data sets lie (default: data)"),
    json: z.boolean().default(false).describe("print table.json"),
  }),
  examples: [
    "patina reproduce table-3 --scale miniature --pool pool.npz",
    "patina reproduce table-3 --pool pool.npz --seeds 0",
    "patina reproduce table-3 --data-set tiny-imagenet --scale paper --set train.precision=float16",
  ],
  async run({ table }, { dataSet, scale, pool, seeds, out, set, data, json }, output) {
    const display = new ReproductionDisplay(output);
    const stop = new AbortController();
    const letGo = onInterrupt(() => {
      output.err("\nStopping after this step; once more to stop at once.\n");
      stop.abort();
    });
    let made: Reproduction;
    try {
      made = await reproduce(table, {
        dataSet,
        scale,
        pool,
        seeds: seeds === undefined ? undefined : readSeeds(seeds),
        out,
        set,
        dataFolder: data,
        report: display.report,
        signal: stop.signal,
      });
    } finally {
      letGo();
      display.end();
    }
    output.out(json ? `${JSON.stringify(made.table, null, 2)}\n` : reproductionTables(made));
  },
});

/** @throws PatinaError `usage` where one is no number */
function readSeeds(text: string): number[] {
  const seeds = text.split(",");
  if (seeds.every((seed) => /^\s*\d+\s*$/.test(seed))) return seeds.map(Number);
  throw new PatinaError("usage", `--seeds ${text}: must be whole numbers from 0, with commas, as in: --seeds 0,1,2`);
}
