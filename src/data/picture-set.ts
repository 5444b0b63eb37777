/** Pictures of one size with their classes. */
import { createHash } from "node:crypto";
import { PatinaError } from "../errors.ts";
import type { PictureStore } from "./picture-store.ts";

export interface PictureSet {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** Class of each picture, from 0. */
  readonly labels: Uint16Array;
  /** [H,W,C] uint8 each. */
  readonly store: PictureStore;
  /** sha256 of shape, labels and all bytes: equal pictures in equal order have equal digests. */
  readonly digest: string;
}

/** A data set: what is trained on, and what is measured at the end. */
export interface DataSet {
  readonly name: string;
  readonly classes: readonly string[];
  readonly train: PictureSet;
  readonly test: PictureSet;
  /** By channel, of pictures in [0,1]. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** Zeros around a picture before a random crop, in pixels. */
  readonly cropPadding: number;
}

/**
 * Puts a set together and checks it.
 * @throws PatinaError `data` where there are no pictures, more or fewer labels, or a label of no class.
 */
export function createPictureSet(
  name: string,
  shape: { height: number; width: number; channels: 1 | 3 },
  store: PictureStore,
  labels: Uint16Array,
  classCount: number,
): PictureSet {
  const { height, width, channels } = shape;
  if (store.count === 0) throw new PatinaError("data", `${name}: holds no pictures. Check the folder or file.`);
  if (labels.length !== store.count)
    throw new PatinaError(
      "data",
      `${name}: holds ${store.count} pictures and ${labels.length} labels. Give one label a picture.`,
    );
  const wrong = labels.findIndex((label) => label >= classCount);
  if (wrong >= 0)
    throw new PatinaError(
      "data",
      `${name}: picture ${wrong} has the label ${labels[wrong]}, but there are ${classCount} classes, from 0 on.`,
    );
  return { count: store.count, height, width, channels, labels, store, digest: digestOf(shape, store, labels) };
}

function digestOf(
  shape: { height: number; width: number; channels: number },
  store: PictureStore,
  labels: Uint16Array,
): string {
  const hash = createHash("sha256").update(`${shape.height}x${shape.width}x${shape.channels}:${store.count}\n`);
  hash.update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength));
  const piece = new Uint8Array(
    store.pictureBytes * Math.min(store.count, Math.max(1, Math.floor((1 << 20) / store.pictureBytes))),
  );
  const perPiece = piece.length / store.pictureBytes;
  for (let start = 0; start < store.count; start += perPiece) {
    const count = Math.min(perPiece, store.count - start);
    for (let place = 0; place < count; place++) store.readInto(start + place, piece, place * store.pictureBytes);
    hash.update(piece.subarray(0, count * store.pictureBytes));
  }
  return hash.digest("hex");
}
