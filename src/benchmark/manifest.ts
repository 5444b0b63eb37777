/** The manifest of a benchmark made here: what its files hold, and everything that would have to be the same for the same bytes. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { severities } from "../corrupt/define.ts";
import { PatinaError } from "../errors.ts";
import { readBounded } from "../files.ts";

export const layouts = ["npy", "png", "jpeg"] as const;
export type Layout = (typeof layouts)[number];

const Piece = z.strictObject({
  path: z.string().describe("below the folder: a file, or the folder of one severity"),
  pictures: z.int().min(1),
  bytes: z.int().min(1),
  sha256: z
    .string()
    .describe("of the file; of a folder, that of the lines `sha256sum` prints for its files in their order"),
});
/** A file, or a folder of one severity: what is kept or made again as a whole. */
export type Piece = z.infer<typeof Piece>;

const MadeCorruption = z.strictObject({
  name: z.string(),
  constants: z.array(z.unknown()).describe("by severity, in the order of `severities`"),
  pieces: z.array(Piece),
});

export const BenchmarkManifest = z.strictObject({
  format: z.literal(1),
  patina: z.string().describe("version"),
  v8: z.string().describe("version of the JavaScript engine, whose Math decides the last bits"),
  suite: z.string().describe("version of the corruptions"),
  streams: z.string().describe("the rule that gives each picture its random numbers"),
  layout: z.enum(layouts),
  data: z.strictObject({
    name: z.string(),
    part: z.enum(["train", "test"]),
    digest: z.string().describe("sha256 of the clean pictures and their labels"),
    count: z.int().min(1),
    shape: z.tuple([z.int(), z.int(), z.literal([1, 3])]).describe("height, width, channels"),
    classes: z.array(z.string()),
  }),
  severities: z.array(z.literal(severities)).min(1),
  frost: z.enum(["photographs", "procedural"]).describe("textures of the corruption frost: the original ones, or ours"),
  notes: z.array(z.string()),
  corruptions: z.array(MadeCorruption).describe("with the pieces that are whole"),
});
export type BenchmarkManifest = z.infer<typeof BenchmarkManifest>;

export const MANIFEST_NAME = "manifest.json";
/** Ours have 40 KB for 29 corruptions, and the names of up to 65,536 classes. */
const SIZE_LIMIT = 8 << 20;

/** That of a folder; undefined where it has none. @throws PatinaError `file-foreign`, `file-hostile`, `file-system`. */
export function readBenchmarkManifest(folder: string): BenchmarkManifest | undefined {
  const path = join(folder, MANIFEST_NAME);
  if (!existsSync(path)) return undefined;
  const bytes = readBounded(path, SIZE_LIMIT);
  try {
    return BenchmarkManifest.parse(JSON.parse(bytes.toString("utf8")));
  } catch (cause) {
    throw new PatinaError(
      "file-foreign",
      `${path}: is not the manifest of a benchmark made by patina corrupt. Move it away where the folder holds published files; name another folder where one is to be made.`,
      { cause },
    );
  }
}

/** Whether all severities of a corruption are whole. */
export function isMade({ layout, severities, corruptions }: BenchmarkManifest, corruption: string): boolean {
  const pieces = corruptions.find(({ name }) => name === corruption)?.pieces ?? [];
  return pieces.length === (layout === "npy" ? 1 : severities.length);
}

/** What results on its pictures are called. JPEG loses bytes, so its results are those of another benchmark. */
export function originOf({ suite, layout }: Pick<BenchmarkManifest, "suite" | "layout">): string {
  return `generated@${suite}${layout === "jpeg" ? "-jpeg" : ""}`;
}
