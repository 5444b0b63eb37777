/** What a model said of each picture of a cell, on disk: all metrics, comparisons and reports are made of it. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Severity } from "../corrupt/define.ts";
import { makeFolder, readBounded, sha256, writeAtomically } from "../files.ts";
import type { PlainArray } from "../formats/array.ts";
import { damaged } from "../formats/refusal.ts";
import { encodeSafetensors, readSafetensors } from "../formats/safetensors.ts";
import { Computed } from "./evaluation.ts";

/** One cell: pictures in the order of the benchmark. */
export interface Cell {
  /** Class of each picture, [N]. */
  readonly labels: Uint16Array;
  /** Class with the highest score; of equals the lowest. */
  readonly predicted: Uint16Array;
  /** Its probability, in single precision. */
  readonly confidence: Float32Array;
  /** sha256 of the pictures and their labels, as they were measured. */
  readonly digest: string;
  /** Older files do not say it. */
  readonly computed?: Computed | undefined;
}

/** All that a cell's results depend on: where it differs, they are another cell's. */
export const CellKey = z.strictObject({
  weights: z.string().describe("sha256 of their file"),
  preparation: z.string().describe("of the pictures, where the file of the weights does not settle it"),
  pictures: z.string().describe("digest of the clean pictures"),
  source: z.string().describe("identity of the corrupted ones; empty for clean pictures"),
});
export type CellKey = z.infer<typeof CellKey>;

const Metadata = z.strictObject({
  format: z.literal("1"),
  key: z.string(),
  digest: z.string(),
  computed: z.string().optional().describe("where and by what, as JSON"),
  sha256: z.string().describe("of the three arrays, in this order: labels, predicted, confidence"),
});

/** Bytes of a cell of some ten million pictures. */
const SIZE_LIMIT = 2 ** 27;

/** Where a cell lies in the folder of an evaluation; clean pictures have no severity. */
export function cellFile(folder: string, origin: string, corruption: string, severity: Severity): string {
  return join(folder, origin, `${corruption}-${severity}.safetensors`);
}

export const cleanFile = (folder: string): string => join(folder, "clean.safetensors");

/** Writes a cell, whole or not at all. @throws PatinaError `file-system` */
export function writeCell(path: string, cell: Cell, key: CellKey): void {
  const { labels, predicted, confidence, digest, computed } = cell;
  const tensors = new Map<string, PlainArray>(
    Object.entries({ labels, predicted, confidence }).map(([name, array]) => [name, plain(array)]),
  );
  const metadata: Record<string, string> = {
    format: "1",
    key: JSON.stringify(CellKey.parse(key)),
    digest,
    ...(computed === undefined ? {} : { computed: JSON.stringify(computed) }),
    sha256: checksum(tensors),
  };
  makeFolder(dirname(path));
  writeAtomically(path, encodeSafetensors(tensors, metadata));
}

/** The parts of the key in which a cell that is there differs from what is wanted; undefined where there is none. */
export type Stored = { readonly cell: Cell } | { readonly stale: readonly (keyof CellKey)[] } | undefined;

/** A cell, if it is there and was measured with all that the key says. @throws as `readCell` */
export function findCell(path: string, wanted: () => CellKey): Stored {
  if (!existsSync(path)) return undefined;
  const { cell, key: found } = readCell(path);
  const key = wanted();
  const stale = (Object.keys(key) as (keyof CellKey)[]).filter((part) => found[part] !== key[part]);
  return stale.length === 0 ? { cell } : { stale };
}

/** Reads a cell. @throws PatinaError `file-missing`; `file-damaged`, `file-foreign` where it is not as it was written. */
export function readCell(path: string): { cell: Cell; key: CellKey } {
  const { tensors, metadata } = readSafetensors(readBounded(path, SIZE_LIMIT), path);
  const remedy = "Delete it and call patina evaluate again: it is then measured anew.";
  const note = Metadata.safeParse(metadata);
  const key = note.success ? parsed(CellKey, note.data.key) : undefined;
  if (!note.success || key === undefined) throw damaged(path, "it is no cell of an evaluation", remedy);
  const { labels, predicted, confidence } = Object.fromEntries(tensors);
  const isWhole =
    labels?.dtype === "uint16" &&
    predicted?.dtype === "uint16" &&
    confidence?.dtype === "float32" &&
    [labels, predicted, confidence].every(({ shape }) => shape.length === 1 && shape[0] === labels.shape[0]);
  if (!isWhole || tensors.size !== 3 || labels.shape[0] === 0 || checksum(tensors) !== note.data.sha256)
    throw damaged(path, "its numbers are not those that were written", remedy);
  const cell: Cell = {
    labels: new Uint16Array(copy(labels)),
    predicted: new Uint16Array(copy(predicted)),
    confidence: new Float32Array(copy(confidence)),
    digest: note.data.digest,
    computed: note.data.computed === undefined ? undefined : parsed(Computed, note.data.computed),
  };
  return { cell, key };
}

function parsed<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function checksum(tensors: ReadonlyMap<string, PlainArray>): string {
  const arrays = ["labels", "predicted", "confidence"].map((name) => tensors.get(name)!.bytes);
  return sha256(Buffer.concat(arrays));
}

/** In a buffer of its own: bytes within a file need not lie where numbers of more than one byte must. */
const copy = ({ bytes }: PlainArray): ArrayBuffer => Uint8Array.from(bytes).buffer;

function plain(array: Uint16Array | Float32Array): PlainArray {
  const dtype = array instanceof Uint16Array ? "uint16" : "float32";
  return { dtype, shape: [array.length], bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) };
}
