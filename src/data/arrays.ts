/** Arrays of pictures and labels, in .npz or .npy, as a data set. Pools of other programs have this form too. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { PatinaError } from "../errors.ts";
import { fileSize, makeFolder, readBounded, writePiecesAtomically } from "../files.ts";
import { numbersOf, type PlainArray } from "../formats/array.ts";
import { type NpyHeader, readNpy, readNpyFileHeader } from "../formats/npy.ts";
import { readNpz, readNpzHeaders, readNpzPieces } from "../formats/npz.ts";
import { byteCount, type PictureShape } from "../pictures/picture.ts";
import { checkFreeSpace } from "./free-space.ts";
import { makeNote, openCache, writeNote } from "./picture-cache.ts";
import { createDataSet, createPictureSet, type DataSet } from "./picture-set.ts";
import { FileStore } from "./picture-store.ts";
import { type DataSettings, startPace } from "./progress.ts";

export const ArrayPair = z
  .strictObject({
    pictures: z.string().min(1).describe("an .npy of the pictures: uint8, [N,H,W,3], [N,H,W,1] or [N,H,W]"),
    labels: z.string().min(1).describe("an .npy of their classes: whole numbers from 0, [N]"),
  })
  .describe("an .npy each of pictures and labels");

const ArrayFiles = z.union([
  z
    .string()
    .min(1)
    .describe(
      'an .npz with the pictures under "image", "images" or "x" and the classes under "label", "labels" or "y"',
    ),
  ArrayPair,
]);
export type ArrayFiles = z.infer<typeof ArrayFiles>;

export const ArraysOptions = z
  .strictObject({
    kind: z.literal("arrays"),
    train: ArrayFiles.describe("the training pictures: an .npz, or an .npy each of pictures and labels"),
    test: ArrayFiles.describe("the pictures of the test, in the same way"),
  })
  .describe("arrays of pictures and labels");
export type ArraysOptions = z.infer<typeof ArraysOptions>;

/** The arrays of one part, open. */
export interface OpenArrays {
  /** For messages: the file of the pictures. */
  readonly name: string;
  readonly shape: PictureShape;
  /** Reads the pictures where they lie, but for packed ones: those are unpacked into the cache once. */
  readonly store: FileStore;
  /** Not checked against any number of classes. */
  readonly labels: Uint16Array;
  /**
   * The bytes of all pictures in their order, where they lie in an .npz: its checksum is compared after the last.
   * @throws PatinaError `file-damaged`
   */
  readonly checkedPieces?: (() => AsyncIterable<Uint8Array>) | undefined;
}

const PICTURE_KEYS = ["image", "images", "x"];
const LABEL_KEYS = ["label", "labels", "y"];
/** Whether a file of these members, "image.npy", has arrays of pictures and of labels. */
export const hasArrays = (members: readonly string[]): boolean =>
  [PICTURE_KEYS, LABEL_KEYS].every((keys) => keys.some((key) => members.includes(`${key}.npy`)));

/** Of a file of labels. */
export const LABELS_LIMIT = 2 ** 30;

/** @throws PatinaError `file-missing`, `file-foreign`, `file-damaged`, `file-hostile`, `data`, `file-system`. */
export async function loadArrays(options: ArraysOptions, dataFolder: string, settings: DataSettings): Promise<DataSet> {
  const parts = {
    train: await openArrays(options.train, dataFolder, settings),
    test: await openArrays(options.test, dataFolder, settings),
  };
  const { name } = parts.train;
  const classes = classesOf(parts.train);
  const entry = openCache(dataFolder, name, [stampOf(options.train), stampOf(options.test)]);
  const open = (part: "train" | "test") =>
    createPictureSet({ ...parts[part], classCount: classes.length, digest: entry.note?.[part].digest });
  const sets = { train: open("train"), test: open("test") };
  const note = entry.note ?? makeNote(name, sets.train, sets.test);
  const data = createDataSet({ name, classes, ...sets, mean: note.mean, deviation: note.deviation });
  if (entry.note === undefined) writeNote(entry, note);
  return data;
}

