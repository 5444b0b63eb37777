/** Writes a severity as Tiny-ImageNet-C has it: a folder of classes with a file a picture. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { guardWrite, makeFolder, moveIntoPlace, sha256, temporaryFor } from "../files.ts";
import type { Picture, PictureShape } from "../pictures/picture.ts";
import type { Piece } from "./manifest.ts";
import { digestOfLines } from "./pieces.ts";
import type { CorruptedBatch } from "./source.ts";

/** As Tiny-ImageNet-C and ImageNet-C have. */
const JPEG_QUALITY = 85;

export interface FolderForm {
  readonly format: "png" | "jpeg";
  readonly classes: readonly string[];
  /** Pictures in it. */
  readonly count: number;
  readonly shape: PictureShape;
}

/**
 * Names of the folders of classes: their own, where sorting keeps their order; else with their number in front. So the
 * class is always the place in sorted order, as readers of this layout number them.
 */
export function classFolders(classes: readonly string[]): readonly string[] {
  const isSorted = classes.every((name, label) => label === 0 || classes[label - 1]! < name);
  if (isSorted && classes.every((name) => /^\w[\w. -]*$/.test(name))) return classes;
  const digits = `${classes.length - 1}`.length;
  return classes.map((name, label) => `${`${label}`.padStart(digits, "0")}-${name.replace(/[^\w.-]+/g, "-")}`);
}

/**
 * Writes it into a hidden folder, which then gets its name: after a kill it is there whole or not at all. Its files are
 * named by the index of their picture. They are not synced one by one, which takes longer than to make them: what a power
 * cut tears has another sum than the manifest says, and is made again.
 * @param cell the pictures, in the order of the data set
 * @throws PatinaError `file-system`, and what the cell throws
 */
export async function writeFolder(
  folder: string,
  path: string,
  form: FolderForm,
  cell: AsyncIterable<CorruptedBatch>,
  tell: (count: number) => void,
): Promise<Piece> {
  const whole = join(folder, path);
  makeFolder(dirname(whole));
  const temporary = temporaryFor(whole);
  const lines: string[] = [];
  let bytes = 0;
  try {
    const names = classFolders(form.classes);
    guardWrite(whole, () => {
      mkdirSync(temporary);
      for (const name of names) mkdirSync(join(temporary, name)); // a class without pictures keeps its number
    });
    const digits = `${form.count - 1}`.length;
    for await (const batch of cell) {
      for (const [place, file] of (await encodeAll(batch, form)).entries()) {
        const index = `${lines.length}`.padStart(digits, "0");
        const name = `${names[batch.labels[place]!]}/${index}.${form.format === "png" ? "png" : "JPEG"}`;
        guardWrite(whole, () => writeFileSync(join(temporary, name), file));
        lines.push(`${sha256(file)}  ${name}\n`);
        bytes += file.length;
      }
      tell(batch.count);
    }
    rmSync(whole, { recursive: true, force: true }); // one that was torn
    moveIntoPlace(temporary, whole);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  return { path, pictures: form.count, bytes, sha256: digestOfLines(lines) };
}

async function encodeAll({ bytes, count }: CorruptedBatch, { format, shape }: FolderForm): Promise<Uint8Array[]> {
  const { encodeJpeg, encodePng } = await import("../pictures/codec.ts"); // native code, needed here only
  const size = bytes.length / count;
  return Promise.all(
    Array.from({ length: count }, (_, place) => {
      const picture: Picture = { ...shape, bytes: bytes.subarray(place * size, (place + 1) * size) };
      return format === "png" ? encodePng(picture) : encodeJpeg(picture, { quality: JPEG_QUALITY });
    }),
  );
}
