/**
 * What is found out once about pictures that are not ours, kept in `cache/` in the folder of data sets: a note (JSON)
 * beside decoded pictures (npy, the training pictures first), both named by a hash of what they were made from.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { makeFolder, readBounded, sha256, writeAtomically } from "../files.ts";
import type { PictureSet } from "./picture-set.ts";
import { channelStatistics } from "./statistics.ts";

/** Raised where the same files would now give another note or other pictures. */
const VERSION = 1;

const Part = z.strictObject({ count: z.int().min(1), digest: z.string() });
const Note = z.strictObject({
  version: z.literal(VERSION),
  name: z.string().describe("the data set, as the experiment names it"),
  train: Part,
  test: Part,
  mean: z.array(z.number()).describe("by channel, of the training pictures in [0,1]"),
  deviation: z.array(z.number()),
});
export type CacheNote = z.infer<typeof Note>;

export interface CacheEntry {
  /** The folder of the cache. It may have to be made: who only looks makes none. */
  readonly folder: string;
  /** Where decoded pictures lie, or will. */
  readonly pictures: string;
  readonly notePath: string;
  /** Undefined where nothing is known yet. */
  readonly note: CacheNote | undefined;
}

/** The entry of a data set; `madeFrom` is everything that decides what is in it. */
export function openCache(dataFolder: string, name: string, madeFrom: readonly string[]): CacheEntry {
  const base = cacheBase(dataFolder, name, madeFrom);
  const notePath = `${base}.json`;
  return { folder: dirname(base), pictures: `${base}.npy`, notePath, note: readNote(notePath) };
}

/** The path of an entry's files, without their endings. */
export function cacheBase(dataFolder: string, name: string, madeFrom: readonly string[]): string {
  const words = name
    .replace(/[^\w.-]+/g, "-")
    .slice(-40)
    .replace(/^[-.]+/, "");
  return join(dataFolder, "cache", `${words}-${sha256([`${VERSION}`, ...madeFrom].join("\n")).slice(0, 16)}`);
}

/** The note of two parts; reads all their pictures. */
export function makeNote(name: string, train: PictureSet, test: PictureSet): CacheNote {
  const part = ({ count, digest }: PictureSet) => ({ count, digest });
  return { version: VERSION, name, train: part(train), test: part(test), ...channelStatistics(train) };
}

/** @throws PatinaError `file-system`. */
export function writeNote({ folder, notePath }: CacheEntry, note: CacheNote): void {
  makeFolder(folder);
  writeAtomically(notePath, `${JSON.stringify(note, null, 2)}\n`);
}

/** A note that cannot be read is made again, like one that is not there. */
function readNote(path: string): CacheNote | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return Note.parse(JSON.parse(readBounded(path, 1 << 20).toString("utf8")));
  } catch {
    return undefined;
  }
}