/**
 * As `loadArrays`, for one part.
 * @param check of the shape of the pictures, before any are unpacked; may throw
 */
export async function openArrays(
  files: ArrayFiles,
  dataFolder: string,
  settings: DataSettings,
  check: (shape: PictureShape) => void = () => {},
): Promise<OpenArrays> {
  const { name, header, file, offset, labels, checkedPieces } =
    typeof files === "string" ? await openNpz(files, dataFolder, settings, check) : openPair(files);
  const shape = shapeOf(header, name);
  check(shape);
  const [count] = header.shape;
  const checked = labelsOf(labels.array, count!, labels.name);
  return { name, shape, store: new FileStore(file, byteCount(shape), count!, offset), labels: checked, checkedPieces };
}

interface Located {
  /** For messages. */
  name: string;
  header: NpyHeader;
  /** Where the pictures can be read. */
  file: string;
  offset: number;
  labels: { name: string; array: PlainArray };
  checkedPieces?: OpenArrays["checkedPieces"];
}

async function openNpz(
  path: string,
  dataFolder: string,
  settings: DataSettings,
  check: (shape: PictureShape) => void,
): Promise<Located> {
  const headers = await readNpzHeaders(path);
  const pictures = keyOf(PICTURE_KEYS, "pictures", headers, path);
  const key = keyOf(LABEL_KEYS, "labels", headers, path);
  const labels = (await readNpz(path, [key], LABELS_LIMIT)).get(key)!;
  const header = headers.get(pictures)!;
  check(shapeOf(header, `${path}: ${pictures}`)); // refused before anything is unpacked
  const place =
    header.offset === undefined
      ? await unpack(path, pictures, header, dataFolder, settings)
      : { file: path, offset: header.offset, checkedPieces: () => withoutStart(readNpzPieces(path, pictures), header) };
  return { name: path, header, ...place, labels: { name: `${path}: ${key}`, array: labels } };
}

function openPair({ pictures, labels }: Exclude<ArrayFiles, string>): Located {
  const header = readNpyFileHeader(pictures);
  const array = readNpy(readBounded(labels, LABELS_LIMIT), labels);
  return { name: pictures, header, file: pictures, offset: header.dataOffset, labels: { name: labels, array } };
}

function keyOf(keys: readonly string[], what: string, headers: ReadonlyMap<string, NpyHeader>, path: string): string {
  const found = keys.find((key) => headers.has(key));
  if (found !== undefined) return found;
  throw new PatinaError(
    "file-foreign",
    `${path}: has no array of ${what} (${keys.map((key) => `"${key}"`).join(", ")}), but ${[...headers.keys()].map((key) => `"${key}"`).join(", ")}. Save it again with one of those names.`,
  );
}

/** Packed pictures as a file of their own in the cache: a copy of the npy file that was packed. */
async function unpack(
  path: string,
  key: string,
  { dataOffset, dataBytes }: NpyHeader,
  dataFolder: string,
  settings: DataSettings,
): Promise<{ file: string; offset: number }> {
  const { pictures: file, folder } = openCache(dataFolder, path, ["unpacked", key, stampOf(path)]);
  const total = dataOffset + dataBytes;
  if (statSync(file, { throwIfNoEntry: false })?.size !== total) {
    makeFolder(folder);
    checkFreeSpace(folder, total, `${path} unpacked`);
    settings.report?.({ kind: "note", text: `${path}: its pictures are packed; unpacking them once into ${file}` });
    const pace = startPace({ what: `unpacking ${path}`, total, unit: "bytes" }, settings);
    await writePiecesAtomically(file, paced(readNpzPieces(path, key), pace));
  }
  return { file, offset: dataOffset };
}

