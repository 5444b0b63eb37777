/** `patina stylize`: restyles a folder of pictures. */
import { availableParallelism } from "node:os";
import { z } from "zod";
import { resolveDevice, setThreadCount } from "../engine/device.ts";
import { PatinaError } from "../errors.ts";
import { counted } from "../report/numbers.ts";
import { openRestyler } from "../stylize/open.ts";
import { RestyleOptions } from "../stylize/options.ts";
import { type RestyledFile, restyleFolder } from "../stylize/restyle-folder.ts";
import { Strength } from "../stylize/strength.ts";
import { defineCommand } from "./command.ts";
import { json } from "./data/options.ts";
import { withDisplay } from "./data/with-display.ts";

/** Strengths of `--grid`. */
const GRID = [0, 0.25, 0.5, 0.75, 1];

export default defineCommand({
  arguments: z.strictObject({
    pictures: z.string().describe("folder of pictures, at any depth"),
    out: z.string().describe("folder to make: the same paths, as PNG"),
  }),
  options: z.strictObject({
    strength: z
      .string()
      .optional()
      .describe("0 to 1, or an interval as 0.1,1 from which each picture draws its own (default: 1)"),
    style: z
      .string()
      .min(1)
      .optional()
      .describe("only styles with this in their names, as monet; each picture draws its own of them"),
    grid: z
      .boolean()
      .default(false)
      .describe("of each picture a row: itself, and restyled at 0, 0.25, 0.5, 0.75 and 1"),
    seed: z.int().min(0).default(0).describe("other styles for another number"),
    size: z
      .string()
      .default("native")
      .describe('shorter side in pixels while pictures are restyled; "native" is their own, the paper\'s is 224'),
    compat: RestyleOptions.shape.compat,
    precision: RestyleOptions.shape.precision,
    stylizer: z.string().default("own").describe('"own" is the stylizer that comes with Patina; else a file of one'),
    styles: z.string().default("own").describe('"own" are the styles that come with it; else a file of a bank'),
    device: z.string().default("auto").describe('"cpu", "cuda:0", ...; "auto" is the first GPU, else the CPU'),
    json,
  }),
  examples: [
    "patina stylize pictures restyled",
    "patina stylize pictures restyled --strength 0.1,1 --seed 7",
    "patina stylize pictures grids --grid --style monet",
  ],
  async run({ pictures, out }, options, output) {
    if (options.grid && options.strength !== undefined)
      throw new PatinaError("usage", `--strength ${options.strength}: --grid has strengths of its own. Leave one out.`);
    const strength = parseStrength(options.strength ?? "1");
    const size = options.size === "native" ? "native" : Number(options.size);
    const { data: use, error } = RestyleOptions.safeParse({
      size,
      compat: options.compat,
      precision: options.precision,
    });
    if (error)
      throw new PatinaError("usage", `--size ${options.size}: is neither "native" nor a whole number from 8 to 1024.`);
    setThreadCount(availableParallelism());
    const opened = openRestyler(
      { weights: options.stylizer, styles: options.styles },
      use,
      resolveDevice(options.device),
    );
    try {
      const { style, grid, seed } = options;
      const written = await withDisplay(output, (settings) =>
        restyleFolder(pictures, out, opened, { strength, style, grid: grid ? GRID : undefined, seed }, settings),
      );
      output.out(options.json ? `${JSON.stringify(written, null, 2)}\n` : describe(out, written));
    } finally {
      opened.dispose();
    }
  },
});

function parseStrength(text: string): Strength {
  const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const { data } = Strength.safeParse(numbers.length === 1 ? numbers[0] : numbers);
  if (data !== undefined) return data;
  throw new PatinaError(
    "usage",
    `--strength ${text}: must be a number from 0 to 1, or two with a comma, the lower first, as 0.1,1.`,
  );
}

function describe(out: string, written: readonly RestyledFile[]): string {
  const styles = new Set(written.map(({ style }) => style)).size;
  return `${out}: ${counted(written.length, "picture")} restyled in ${counted(styles, "style")}\n`;
}
