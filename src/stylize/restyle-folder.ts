/** Restyles pictures of a folder, each at its own size, into another folder. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { listPictures } from "../data/class-folders.ts";
import { FILE_LIMIT } from "../data/decoder.ts";
import { type DataSettings, REPORT_MS } from "../data/progress.ts";
import { nearestName, PatinaError } from "../errors.ts";
import { isFolder, makeFolder, readBounded, writeAtomically } from "../files.ts";
import { decodePicture, encodePng } from "../pictures/codec.ts";
import { createPicture, type Picture } from "../pictures/picture.ts";
import { drawSheet } from "../pictures/sheet.ts";
import { stream } from "../random/stream.ts";
import type { StyleBank } from "./bank.ts";
import type { Restyler } from "./restyle.ts";

export interface RestyleFolderOptions {
  /** α, or the interval from which each picture draws its own. */
  readonly strength: number | readonly [number, number];
  /** The name of a style in the bank, or a part of it that no other has; each picture draws its own where undefined. */
  readonly style: string | undefined;
  /** Writes of each picture a row: itself, then restyled at these strengths. */
  readonly grid: readonly number[] | undefined;
  readonly seed: number;
}

export interface RestyledFile {
  /** Below both folders. */
  readonly path: string;
  readonly style: string;
  readonly strengths: readonly number[];
}

/**
 * Writes each picture as PNG under its own path, with the ending changed.
 * @throws PatinaError `file-missing`, `data` without pictures; `file-exists` where `out` holds something; `unknown-name`
 * for a style that there is not; `picture` where one cannot be decoded; `argument` where one is too small; `interrupted`
 */
export async function restyleFolder(
  folder: string,
  out: string,
  { restyler, bank }: { restyler: Restyler; bank: StyleBank },
  options: RestyleFolderOptions,
  { report, signal }: DataSettings = {},
): Promise<RestyledFile[]> {
  const chosen = options.style === undefined ? undefined : findStyle(bank, options.style);
  const names = picturesIn(folder);
  if (existsSync(out) && readdirSync(out).length > 0)
    throw new PatinaError("file-exists", `${out}: holds other files. Name a new folder for the restyled pictures.`);
  makeFolder(out);
  const written: RestyledFile[] = [];
  const targets = new Map<string, string>();
  for (const name of names) {
    const target = name.replace(/\.[^./]+$/, ".png");
    const other = targets.get(target);
    if (other !== undefined)
      throw new PatinaError("data", `${folder}: ${other} and ${name} would both become ${target}. Rename one of them.`);
    targets.set(target, name);
  }
  let told = 0;
  for (const [target, name] of targets) {
    if (signal?.aborted)
      throw new PatinaError("interrupted", `${out}: stopped after ${written.length} of ${names.length} pictures.`);
    const picture = await decodePicture(readBounded(join(folder, name), FILE_LIMIT), join(folder, name));
    const draws = stream(options.seed, "stylize", name);
    const style = chosen ?? draws.fork("style").integer(0, bank.pictures.length - 1);
    const strengths = options.grid ?? [strengthOf(options.strength, draws.fork("strength").uniform())];
    const restyled = strengths.map((strength): Picture => {
      const bytes = restyler.restyle(picture.bytes, picture, { styles: [style], strengths: [strength] });
      const { height, width, channels } = picture;
      return createPicture({ height, width, channels }, bytes);
    });
    const result =
      options.grid === undefined ? restyled[0]! : drawSheet([picture, ...restyled], { columns: strengths.length + 1 });
    mkdirSync(dirname(join(out, target)), { recursive: true });
    writeAtomically(join(out, target), await encodePng(result));
    written.push({ path: target, style: bank.pictures[style]!.name, strengths });
    if (performance.now() - told < REPORT_MS) continue;
    told = performance.now();
    const total = names.length;
    report?.({ kind: "wait", what: `restyling ${folder}`, done: written.length, total, unit: "pictures" });
  }
  return written;
}

const strengthOf = (strength: RestyleFolderOptions["strength"], uniform: number): number =>
  typeof strength === "number" ? strength : strength[0] + (strength[1] - strength[0]) * uniform;

function picturesIn(folder: string): string[] {
  const whole = resolve(folder);
  if (!isFolder(whole))
    throw new PatinaError("file-missing", `${folder}: is no folder (in ${resolve(".")}). Name a folder of pictures.`);
  const name = basename(whole);
  const paths = listPictures(dirname(whole), name, []).map(({ path }) => path.slice(name.length + 1));
  if (paths.length === 0)
    throw new PatinaError(
      "data",
      `${folder}: holds no pictures (JPEG, PNG, WebP, GIF or TIFF). Name a folder of some.`,
    );
  return paths;
}

/** The place of the style of that name, or of the only one whose name holds the text. */
function findStyle({ pictures }: StyleBank, text: string): number {
  const exact = pictures.findIndex(({ name }) => name === text);
  if (exact >= 0) return exact;
  const found = [...pictures.entries()].filter(([, { name }]) => name.toLowerCase().includes(text.toLowerCase()));
  if (found.length === 1) return found[0]![0];
  const shown = found.slice(0, 5).map(([, { name }]) => name);
  const near = nearestName(
    text,
    pictures.map(({ name }) => name),
  );
  const hint =
    found.length > 1
      ? `${found.length} styles have it in their names: ${shown.join(", ")}${found.length > 5 ? ", ..." : ""}. Write more of one.`
      : `No style is called so.${near === undefined ? ` One is "${pictures[0]!.name}".` : ` Did you mean "${near}"?`}`;
  throw new PatinaError("unknown-name", `style "${text}": ${hint}`);
}
