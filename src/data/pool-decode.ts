/** Pools whose pictures are encoded (JPEG, PNG, ...), brought into the form that is read fast: decoded once, by workers. */
import { createHash } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { PatinaError } from "../errors.ts";
import { fileSize, isFolder, makeFolder, temporaryFor } from "../files.ts";
import { stampOf } from "./arrays.ts";
import { describeSkipped, listClassFolders } from "./class-folders.ts";
import { decodeFiles, shapeOfFiles } from "./decode-files.ts";
import type { PictureForm } from "./fit-picture.ts";
import { type EncodedPool, spillArchives } from "./pool-archives.ts";
import { type PoolContent, type PoolNote, writePool } from "./pool-file.ts";
import type { DataSettings } from "./progress.ts";

/** Where encoded pictures are: a folder of classes; an archive of it; archives of WebDataset, one or a folder of them. */
export interface EncodedSource {
  readonly path: string;
  /** Undefined for a folder of classes. */
  readonly archives: readonly string[] | undefined;
}

const ARCHIVE_NAME = /\.(tar|tar\.gz|tgz)$/i;

/**
 * What a path that holds no arrays is.
 * @throws PatinaError `file-missing`, `file-system`; `data` where it is a folder of pools
 */
export function encodedSource(path: string): EncodedSource {
  if (!isFolder(path)) {
    fileSize(path);
    return { path, archives: [path] };
  }
  const names = readdirSync(path)
    .filter((name) => !name.startsWith("."))
    .sort();
  const places = names.map((name) => join(path, name));
  const hasFolders = places.some(isFolder);
  const parts = places.filter((place) => place.endsWith(".npz"));
  if (parts.length > 0 && !hasFolders)
    throw new PatinaError(
      "data",
      `${path}: holds ${parts.length} .npz, and a pool is one of them: parts are not joined. Name one: ${parts[0]}`,
    );
  const shards = places.filter((place) => ARCHIVE_NAME.test(place));
  return { path, archives: shards.length > 0 && !hasFolders ? shards : undefined };
}

/** Changes when the source does; a folder is listed for it, and nothing read. */
export function stampOfSource({ path, archives }: EncodedSource): string[] {
  if (archives !== undefined) return archives.map(stampOf);
  return [resolve(path), ...listClassFolders(path).pictures.map((picture) => JSON.stringify(Object.values(picture)))];
}

/**
 * Decodes all pictures into a pool's file.
 * @param check of what it will hold, before any but the first picture is decoded; may throw
 * @throws PatinaError `picture`, `data`; as `listClassFolders`, `spillArchives` and `writePool`. Nothing is left behind.
 */
export async function decodePool(
  source: EncodedSource,
  form: PictureForm,
  out: string,
  settings: DataSettings,
  check: (content: PoolContent) => void = () => {},
): Promise<PoolNote> {
  const { path } = source;
  const spill = temporaryFor(`${out}.files`);
  try {
    const { classes, labels, ...files } = await encodedPool(source, spill, settings);
    const digests = new Uint8Array(new SharedArrayBuffer(32 * labels.length));
    const task = { name: path, form, digests, ...files };
    const content = { shape: await shapeOfFiles(task), labels, classes };
    check(content);
    return await writePool(
      out,
      content,
      async (target) => {
        await decodeFiles(task, target, settings);
        return { source: { path, sha256: createHash("sha256").update(digests).digest("hex") } };
      },
      settings,
    );
  } finally {
    rmSync(spill, { force: true });
  }
}

async function encodedPool(
  { path, archives }: EncodedSource,
  spill: string,
  settings: DataSettings,
): Promise<EncodedPool> {
  if (archives !== undefined) {
    makeFolder(dirname(spill));
    return spillArchives(path, archives, spill, settings);
  }
  const listing = listClassFolders(path);
  const skipped = describeSkipped(listing);
  if (skipped !== undefined) settings.report?.({ kind: "note", text: skipped });
  return {
    classes: listing.classes,
    labels: Uint16Array.from(listing.pictures, ({ label }) => label),
    paths: listing.pictures.map((picture) => join(path, picture.path)),
  };
}
