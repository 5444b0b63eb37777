/** Brings a pool, in whatever form it came, into the form that is read fast. */
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import type { ArrayFiles } from "../data/arrays.ts";
import { fitPicture, type PictureForm } from "../data/fit-picture.ts";
import { checkSquare } from "../data/picture-set.ts";
import { holdsArrays, type Pool, readPool } from "../data/pool.ts";
import { decodePool, encodedSource } from "../data/pool-decode.ts";
import { digestOfPool } from "../data/pool-digest.ts";
import { type PoolNote, writePool } from "../data/pool-file.ts";
import { type DataSettings, startPace } from "../data/progress.ts";
import { PatinaError } from "../errors.ts";
import { checkNewFile, fileSize, makeFolder, readInPieces, temporaryFor } from "../files.ts";
import { byteCount, createPicture, type Picture, type PictureShape, toColour, toGrey } from "../pictures/picture.ts";
import { copyPictures } from "./copy.ts";

export interface ImportOptions {
  /** How pictures are brought to one size and to grey or colour. */
  readonly form: PictureForm;
  /** The .npy of the labels, where the source is an .npy of pictures. */
  readonly labels?: string | undefined;
}

/**
 * Imports a pool: whole, or not at all.
 * @throws PatinaError `usage` for another ending than .npz; `file-exists`; otherwise as `readPool` and `writePool`
 */
export async function importPool(
  source: string,
  out: string,
  { form, labels }: ImportOptions,
  settings: DataSettings,
): Promise<PoolNote> {
  checkPoolName(out);
  if (labels !== undefined) return importArrays({ pictures: source, labels }, source, out, form, settings);
  if (await holdsArrays(source)) return importArrays(source, source, out, form, settings);
  return decodePool(encodedSource(source), form, out, settings);
}

/** @throws PatinaError `usage` where it does not end in .npz; `file-exists`, `file-missing`, `file-system` */
export function checkPoolName(out: string): void {
  if (!out.endsWith(".npz"))
    throw new PatinaError("usage", `${out}: a pool is written as an .npz. Name it so: ${out.replace(/\/+$/, "")}.npz`);
  checkNewFile(out);
}

async function importArrays(
  files: ArrayFiles,
  name: string,
  out: string,
  form: PictureForm,
  settings: DataSettings,
): Promise<PoolNote> {
  const unpacked = temporaryFor(out); // a folder, for what is packed
  try {
    makeFolder(unpacked);
    const pool = await readPool(files, form.channels, unpacked, settings);
    const paths = typeof files === "string" ? [files] : [files.pictures, files.labels];
    return await writeInForm(pool, out, { name, paths, form }, settings).finally(() => pool.store.close());
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

/** Writes a pool's pictures in the form; the note tells its name and the sha256 of the files at `paths`. */
async function writeInForm(
  pool: Pool,
  out: string,
  { name, paths, form }: { readonly name: string; readonly paths: readonly string[]; readonly form: PictureForm },
  settings: DataSettings,
): Promise<PoolNote> {
  const { shape, store, labels, note } = pool;
  const { size, channels } = form;
  if (size === undefined) checkSquare(name, shape);
  const target = { height: size ?? shape.height, width: size ?? shape.width, channels };
  if (pool.checkedPieces !== undefined) await digestOfPool(pool, `checking ${name}`, settings);
  const source = { path: name, sha256: await hashFiles(paths, settings) };
  return writePool(
    out,
    { shape: target, labels, classes: note?.classes },
    async (place) => {
      const indices = Uint32Array.from(labels.keys());
      const to = { ...place, pictureBytes: byteCount(target) };
      await copyPictures(store, indices, to, { ...settings, what: `importing ${name}` }, changeTo(shape, form));
      return { source, ...(note?.selection === undefined ? {} : { selection: note.selection }) };
    },
    settings,
  );
}

/** From the bytes of a picture to those of the form. */
function changeTo(shape: PictureShape, form: PictureForm): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => inColours(fitPicture(createPicture(shape, bytes), form), form.channels).bytes;
}

function inColours(picture: Picture, channels: 1 | 3): Picture {
  if (picture.channels === channels) return picture;
  return channels === 1 ? toGrey(picture) : toColour(picture);
}

/** Of one file its sha256, of several that of theirs. */
async function hashFiles(paths: readonly string[], settings: DataSettings): Promise<string> {
  const digests: Buffer[] = [];
  for (const path of paths) {
    const pace = startPace({ what: `reading ${path}`, total: fileSize(path), unit: "bytes" }, settings);
    const hash = createHash("sha256");
    let done = 0;
    for (const piece of readInPieces(path)) {
      hash.update(piece);
      done += piece.length;
      await pace(done);
    }
    digests.push(hash.digest());
  }
  const [only, ...more] = digests;
  return more.length === 0 ? only!.toString("hex") : createHash("sha256").update(Buffer.concat(digests)).digest("hex");
}
