/** Pools of synthetic pictures: from the options of an experiment to pictures that fit its data set. */
import { existsSync } from "node:fs";
import { z } from "zod";
import { PatinaError } from "../errors.ts";
import { isFolder, readStart } from "../files.ts";
import { damaged, describeStart } from "../formats/refusal.ts";
import { openZip } from "../formats/zip.ts";
import type { PictureShape } from "../pictures/picture.ts";
import { isZip } from "./archive-members.ts";
import { ArrayPair, hasArrays, type OpenArrays, openArrays } from "./arrays.ts";
import { checkDataFolder } from "./data-folder.ts";
import { cacheBase } from "./picture-cache.ts";
import { createPictureSet, type PictureSet } from "./picture-set.ts";
import type { FileStore } from "./picture-store.ts";
import { isPictureMember } from "./pool-archives.ts";
import { decodePool, encodedSource, stampOfSource } from "./pool-decode.ts";
import { keptDigest } from "./pool-digest.ts";
import { type PoolNote, readPoolNote } from "./pool-file.ts";
import { checkShape, matchClasses, type PoolClasses, type PoolPartner } from "./pool-fit.ts";
import type { DataSettings } from "./progress.ts";

export const PoolOptions = z
  .union([
    z
      .string()
      .min(1)
      .describe(
        "an .npz of pictures and labels; a folder, zip or tar with one sub-folder a class; a tar of WebDataset, or a folder of them. Relative to the working folder",
      ),
    ArrayPair,
  ])
  .describe("a pool of synthetic pictures");
export type PoolOptions = z.infer<typeof PoolOptions>;

/** A pool with the labels of a data set. Its store is its user's to close. */
export type PoolSet = PictureSet & { readonly store: FileStore };

/** A pool as it lies there, whatever data set it is for. */
export interface Pool extends PoolClasses, Pick<OpenArrays, "checkedPieces"> {
  readonly shape: PictureShape;
  /** Read where it lies, or from the cache; it is never held in memory. */
  readonly store: FileStore;
  /** Of pools that Patina wrote. */
  readonly note: PoolNote | undefined;
}

/**
 * Opens a pool for a data set. Pictures that are not stored as they are, are unpacked or decoded into the cache the first
 * time, and all are read once for their digest, which is kept as long as size and date of the file stay.
 * @returns its labels are the data set's
 * @throws PatinaError `data` where its classes or the size of its pictures are not the data set's; `file-missing`,
 * `file-foreign`, `file-damaged`, `file-hostile`, `picture`, `file-system`, `interrupted`
 */
export async function openPool(
  options: PoolOptions,
  partner: PoolPartner,
  dataFolder: string,
  settings: DataSettings = {},
): Promise<PoolSet> {
  const pool = await readPool(options, partner.train.channels, dataFolder, settings, partner);
  try {
    const labels = matchClasses(pool, partner);
    return await asPictureSet(pool, labels, partner.classes.length, dataFolder, settings);
  } catch (error) {
    pool.store.close();
    throw error;
  }
}

/**
 * Opens a pool as it is.
 * @param channels that pictures of folders and archives get
 * @param partner where it is given, another size is refused, and other classes where they are known, before long work
 * @throws PatinaError as `openPool`
 */
export async function readPool(
  options: PoolOptions,
  channels: 1 | 3,
  dataFolder: string,
  settings: DataSettings = {},
  partner?: PoolPartner,
): Promise<Pool> {
  checkDataFolder(dataFolder);
  const name = nameOf(options);
  const check = (shape: PictureShape) => partner && checkShape(name, shape, partner);
  if (typeof options !== "string" || (await holdsArrays(options)))
    return openFile(name, options, dataFolder, settings, check);
  const source = encodedSource(options);
  const form = { crop: "centre", channels } as const;
  const { decoderVersion } = await import("../pictures/codec.ts"); // native code, needed here only
  const file = `${cacheBase(dataFolder, name, ["pool", decoderVersion, JSON.stringify(form), ...stampOfSource(source)])}.npz`;
  if (!existsSync(file))
    await decodePool(source, form, file, settings, (content) => {
      check(content.shape);
      if (partner !== undefined) matchClasses({ name, ...content }, partner);
    });
  return openFile(name, file, dataFolder, settings, check);
}

async function openFile(
  name: string,
  files: PoolOptions,
  dataFolder: string,
  settings: DataSettings,
  check: (shape: PictureShape) => void,
): Promise<Pool> {
  const note = typeof files === "string" ? await readPoolNote(files) : undefined; // may throw: nothing is open yet
  const { shape, store, labels, checkedPieces } = await openArrays(files, dataFolder, settings, check);
  if (note?.classes !== undefined && labels.some((label) => label >= note.classes!.length)) {
    store.close();
    throw damaged(name, `its labels go beyond the ${note.classes.length} classes of its note`);
  }
  return { name, shape, store, labels, checkedPieces, classes: note?.classes, note };
}

const nameOf = (options: PoolOptions): string => (typeof options === "string" ? options : options.pictures);

/**
 * Whether a path is an .npz: a zip with arrays of pictures and labels, or with arrays and no pictures. One of class folders may
 * hold others beside its pictures.
 * @throws PatinaError `file-missing`; `file-foreign` where it is no pool at all
 */
export async function holdsArrays(path: string): Promise<boolean> {
  if (isFolder(path)) return false;
  if (isZip(path)) {
    const zip = await openZip(path);
    zip.close();
    const names = zip.members.map(({ name }) => name);
    return hasArrays(names) || (names.some((name) => name.endsWith(".npy")) && !names.some(isPictureMember));
  }
  const kind = describeStart(readStart(path, 512));
  if (kind === "gzip data" || kind === "a tar archive") return false;
  const remedy = kind.startsWith("a NumPy array")
    ? `Its labels are missing: give both files, { pictures: "${path}", labels: ... }, or import them: patina synth import ${path} POOL.npz --labels FILE`
    : "Name an .npz, a folder or archive with one sub-folder a class, or a tar of WebDataset.";
  throw new PatinaError("file-foreign", `${path}: is ${kind}, not a pool of pictures and labels. ${remedy}`);
}

/** A pool with labels of a data set. @throws PatinaError `data` where it is empty; `interrupted`, `file-system` */
export async function asPictureSet(
  { name, shape, store, checkedPieces }: Pool,
  labels: Uint16Array,
  classCount: number,
  dataFolder: string,
  settings: DataSettings,
): Promise<PoolSet> {
  const digest = await keptDigest(name, { shape, labels, store, checkedPieces }, dataFolder, settings);
  return { ...createPictureSet({ name, shape, store, labels, classCount, digest }), store };
}
