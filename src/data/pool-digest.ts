/** The digest of a pool: that of a set of pictures, but computed with its progress told, and only once. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { makeFolder, readBounded, sha256, writeAtomically } from "../files.ts";
import type { PictureShape } from "../pictures/picture.ts";
import { type OpenArrays, stampOf } from "./arrays.ts";
import { cacheBase } from "./picture-cache.ts";
import { shapeText, startDigest } from "./picture-set.ts";
import { type FileStore, readPieces } from "./picture-store.ts";
import { type DataSettings, startPace } from "./progress.ts";

export interface DigestedPool extends Pick<OpenArrays, "checkedPieces"> {
  readonly shape: PictureShape;
  readonly labels: Uint16Array;
  readonly store: FileStore;
}

/**
 * Reads all pictures once, and compares their checksum where there is one.
 * @param take gets every piece on its way
 * @throws PatinaError `interrupted`, `file-damaged`
 */
export async function digestOfPool(
  { shape, labels, store, checkedPieces }: DigestedPool,
  what: string,
  settings: DataSettings,
  take: (piece: Uint8Array) => void = () => {},
): Promise<string> {
  const pace = startPace({ what, total: store.count * store.pictureBytes, unit: "bytes" }, settings);
  const digest = startDigest(shape, labels);
  let done = 0;
  for await (const piece of checkedPieces?.() ?? readPieces(store)) {
    digest.update(piece);
    take(piece);
    done += piece.length;
    await pace(done);
  }
  return digest.digest("hex");
}

const Kept = z.strictObject({ name: z.string(), digest: z.string() });

/** From the cache, where the file is still as large and as old as it was then, and the labels are the same. */
export async function keptDigest(
  name: string,
  pool: DigestedPool,
  dataFolder: string,
  settings: DataSettings,
): Promise<string> {
  const { shape, labels, store } = pool;
  const shared = store.share();
  const labelBytes = new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength);
  const place = [stampOf(shared.path), `${shared.offset}`, shapeText(shape), sha256(labelBytes)];
  const path = `${cacheBase(dataFolder, name, ["digest", ...place])}.json`;
  const known = readKept(path);
  if (known !== undefined) return known;
  const digest = await digestOfPool(pool, `reading ${name} once, for its digest`, settings);
  makeFolder(dirname(path));
  writeAtomically(path, `${JSON.stringify({ name, digest })}\n`);
  return digest;
}

/** One that cannot be read is computed again. */
function readKept(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return Kept.parse(JSON.parse(readBounded(path, 1 << 16).toString("utf8"))).digest;
  } catch {
    return undefined;
  }
}
