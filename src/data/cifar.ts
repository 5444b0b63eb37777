/** CIFAR: colour pictures of 32x32, in the binary or Python's form, unpacked or as tar.gz. Source: Krizhevsky 2009. */
import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { PatinaError } from "../errors.ts";
import { fileSize, readInPieces } from "../files.ts";
import { readPickle } from "../formats/pickle.ts";
import { isArray, isMap } from "../formats/pickle-value.ts";
import { damaged, foreign, hostile } from "../formats/refusal.ts";
import { streamTar } from "../formats/tar.ts";
import { createDataSet, createPictureSet, type DataSet, type PictureSet } from "./picture-set.ts";
import { allocatePictures, MemoryStore } from "./picture-store.ts";

const SIDE = 32;
const PIXELS = SIDE * SIDE;
const PICTURE_BYTES = 3 * PIXELS;
export const CIFAR_SHAPE = { height: SIDE, width: SIDE, channels: 3 } as const;
const FILE_LIMIT = 256 << 20; // CIFAR-100's 50,000 in one file have 154 MB

/** How the variants differ. */
export interface CifarFormat {
  readonly name: string;
  readonly classes: readonly string[];
  /** Files in the order of their pictures, as Python's form names them; the binary form adds ".bin". */
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** Most pictures in a training file, as in the official ones. */
  readonly filePictures: number;
  /** In the binary form: bytes before the pixels of a record; the last of them is the class. */
  readonly labelBytes: number;
  /** In Python's form: the key of the classes. */
  readonly labelKey: string;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

interface CifarFile {
  /** As in `CifarFormat`. */
  readonly file: string;
  readonly path: string;
  readonly isPickle: boolean;
  readonly bytes: number;
  readonly pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Whether a folder holds some of the files, in either form. */
export function holdsCifar(folder: string, { train, test }: CifarFormat): boolean {
  return [...train, ...test].some((file) => findForm(folder, file) !== undefined);
}

/**
 * Reads a folder or a tar.gz; not all of the official files, and files of fewer pictures, are read too. The pictures
 * take their memory once, and little is taken beside.
 * @throws PatinaError `file-missing`, `file-damaged`, `file-foreign`, `file-hostile`, `data`.
 */
export async function readCifar(place: string, format: CifarFormat): Promise<DataSet> {
  const train = new PartBuilder(format, format.train);
  const test = new PartBuilder(format, format.test);
  for await (const file of statSync(place).isFile() ? archiveFiles(place, format) : folderFiles(place, format)) {
    await (format.test.includes(file.file) ? test : train).add(file);
  }
  const { name, classes, mean, deviation } = format;
  return createDataSet({ name, classes, train: train.build(place), test: test.build(place), mean, deviation });
}

function* folderFiles(folder: string, { train, test }: CifarFormat): Generator<CifarFile> {
  for (const file of [...train, ...test]) {
    const name = findForm(folder, file);
    if (name === undefined) continue;
    const path = join(folder, name);
    const bytes = fileSize(path);
    if (bytes > FILE_LIMIT) throw hostile(path, `has ${bytes} bytes, more than the ${FILE_LIMIT} of any CIFAR`);
    yield { file, path, isPickle: name === file, bytes, pieces: readInPieces(path) };
  }
}

/** The name of a file in the folder; where both forms lie there, one is enough. */
function findForm(folder: string, file: string): string | undefined {
  return [`${file}.bin`, file].find((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile());
}

async function* archiveFiles(archive: string, { train, test }: CifarFormat): AsyncGenerator<CifarFile> {
  const fileOf = (name: string) => basename(name).replace(/\.bin$/, "");
  const want = (name: string) => [...train, ...test].includes(fileOf(name));
  for await (const { name, bytes, pieces } of streamTar(archive, { limitBytes: FILE_LIMIT, want }))
    yield { file: fileOf(name), path: `${archive}: ${name}`, isPickle: !name.endsWith(".bin"), bytes, pieces };
}

/** Beside a picture Python's form has its file name and labels, about 32 bytes; and a little before all of them. */
const PICKLE_EXTRA = 64;
const PICKLE_START = 1 << 16;

/**
 * The pictures of one part, from files that come in any order. Each file has its own stretch of memory, with room for
 * as many pictures as the official one holds, and for the whole pickle: it is unpacked where it lies.
 */
class PartBuilder {
  private readonly format: CifarFormat;
  private readonly files: readonly string[];
  private readonly stretchBytes: number;
  private readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** Of each file, those of its pictures that are read. */
  private readonly labels: number[][];

  constructor(format: CifarFormat, files: readonly string[]) {
    this.format = format;
    this.files = files;
    this.stretchBytes = format.filePictures * (PICTURE_BYTES + PICKLE_EXTRA) + PICKLE_START;
    this.bytes = allocatePictures(files.length, this.stretchBytes);
    this.labels = files.map(() => []);
  }

  /** Adds the pictures of a file. */
  async add(file: CifarFile): Promise<void> {
    if (this.labels[this.files.indexOf(file.file)]!.length > 0)
      throw damaged(file.path, `comes a second time, or in both forms; one ${file.file} is expected`);
    await (file.isPickle ? this.addPickle(file) : this.addRecords(file));
  }

  /** The binary form: label bytes, then three planes of 1024 bytes, again and again. */
  private async addRecords(file: CifarFile): Promise<void> {
    const { path, bytes, pieces } = file;
    const { labelBytes, name } = this.format;
    const record = new Uint8Array(labelBytes + PICTURE_BYTES);
    if (bytes % record.length !== 0 || bytes === 0)
      throw damaged(
        path,
        `has ${bytes} bytes, which is no whole number of records of ${record.length} bytes: it is truncated, or not of ${name}`,
      );
    let filled = 0;
    for await (const piece of pieces)
      for (let at = 0; at < piece.length; ) {
        const taken = piece.subarray(at, at + record.length - filled);
        record.set(taken, filled);
        at += taken.length;
        filled += taken.length;
        if (filled < record.length) continue;
        this.addPicture(file, record[labelBytes - 1]!, record.subarray(labelBytes));
        filled = 0;
      }
  }

  /** Python's form: a dict of a uint8 array [n,3072], planes as in the binary form, and a list of classes. */
  private async addPickle(file: CifarFile): Promise<void> {
    const { path } = file;
    const { labelKey, name } = this.format;
    const pickle = await this.gather(file);
    const content = readPickle(pickle, path);
    const data = isMap(content) ? content.get("data") : undefined;
    const labels = isMap(content) ? content.get(labelKey) : undefined;
    const isPictures = isArray(data) && data.dtype === "uint8" && data.shape.length === 2;
    if (!isPictures || data.shape[1] !== PICTURE_BYTES || !Array.isArray(labels))
      throw foreign(
        path,
        `a file of ${name}: a dict with "data" (uint8[n,${PICTURE_BYTES}]) and "${labelKey}" (a list)`,
        pickle,
      );
    if (labels.length !== data.shape[0])
      throw damaged(path, `holds ${data.shape[0]} pictures and ${labels.length} labels`);
    const planes = new Uint8Array(PICTURE_BYTES); // a picture is written over the planes that it comes from
    for (const [index, label] of labels.entries()) {
      planes.set(data.bytes.subarray(index * PICTURE_BYTES, (index + 1) * PICTURE_BYTES));
      this.addPicture(file, label, planes);
    }
  }

  /** A file as it is, in its stretch. */
  private async gather({ file, path, bytes, pieces }: CifarFile): Promise<Uint8Array> {
    const start = this.files.indexOf(file) * this.stretchBytes;
    if (bytes > this.stretchBytes)
      throw damaged(path, `has ${bytes} bytes, more than ${this.format.filePictures} pictures take`);
    let end = start;
    for await (const piece of pieces) {
      if (end - start + piece.length > bytes) throw damaged(path, `grew beyond ${bytes} bytes while it was read`);
      this.bytes.set(piece, end);
      end += piece.length;
    }
    return this.bytes.subarray(start, end);
  }

  build(place: string): PictureSet {
    const { name, classes } = this.format;
    const labels = Uint16Array.from(this.labels.flat());
    if (labels.length === 0)
      throw new PatinaError(
        "file-missing",
        `${place}: has no ${this.files.map((file) => `${file}.bin`).join(" or ")}, nor ${this.files.join(" or ")} (Python's form). Add it, or fetch ${name} again.`,
      );
    let end = 0;
    for (const [place, { length }] of this.labels.entries()) {
      const start = place * this.stretchBytes;
      this.bytes.copyWithin(end, start, start + length * PICTURE_BYTES);
      end += length * PICTURE_BYTES;
    }
    const store = new MemoryStore(this.bytes.subarray(0, end), PICTURE_BYTES);
    return createPictureSet({ name: place, shape: CIFAR_SHAPE, store, labels, classCount: classes.length });
  }

  private addPicture({ file, path }: CifarFile, label: unknown, planes: Uint8Array): void {
    const { filePictures, classes, name } = this.format;
    const place = this.files.indexOf(file);
    const labels = this.labels[place]!;
    if (labels.length === filePictures) throw damaged(path, `holds more than the ${filePictures} pictures of ${name}`);
    if (!(typeof label === "number" && Number.isInteger(label) && label >= 0 && label < classes.length))
      throw damaged(
        path,
        `its picture ${labels.length} has the label ${String(label)}; those of ${name} are 0 to ${classes.length - 1}`,
      );
    const target = place * this.stretchBytes + labels.length * PICTURE_BYTES;
    labels.push(label);
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      this.bytes[target + 3 * pixel] = planes[pixel]!;
      this.bytes[target + 3 * pixel + 1] = planes[PIXELS + pixel]!;
      this.bytes[target + 3 * pixel + 2] = planes[2 * PIXELS + pixel]!;
    }
  }
}
