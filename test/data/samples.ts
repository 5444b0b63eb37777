/** Small data sets made by hand, in the forms in which they are published. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { gzipSync } from "node:zlib";
import { encodeJpeg, encodePng } from "../../src/pictures/codec.ts";
import { createPicture, type Picture, type PictureShape } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { tarOf } from "../formats/archives.ts";

/** A folder that goes with the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "patina-data-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files by their paths below a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, Uint8Array | string>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** The files as a tar.gz, each under `prefix`. */
export const tarGzOf = (files: Readonly<Record<string, Uint8Array>>, prefix = ""): Buffer =>
  gzipSync(tarOf(Object.entries(files).map(([name, data]) => ({ name: `${prefix}${name}`, data }))));

/** A picture of noise; equal names give equal pictures. */
export function noise(shape: PictureShape, ...names: (string | number)[]): Picture {
  const source = stream(0, "sample", ...names);
  const bytes = Uint8Array.from({ length: shape.height * shape.width * shape.channels }, () => source.integer(0, 255));
  return createPicture(shape, bytes);
}

/** A picture of one colour, or one grey. */
export function plain(height: number, width: number, ...colour: [number] | [number, number, number]): Picture {
  const channels = colour.length;
  const bytes = Uint8Array.from({ length: height * width * channels }, (_, at) => colour[at % channels]!);
  return createPicture({ height, width, channels }, bytes);
}

export const png = (picture: Picture): Promise<Uint8Array> => encodePng(picture);
export const jpeg = (picture: Picture): Promise<Uint8Array> => encodeJpeg(picture, { quality: 95 });

/** Records of CIFAR: the three planes of each picture, and its labels (the coarse one first where there are two). */
export interface CifarRecord {
  labels: readonly number[];
  planes: Uint8Array;
}

/** So many records, their class the index modulo `classCount`; equal names give equal records. */
export function cifarRecords(name: string, count: number, classCount: number, hasCoarse = false): CifarRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    labels: [...(hasCoarse ? [99] : []), index % classCount],
    planes: noise({ height: 32, width: 32, channels: 3 }, name, index).bytes.slice(),
  }));
}

/** The binary form. */
export const cifarBinary = (records: readonly CifarRecord[]): Buffer =>
  Buffer.concat(records.flatMap(({ labels, planes }) => [Buffer.from(labels), planes]));

/** Python's form, as Python 2 pickled the official files: protocol 2, strings of bytes. Source: pickletools. */
export function cifarPickle(records: readonly CifarRecord[], labelKey = "labels"): Buffer {
  const data = Buffer.concat(records.map(({ planes }) => planes));
  const array = Buffer.concat([
    Buffer.from("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n"),
    Buffer.concat([int(0), ascii("\x85"), string("b"), ascii("\x87R")]), // ((0,), "b"): an empty array
    ascii("("),
    Buffer.concat([int(1), int(records.length), int(3072), ascii("\x86")]),
    Buffer.from("cnumpy\ndtype\n"),
    Buffer.concat([string("u1"), int(0), int(1), ascii("\x87R")]),
    Buffer.concat([ascii("("), int(3), string("|"), ascii("NNN"), int(-1), int(-1), int(0), ascii("tb")]),
    ascii("\x89"),
    string(data),
    ascii("tb"),
  ]);
  const labels = Buffer.concat([ascii("]("), ...records.map(({ labels }) => int(labels.at(-1)!)), ascii("e")]);
  const entries = [string("data"), array, string(labelKey), labels];
  return Buffer.concat([ascii("\x80\x02}("), ...entries, ascii("u.")]);
}

const ascii = (text: string): Buffer => Buffer.from(text, "latin1");

function int(value: number): Buffer {
  const bytes = Buffer.alloc(5, "J"); // BININT
  bytes.writeInt32LE(value, 1);
  return bytes;
}

function string(content: string | Buffer): Buffer {
  const length = Buffer.alloc(5, "T"); // BINSTRING
  length.writeInt32LE(content.length, 1);
  return Buffer.concat([length, typeof content === "string" ? ascii(content) : content]);
}
