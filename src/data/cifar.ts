/** CIFAR-10 and CIFAR-100: 50,000 + 10,000 colour pictures, 32x32. Source: Krizhevsky 2009; shared layout of cs.toronto.edu/~kriz. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PatinaError } from "../errors.ts";
import { readBounded } from "../files.ts";
import { createPictureSet, type DataSet, type PictureSet } from "./picture-set.ts";
import { allocatePictures, MemoryStore } from "./picture-store.ts";

const SIDE = 32;
const PIXELS = SIDE * SIDE;
const SHAPE = { height: SIDE, width: SIDE, channels: 3 } as const;
const FILE_LIMIT = 256 << 20;

interface Cifar {
  name: "cifar10" | "cifar100";
  folders: readonly string[];
  train: readonly string[];
  test: readonly string[];
  classFile: string;
  classCount: number;
  /** Bytes before the pixels of a record, and which of them is the class. */
  labelBytes: number;
  labelAt: number;
  mean: readonly number[];
  deviation: readonly number[];
}

const batches = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`);
const variants: Record<Cifar["name"], Cifar> = {
  cifar10: {
    name: "cifar10",
    folders: ["cifar-10-batches-bin", "cifar10"],
    train: batches,
    test: ["test_batch.bin"],
    classFile: "batches.meta.txt",
    classCount: 10,
    labelBytes: 1,
    labelAt: 0,
    mean: [0.4914, 0.4822, 0.4465], // method.md 3
    deviation: [0.247, 0.243, 0.261],
  },
  cifar100: {
    name: "cifar100",
    folders: ["cifar-100-binary", "cifar100"],
    train: ["train.bin"],
    test: ["test.bin"],
    classFile: "fine_label_names.txt",
    classCount: 100,
    labelBytes: 2,
    labelAt: 1, // after the coarse class
    mean: [0.50707516, 0.48654887, 0.44091784],
    deviation: [0.26733429, 0.25643846, 0.27615047],
  },
};

/** Reads CIFAR from its binary files in the folder of data sets. @throws PatinaError `data`, `file-damaged`. */
export function loadCifar(name: Cifar["name"], dataFolder: string): DataSet {
  const cifar = variants[name];
  const folder = cifar.folders
    .map((folder) => join(dataFolder, folder))
    .find((path) => existsSync(join(path, cifar.test[0]!)));
  if (folder === undefined)
    throw new PatinaError(
      "data",
      `${name}: is not in ${dataFolder} (${cifar.folders[0]}/${cifar.test[0]}). Type: patina data fetch ${name}   (or: patina data import ${name} --from FILE)`,
    );
  return {
    name,
    classes: readClasses(join(folder, cifar.classFile), cifar),
    train: readBatches(folder, cifar.train, cifar),
    test: readBatches(folder, cifar.test, cifar),
    mean: cifar.mean,
    deviation: cifar.deviation,
    cropPadding: 4,
  };
}

/** The batches that are there, one after another; a subset of the official ones (any number of whole records) is read too. */
function readBatches(folder: string, names: readonly string[], cifar: Cifar): PictureSet {
  const files = names.map((name) => join(folder, name)).filter((path) => existsSync(path));
  if (files.length === 0)
    throw new PatinaError(
      "data",
      `${folder}: has none of ${names.join(", ")}, but ${readdirSync(folder).join(", ")}. Type: patina data fetch ${cifar.name}`,
    );
  const record = cifar.labelBytes + 3 * PIXELS;
  const parts = files.map((path) => {
    const bytes = readBounded(path, FILE_LIMIT);
    if (bytes.length % record !== 0 || bytes.length === 0)
      throw new PatinaError(
        "file-damaged",
        `${path}: has ${bytes.length} bytes, which is no whole number of records of ${record} bytes. It is truncated, or not of ${cifar.name}; fetch it again.`,
      );
    return bytes;
  });
  const count = parts.reduce((sum, part) => sum + part.length / record, 0);
  const bytes = allocatePictures(count, 3 * PIXELS);
  const labels = new Uint16Array(count);
  let index = 0;
  for (const part of parts)
    for (let start = 0; start < part.length; start += record, index++) {
      labels[index] = part[start + cifar.labelAt]!;
      interleave(part, start + cifar.labelBytes, bytes, index * 3 * PIXELS);
    }
  return createPictureSet(folder, SHAPE, new MemoryStore(bytes, 3 * PIXELS), labels, cifar.classCount);
}

/** Three planes of 1024 bytes to pixels of three. */
function interleave(source: Uint8Array, from: number, target: Uint8Array, to: number): void {
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const place = to + 3 * pixel;
    target[place] = source[from + pixel]!;
    target[place + 1] = source[from + PIXELS + pixel]!;
    target[place + 2] = source[from + 2 * PIXELS + pixel]!;
  }
}

function readClasses(path: string, { classCount }: Cifar): string[] {
  if (!existsSync(path)) return Array.from({ length: classCount }, (_, index) => String(index));
  const names = readBounded(path, 1 << 16)
    .toString("utf8")
    .split(/\r?\n/)
    .filter((line) => line !== "");
  if (names.length !== classCount)
    throw new PatinaError(
      "file-damaged",
      `${path}: names ${names.length} classes, ${classCount} are expected. Fetch it again.`,
    );
  return names;
}
