/** Restyles pictures of a folder, each at its own size, into another folder. */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { listPictures } from "../data/class-folders.ts";
import { FILE_LIMIT } from "../data/decoder.ts";
import { type DataSettings, REPORT_MS } from "../data/progress.ts";
import { about, nearestName, PatinaError } from "../errors.ts";
import {
  guardWrite,
  isFolder,
  makeFolder,
  moveIntoPlace,
  readBounded,
  temporaryFor,
  writeAtomically,
} from "../files.ts";
import { decodePicture, encodePng } from "../pictures/codec.ts";
import { createPicture, type Picture } from "../pictures/picture.ts";
import { drawSheet } from "../pictures/sheet.ts";
import { stream } from "../random/stream.ts";
import type { StyleBank } from "./bank.ts";
import type { Restyler } from "./restyle.ts";
import { drawStrength, type Strength } from "./strength.ts";

export interface RestyleFolderOptions {
  /** α, or the interval from which each picture draws its own. */
  readonly strength: Strength;
  /** Each picture draws its style among those whose names have this in them, capitals or not; among all where undefined. */
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
 * Writes each picture as PNG under its own path, with the ending changed. The folder appears when all are done.
 * @throws PatinaError `file-missing`, `data` without pictures; `file-exists` where `out` holds something; `usage` where it
 * lies in `folder`; `unknown-name` for a style that there is not; `picture` where one cannot be decoded; `argument` where
 * one is too small or too large; `interrupted`. Nothing is left behind then.
 */
export async function restyleFolder(
  folder: string,
  out: string,
  { restyler, bank }: { restyler: Restyler; bank: StyleBank },
  options: RestyleFolderOptions,
  { report, signal }: DataSettings = {},
): Promise<RestyledFile[]> {
  const styles = findStyles(bank, options.style);
  const targets = targetsOf(folder, picturesIn(folder));
  checkOut(folder, out);
  const stage = temporaryFor(resolve(out));
  const written: RestyledFile[] = [];
  let told = 0;
  try {
    makeFolder(dirname(stage));
    guardWrite(out, () => mkdirSync(stage));
    for (const [target, name] of targets) {
      if (signal?.aborted) throw new PatinaError("interrupted", `${out}: stopped. Nothing was written.`);
      const source = join(folder, name);
      const picture = await decodePicture(readBounded(source, FILE_LIMIT), source);
      const draws = stream(options.seed, "stylize", name);
      const style = styles[draws.fork("style").integer(0, styles.length - 1)]!;
      const strengths = options.grid ?? [drawStrength(options.strength, draws.fork("strength"))];
      const { height, width, channels } = picture;
      const restyled = strengths.map((strength): Picture => {
        const restyle = () => restyler.restyle(picture.bytes, picture, { styles: [style], strengths: [strength] });
        return createPicture({ height, width, channels }, about(source, restyle));
      });
      const result =
        options.grid === undefined
          ? restyled[0]!
          : drawSheet([picture, ...restyled], { columns: strengths.length + 1 });
      makeFolder(dirname(join(stage, target)));
      writeAtomically(join(stage, target), await encodePng(result));
      written.push({ path: target, style: bank.pictures[style]!.name, strengths });
      if (performance.now() - told < REPORT_MS) continue;
      told = performance.now();
      const total = targets.size;
      report?.({ kind: "wait", what: `restyling ${folder}`, done: written.length, total, unit: "pictures" });
    }
    moveIntoPlace(stage, out);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
  return written;
}

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

/** Where each picture goes: from the path of the PNG to that of the picture, below both folders. */
function targetsOf(folder: string, names: readonly string[]): Map<string, string> {
  const targets = new Map<string, string>();
  for (const name of names) {
    const target = name.replace(/\.[^./]+$/, ".png");
    const other = targets.get(target);
    if (other !== undefined)
      throw new PatinaError("data", `${folder}: ${other} and ${name} would both become ${target}. Rename one of them.`);
    targets.set(target, name);
  }
  return targets;
}

function checkOut(folder: string, out: string): void {
  if (existsSync(out) && !(isFolder(out) && readdirSync(out).length === 0))
    throw new PatinaError(
      "file-exists",
      `${out}: is there already, and nothing is overwritten. Name a new folder for the restyled pictures.`,
    );
  // Called again, they would be restyled too.
  if (`${resolve(out)}${sep}`.startsWith(`${resolve(folder)}${sep}`))
    throw new PatinaError("usage", `${out}: lies in ${folder}, whose pictures are restyled. Name a folder beside it.`);
}

/** The places of the styles whose names have the text in them; a whole name is meant alone. */
function findStyles({ pictures }: StyleBank, text: string | undefined): number[] {
  const places = [...pictures.keys()];
  if (text === undefined) return places;
  const nameAt = (place: number) => pictures[place]!.name;
  const exact = places.filter((place) => nameAt(place) === text);
  if (exact.length > 0) return exact;
  const found = places.filter((place) => nameAt(place).toLowerCase().includes(text.toLowerCase()));
  if (found.length > 0) return found;
  const near = nearestName(text, places.map(nameAt));
  const hint = near === undefined ? `One is "${nameAt(0)}".` : `Did you mean "${near}"?`;
  throw new PatinaError("unknown-name", `style "${text}": no style has that in its name. ${hint}`);
}
