/** Robust accuracy while training: some held-out pictures, corrupted once, measured after each epoch. */
import type { Severity } from "../corrupt/define.ts";
import { findCorruption } from "../corrupt/registry.ts";
import { suiteCorruptions, suiteVersion } from "../corrupt/suites.ts";
import { tableOf } from "../corrupt/table.ts";
import type { PictureSet } from "../data/picture-set.ts";
import { allocatePictures, MemoryStore } from "../data/picture-store.ts";
import { byteCount } from "../pictures/picture.ts";
import { stream } from "../random/stream.ts";
import type { RobustOptions } from "./options.ts";

/**
 * A seeded subset of the held-out pictures: the corruptions of the suite in turn, each picture at a severity drawn from 1
 * to 5 (method.md 7.2 draws it so). Kept in memory: the same pictures after every epoch, and after a resumption.
 * Where fewer pictures are held out than asked for, each is taken once.
 */
export function corruptHeld(
  pictures: PictureSet,
  held: Uint32Array,
  { suite, pictures: wanted }: RobustOptions,
  seed: number,
): PictureSet {
  const count = Math.min(wanted, held.length);
  const names = suiteCorruptions(suite, pictures);
  const table = tableOf(pictures);
  const draws = stream(seed, "robust", suiteVersion);
  const places = draws.fork("pictures").sample(held.length, count);
  const size = byteCount(pictures);
  const bytes = allocatePictures(count, size);
  const source = new Uint8Array(size);
  const labels = new Uint16Array(count);
  for (const [place, heldPlace] of places.entries()) {
    const index = held[heldPlace]!;
    const own = draws.fork("picture", index);
    const severity = own.integer(1, 5) as Severity;
    const corruption = findCorruption(names[place % names.length]!);
    const constants = corruption.constants[table][severity - 1];
    pictures.store.readInto(index, source, 0);
    const draw = corruption.draw(own.fork(corruption.name), pictures, constants, source);
    corruption.applyInto(source, pictures, draw, constants, bytes.subarray(place * size, (place + 1) * size));
    labels[place] = pictures.labels[index]!;
  }
  const digest = `${pictures.digest}:robust:${suiteVersion}`; // never compared: it lives as long as the training
  return { ...pictures, count, labels, store: new MemoryStore(bytes, size), digest };
}
