/** `patina report`: what runs are worth, as a page or as text. */
import { z } from "zod";
import { megabytes } from "../data/free-space.ts";
import { report, reportFormats } from "../report/report.ts";
import { defineCommand } from "./command.ts";
import { DataDisplay } from "./data-display.ts";

export default defineCommand({
  arguments: z.strictObject({
    runs: z.array(z.string()).min(1).describe("folders of runs; the others are compared with the first"),
  }),
  options: z.strictObject({
    output: z
      .string()
      .optional()
      .describe(
        "file to write (default: report.html in the run's folder, or here for several; other formats are printed)",
      )
      .meta({ short: "o" }),
    format: z
      .enum(reportFormats)
      .default("html")
      .describe("a page; tables or a model card as Markdown; all data; or cells as CSV"),
    evaluation: z
      .string()
      .optional()
      .describe('which evaluation of each run, as "subset-1000" (default: that of all pictures)'),
    data: z.string().optional().describe("where data sets lie (default: where they lay in training)"),
  }),
  examples: [
    "patina report runs/robust-20260101-a1b2",
    "patina report runs/* -o all.html",
    "patina report runs/robust-20260101-a1b2 --format card -o README.md",
  ],
  async run({ runs }, { output: file, format, evaluation, data }, output) {
    const display = new DataDisplay(output);
    try {
      const made = await report(runs, { format, file, evaluation, dataFolder: data, report: display.report });
      display.end();
      if (made.file === undefined) output.out(made.text);
      else output.out(`${made.file}: ${megabytes(Buffer.byteLength(made.text))}\n`);
    } finally {
      display.end();
    }
  },
});
