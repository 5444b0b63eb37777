/** Pictures to measure with, made here: 32x32, colour. */
import { createPictureSet, type PictureSet } from "../src/data/picture-set.ts";
import { allocatePictures, MemoryStore } from "../src/data/picture-store.ts";
import { byteCount, createPicture } from "../src/pictures/picture.ts";
import { resizeBilinear } from "../src/pictures/resize.ts";
import { stream } from "../src/random/stream.ts";

export const pictureShape = { height: 32, width: 32, channels: 3 } as const;
export const pictureBytes = byteCount(pictureShape);
export const classCount = 10;

/** After so many the pictures repeat: they take a while to make. */
const DISTINCT = 1000;

/** So many pictures in shared memory; the class of each is its index modulo 10. */
export function makePictures(count: number): PictureSet & { store: MemoryStore } {
  const bytes = allocatePictures(count, pictureBytes);
  for (let index = 0; index < count; index++)
    bytes.set(
      index < DISTINCT ? paint(index) : bytes.subarray((index % DISTINCT) * pictureBytes).subarray(0, pictureBytes),
      index * pictureBytes,
    );
  const store = new MemoryStore(bytes, pictureBytes);
  const labels = Uint16Array.from({ length: count }, (_, index) => index % classCount);
  return { ...createPictureSet({ name: "bench", shape: pictureShape, store, labels, classCount }), store };
}

/**
 * 8x8 colours at random, enlarged: smooth as photographs are, so that a processor foresees as much of a neighbour's value
 * as it does there. Plain noise would slow operations that compare values (solarize by a factor of two).
 */
function paint(index: number): Uint8Array {
  const draws = stream(0, "bench picture", index);
  const colours = createPicture({ height: 8, width: 8, channels: 3 });
  for (let at = 0; at < colours.bytes.length; at++) colours.bytes[at] = draws.integer(0, 255);
  return resizeBilinear(colours, pictureShape).bytes;
}
