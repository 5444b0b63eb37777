/** Whether the pieces of a benchmark made here still are what was written: their sums are in the manifest. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Severity } from "../corrupt/define.ts";
import { FILE_LIMIT } from "../data/decoder.ts";
import { PatinaError } from "../errors.ts";
import { readBounded, sha256, sha256File } from "../files.ts";
import { type BenchmarkManifest, type Layout, MANIFEST_NAME, type Piece } from "./manifest.ts";

/** Whether a piece is there, as it was written. */
export function isWhole(folder: string, layout: Layout, { path, sha256: expected }: Piece): boolean {
  try {
    return digestOf(folder, layout, path) === expected;
  } catch {
    return false; // it is made again
  }
}

/** The piece that a cell lies in, an array or the folder of one severity; undefined where it was not made. */
export function pieceOf(
  { layout, corruptions }: BenchmarkManifest,
  corruption: string,
  severity: Severity,
): Piece | undefined {
  const path = layout === "npy" ? `${corruption}.npy` : `${corruption}/${severity}`;
  return corruptions.find(({ name }) => name === corruption)?.pieces.find((piece) => piece.path === path);
}

/**
 * What checks the piece that a cell lies in the first time it is asked for: it is read whole.
 * @returns throws PatinaError `file-damaged` where the piece is another than was written; `file-missing`, `file-system`
 */
export function pieceCheck(
  folder: string,
  manifest: BenchmarkManifest,
): (corruption: string, severity: Severity) => void {
  const checked = new Set<string>();
  return (corruption, severity) => {
    const { path, sha256: expected } = pieceOf(manifest, corruption, severity)!;
    if (checked.has(path)) return;
    const found = digestOf(folder, manifest.layout, path);
    if (found !== expected)
      throw new PatinaError(
        "file-damaged",
        `${join(folder, path)}: is not what patina corrupt wrote: its sha256 is ${found}, expected is ${expected} (${MANIFEST_NAME}). Copy it again, or call patina corrupt as before: what is not whole is made again.`,
      );
    checked.add(path);
  };
}

function digestOf(folder: string, layout: Layout, path: string): string {
  const whole = join(folder, path);
  if (layout === "npy") return sha256File(whole);
  const names = readdirSync(whole, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(whole.length + 1));
  return digestOfLines(names.map((name) => `${sha256(readBounded(join(whole, name), FILE_LIMIT))}  ${name}\n`));
}

/** The sum of a folder: of the lines that `sha256sum` prints for its files, sorted by name. */
export function digestOfLines(lines: readonly string[]): string {
  const nameOf = (line: string) => line.slice(66);
  return sha256(lines.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)).join(""));
}