async function* withoutStart(pieces: AsyncIterable<Uint8Array>, { dataOffset }: NpyHeader) {
  let left = dataOffset;
  for await (const piece of pieces) {
    if (piece.length > left) yield piece.subarray(left);
    left = Math.max(0, left - piece.length);
  }
}

async function* paced(pieces: AsyncIterable<Uint8Array>, pace: (done: number) => Promise<void>) {
  let done = 0;
  for await (const piece of pieces) {
    yield piece;
    done += piece.length;
    await pace(done);
  }
}

/** The shape of the pictures in an array. @throws PatinaError `file-foreign` where it does not hold pictures as bytes. */
export function shapeOf({ dtype, shape, fortran }: NpyHeader, name: string): PictureShape {
  const [, height = 0, width = 0, channels = 1] = shape;
  const found = `${name}: holds ${dtype}[${shape}]`;
  const wanted = "pictures as uint8 [N,H,W,3], [N,H,W,1] or [N,H,W]";
  if (dtype !== "uint8")
    throw new PatinaError(
      "file-foreign",
      `${found}, not ${wanted}. Save values from 0 to 255 with astype(np.uint8); those in [0,1] times 255 first, rounded.`,
    );
  if (shape.length === 4 && (shape[1] === 1 || shape[1] === 3) && channels > 3)
    throw new PatinaError("file-foreign", `${found}: the channels come first. Save it with np.moveaxis(x, 1, 3).`);
  if (shape.length < 3 || shape.length > 4 || height < 1 || width < 1 || (channels !== 1 && channels !== 3))
    throw new PatinaError("file-foreign", `${found}, not ${wanted}. Save it in one of these forms.`);
  if (fortran)
    throw new PatinaError("file-foreign", `${found} in column-major order. Save it with np.ascontiguousarray(x).`);
  return { height, width, channels };
}

/** An array of classes, one for each of `count` pictures. @throws PatinaError `data`, `file-foreign`. */
export function labelsOf(array: PlainArray, count: number, name: string): Uint16Array {
  const { dtype, shape } = array;
  const isList = shape.length === 1 || (shape.length === 2 && shape[1] === 1); // Keras saves [N,1]
  if (!isList || !/^u?int/.test(dtype))
    throw new PatinaError(
      "file-foreign",
      `${name}: holds ${dtype}[${shape}], not whole numbers [N]. Save the classes as np.int64.`,
    );
  if (shape[0] !== count)
    throw new PatinaError("data", `${name}: holds ${shape[0]} labels for ${count} pictures. Give one label a picture.`);
  const numbers = numbersOf(array);
  const wrong = numbers.findIndex((label) => label < 0 || label > 65_535);
  if (wrong >= 0)
    throw new PatinaError(
      "data",
      `${name}: label ${wrong} is ${numbers[wrong]}; classes are numbered from 0, up to 65,535. Mend its labels.`,
    );
  return Uint16Array.from(numbers);
}

/** Classes have no names here but their numbers. @throws PatinaError `data` where one has no pictures. */
function classesOf({ name, labels }: OpenArrays): string[] {
  const present = new Set(labels);
  const classes = Array.from(
    { length: labels.reduce((most, label) => Math.max(most, label), -1) + 1 },
    (_, label) => label,
  );
  const missing = classes.filter((label) => !present.has(label));
  if (missing.length > 0)
    throw new PatinaError(
      "data",
      `${name}: has labels up to ${classes.length - 1}, but no pictures of ${missing.length} of those classes (${missing.slice(0, 3).join(", ")}). Number the classes from 0 without gaps.`,
    );
  return classes.map(String);
}

/** Changes when a file does. */
export function stampOf(files: ArrayFiles): string {
  const paths = typeof files === "string" ? [files] : [files.pictures, files.labels];
  return JSON.stringify(paths.map((path) => [resolve(path), fileSize(path), statSync(path).mtimeMs]));
}
