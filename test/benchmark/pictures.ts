/** Seeded pictures of noise with labels, and what a source gives, as text that can be compared. */
import type { BenchmarkSource } from "../../src/benchmark/source.ts";
import type { Severity } from "../../src/corrupt/define.ts";
import { createPictureSet, type PictureSet } from "../../src/data/picture-set.ts";
import { allocatePictures, MemoryStore, type PictureStore } from "../../src/data/picture-store.ts";
import { byteCount, type PictureShape } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";

export const classCount = 7;

export function noisePictures(shape: PictureShape, count: number): Uint8Array<SharedArrayBuffer> {
  const bytes = allocatePictures(count, byteCount(shape));
  const draws = stream(0, "pictures");
  for (let i = 0; i < bytes.length; i++) bytes[i] = draws.integer(0, 255);
  return bytes;
}

export function setOf(shape: PictureShape, store: PictureStore): PictureSet {
  const labels = Uint16Array.from({ length: store.count }, (_, index) => index % classCount);
  return createPictureSet({ name: "noise", shape, store, labels, classCount });
}

export const noiseSet = (shape: PictureShape, count: number): PictureSet =>
  setOf(shape, new MemoryStore(noisePictures(shape, count), byteCount(shape)));

/** A whole cell: its bytes in hexadecimal and its labels. */
export async function readCell(source: BenchmarkSource, corruption: string, severity: Severity, batch: number) {
  const bytes: Buffer[] = [];
  const labels: number[] = [];
  const counts: number[] = [];
  for await (const read of source.read(corruption, severity, batch)) {
    bytes.push(Buffer.from(read.bytes));
    labels.push(...read.labels);
    counts.push(read.count);
  }
  return { bytes: Buffer.concat(bytes).toString("hex"), labels, counts };
}
