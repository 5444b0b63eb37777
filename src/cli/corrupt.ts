/** `patina corrupt`: makes the corruption benchmark of a data set, or a contact sheet of it. */
import { existsSync } from "node:fs";
import { z } from "zod";
import { loadFrostTextures } from "../benchmark/frost-photographs.ts";
import { type MadeBenchmark, makeBenchmark } from "../benchmark/make.ts";
import { layouts, originOf } from "../benchmark/manifest.ts";
import { drawCorruptions, type SheetChoice } from "../benchmark/sheet.ts";
import { type Severity, severities } from "../corrupt/define.ts";
import { findCorruption } from "../corrupt/registry.ts";
import { suiteCorruptions, suiteNames } from "../corrupt/suites.ts";
import { megabytes } from "../data/free-space.ts";
import { duration } from "../duration.ts";
import { PatinaError } from "../errors.ts";
import { checkNewFile, readStart, writeAtomically } from "../files.ts";
import { defineCommand } from "./command.ts";
import { loadCorrupted, refuseInside } from "./corrupt-data.ts";
import { json } from "./data/options.ts";
import { withDisplay } from "./data/with-display.ts";

const Options = z.strictObject({
  suite: z
    .enum(suiteNames)
    .optional()
    .describe("c: 19 corruptions, c15: the first 15 of them, c-bar: 10 others (default: c)"),
  only: z.array(z.string()).default([]).describe("a corruption to make instead of a suite; again for another one"),
  severity: z
    .array(z.enum(["1", "2", "3", "4", "5"]))
    .default([])
    .describe("a severity to make, 1 to 5, instead of all; again for another one"),
  part: z.enum(["test", "train"]).default("test").describe("which pictures of the data set"),
  size: z.int().min(8).max(1024).optional().describe("side in pixels to which the pictures of a folder are brought"),
  format: z
    .enum(layouts)
    .default("npy")
    .describe("npy: arrays as CIFAR-10-C; png, jpeg: folders as Tiny-ImageNet-C (JPEG loses detail, as there)"),
  sheet: z.string().optional().describe("PNG file to write: a contact sheet, a corruption a row, a severity a column"),
  picture: z.int().min(0).optional().describe("with --sheet: which picture, counted from 0 (default: 0)"),
  workers: z.int().min(1).max(256).optional().describe("threads; as many as the machine has where not given"),
  data: z.string().optional().describe("where data sets lie (default: data; of a run, where they lay in training)"),
  json,
});

type Options = z.output<typeof Options>;

export default defineCommand({
  arguments: z.strictObject({
    what: z
      .string()
      .describe("a known data set, a folder of pictures with one sub-folder a class, or a run, for its data set"),
    out: z.string().optional().describe("folder to make, or to go on with; may be left out with --sheet"),
  }),
  options: Options,
  examples: [
    "patina corrupt cifar10 data/CIFAR-10-C-made",
    "patina corrupt cifar100 data/CIFAR-100-C-Bar --suite c-bar",
    "patina corrupt pictures/test out --size 64 --format png",
    "patina corrupt runs/robust-20260101-a1b2 out",
    "patina corrupt cifar10 --suite c-bar --sheet c-bar.png --picture 7",
  ],
  async run({ what, out }, options, output) {
    const { suite = "c", only, part, size, format: layout, sheet, picture = 0, workers } = options;
    checkUsage(out, options);
    for (const path of [out, sheet]) if (path !== undefined) refuseInside(path, what);
    const started = performance.now();
    const result = await withDisplay(output, async (settings) => {
      const { data, dataFolder } = await loadCorrupted(what, size, options.data, settings);
      const pictures = data[part];
      const chosen = {
        corruptions: only.length > 0 ? [...new Set(only)] : suiteCorruptions(suite, pictures),
        severities: severities.filter((one) => options.severity.length === 0 || options.severity.includes(`${one}`)),
      };
      // One folder stands for both parts: nobody knows which of its pictures a model has seen.
      if (out !== undefined && data.train === data.test)
        settings.report?.({
          kind: "note",
          text: `${what}: all of its pictures are taken. A benchmark of pictures that a model was trained on proves nothing; name its run to take those that it kept for the test.`,
        });
      const frost = await loadFrostTextures(dataFolder);
      if (sheet !== undefined)
        await writeSheet(sheet, { pictures, dataSet: data.name, index: picture, ...chosen, frost });
      const made =
        out === undefined
          ? undefined
          : await makeBenchmark(out, { data, part, ...chosen, layout, frost, workers }, settings);
      return { sheet, ...chosen, out, ...made, seconds: (performance.now() - started) / 1000 };
    });
    output.out(options.json ? `${JSON.stringify(result, null, 2)}\n` : describe(result));
  },
});

/** @throws PatinaError `usage`, `unknown-name`; before pictures are read, which may take minutes */
function checkUsage(out: string | undefined, { suite, only, sheet, picture }: Options): void {
  const refuse = (message: string) => {
    throw new PatinaError("usage", message);
  };
  if (out === undefined && sheet === undefined)
    refuse("Name the folder in which the benchmark is to be made, or a file with --sheet.");
  if (suite !== undefined && only.length > 0)
    refuse("--only makes its corruptions instead of a suite. Leave out --suite, or --only.");
  if (sheet !== undefined && !/\.png$/i.test(sheet))
    refuse(`--sheet ${sheet}: a contact sheet is written as PNG. Let its name end in .png.`);
  if (picture !== undefined && sheet === undefined)
    refuse("--picture chooses the picture of a contact sheet. Add --sheet, or leave it out.");
  for (const name of only) findCorruption(name);
}

/** Nothing is overwritten; the same sheet may be there, from a call that was stopped. */
async function writeSheet(path: string, choice: SheetChoice): Promise<void> {
  const { encodePng } = await import("../pictures/codec.ts"); // native code, needed here only
  const sheet = await encodePng(await drawCorruptions(choice));
  if (existsSync(path) && readStart(path, sheet.length + 1).equals(sheet)) return;
  checkNewFile(path);
  writeAtomically(path, sheet);
}

interface Result extends Partial<MadeBenchmark> {
  readonly sheet: string | undefined;
  readonly corruptions: readonly string[];
  readonly severities: readonly Severity[];
  readonly out: string | undefined;
  readonly seconds: number;
}

function describe({ sheet, corruptions, severities, out, manifest, kept, made, seconds }: Result): string {
  const lines: string[] = [];
  if (sheet !== undefined)
    lines.push(
      `${sheet}: severities ${severities.join(", ")} from left to right; from above: ${corruptions.join(", ")}`,
    );
  if (manifest !== undefined) {
    const pieces = manifest.corruptions.flatMap((corruption) => corruption.pieces);
    const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
    const count = manifest.corruptions.length;
    const there = kept === 0 ? "" : `, ${kept!.toLocaleString("en")} more ${kept === 1 ? "was" : "were"} there`;
    lines.push(
      `${out}: ${made!.toLocaleString("en")} ${made === 1 ? "picture" : "pictures"} made in ${duration(seconds)}${there}. It holds ${count} ${count === 1 ? "corruption" : "corruptions"} of ${manifest.data.name} (${originOf(manifest)}), ${megabytes(bytes)}`,
      ...manifest.notes,
    );
  }
  return `${lines.join("\n")}\n`;
}
