/** Pictures of one size with their classes. */
import { createHash, type Hash } from "node:crypto";
import { PatinaError } from "../errors.ts";
import { createPicture, type Picture, type PictureShape } from "../pictures/picture.ts";
import { type PictureStore, type ReadableStore, readPieces } from "./picture-store.ts";

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
  /** Zeros around a picture before a random crop, in pixels: the side / 8, rounded (method.md 5.1: 4 at 32, 8 at 64, 28 at 224). */
  readonly cropPadding: number;
}

export interface PictureSetParts {
  /** For messages. */
  readonly name: string;
  readonly shape: PictureShape;
  readonly store: PictureStore;
  readonly labels: Uint16Array;
  readonly classCount: number;
  /** Where it is known already, it is not computed again. */
  readonly digest?: string | undefined;
}

/**
 * Puts a set together and checks it.
 * @throws PatinaError `data` where there are no pictures, more or fewer labels, or a label of no class.
 */
export function createPictureSet({ name, shape, store, labels, classCount, digest }: PictureSetParts): PictureSet {
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
      `${name}: picture ${wrong} has the label ${labels[wrong]}, but there are ${classCount} classes, from 0 on. Mend its labels, or use the right file.`,
    );
  return {
    count: store.count,
    height,
    width,
    channels,
    labels,
    store,
    digest: digest ?? digestOf(shape, store, labels),
  };
}

/**
 * A data set of two parts.
 * @throws PatinaError `data` where the parts do not fit together, or no classifier can be trained on them.
 */
export function createDataSet(parts: Omit<DataSet, "cropPadding">): DataSet {
  const { name, classes, train, test, deviation } = parts;
  if (classes.length < 2)
    throw new PatinaError(
      "data",
      `${name}: has one class (${classes.join()}); a classifier needs two or more. Name the folder or file that holds them all.`,
    );
  if (shapeText(train) !== shapeText(test))
    throw new PatinaError(
      "data",
      `${name}: its training pictures are ${shapeText(train)}, those for the test ${shapeText(test)} (height x width x channels). Make them alike.`,
    );
  checkSquare(name, train);
  if (deviation.some((value) => value === 0))
    throw new PatinaError("data", `${name}: all its training pictures are of one brightness. Check what was stored.`);
  return { ...parts, cropPadding: Math.round(train.height / 8) };
}

/** @throws PatinaError `data` where the shape is not that of a square. */
export function checkSquare(name: string, { height, width }: PictureShape): void {
  if (height === width) return;
  throw new PatinaError(
    "data",
    `${name}: its pictures are ${height}x${width}; networks take square ones. Give a folder's size ("size", or --size), or cut the arrays.`,
  );
}

/** One of its pictures. */
export function pictureAt({ height, width, channels, store }: PictureSet, index: number): Picture {
  const picture = createPicture({ height, width, channels });
  store.readInto(index, picture.bytes, 0);
  return picture;
}

/** Pictures of each class. */
export function countClasses(labels: Uint16Array, classCount: number): number[] {
  const counts = new Array<number>(classCount).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}

export const shapeText = ({ height, width, channels }: PictureShape): string => `${height}x${width}x${channels}`;

/** The digest of some pictures of a set, in their order: that of a set which holds them alone. */
export function digestOfSome({ labels, store, ...shape }: PictureSet, indices: Uint32Array): string {
  const readInto = (place: number, target: Uint8Array, offset: number) =>
    store.readInto(indices[place]!, target, offset);
  const some = { count: indices.length, pictureBytes: store.pictureBytes, readInto };
  return digestOf(
    shape,
    some,
    Uint16Array.from(indices, (index) => labels[index]!),
  );
}

/** The digest of each picture's bytes alone, by index. */
export function* digestsOfPictures(
  { store, count }: PictureSet,
  indices: Iterable<number> = Array(count).keys(),
): Generator<[index: number, digest: string]> {
  const picture = new Uint8Array(store.pictureBytes);
  for (const index of indices) {
    store.readInto(index, picture, 0);
    yield [index, createHash("sha256").update(picture).digest("base64")];
  }
}

/** The digest of a set before its pictures, whose bytes are to follow. */
export function startDigest(shape: PictureShape, labels: Uint16Array): Hash {
  return createHash("sha256")
    .update(`${shapeText(shape)}:${labels.length}\n`)
    .update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength));
}

function digestOf(shape: PictureShape, store: ReadableStore, labels: Uint16Array): string {
  const hash = startDigest(shape, labels);
  for (const piece of readPieces(store)) hash.update(piece);
  return hash.digest("hex");
}
