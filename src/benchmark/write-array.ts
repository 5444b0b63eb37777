/** Writes the array of a corruption as CIFAR-10-C has it: uint8 [severities x N,H,W,C], severity after severity. */
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { guardWrite, moveIntoPlace, temporaryFor, writeAtomically, writeWhole } from "../files.ts";
import { npyHeader, writeNpy } from "../formats/npy.ts";
import type { Piece } from "./manifest.ts";
import type { CorruptedBatch } from "./source.ts";

/**
 * Writes it as it comes, to a temporary name: it is there whole or not at all.
 * @param shape of the whole array
 * @param cells what it is made of, one after another
 * @throws PatinaError `file-system`, and what the cells throw
 */
export async function writeArray(
  folder: string,
  path: string,
  shape: readonly [number, number, number, number],
  cells: Iterable<AsyncIterable<CorruptedBatch>>,
  tell: (count: number) => void,
): Promise<Piece> {
  const whole = join(folder, path);
  const temporary = temporaryFor(whole);
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    const file = guardWrite(whole, () => openSync(temporary, "wx"));
    const write = (part: Uint8Array) => {
      guardWrite(whole, () => writeWhole(file, part));
      hash.update(part);
      bytes += part.length;
    };
    try {
      write(npyHeader("uint8", shape));
      for (const cell of cells)
        for await (const batch of cell) {
          write(batch.bytes);
          tell(batch.count);
        }
      guardWrite(whole, () => fsyncSync(file));
    } finally {
      closeSync(file);
    }
    moveIntoPlace(temporary, whole);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return { path, pictures: shape[0], bytes, sha256: hash.digest("hex") };
}

/** `labels.npy`, int64: the classes of the pictures, once for each severity. @throws PatinaError `file-system` */
export function writeLabels(folder: string, labels: Uint16Array, severities: number): void {
  const count = severities * labels.length;
  const numbers = BigInt64Array.from({ length: count }, (_, row) => BigInt(labels[row % labels.length]!));
  const array = { dtype: "int64", shape: [count], bytes: new Uint8Array(numbers.buffer) } as const;
  writeAtomically(join(folder, "labels.npy"), writeNpy({ ...array, shape: [count] }));
}
