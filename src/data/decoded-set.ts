/** Pictures in many files, decoded once into one cache file, which is then read where it lies. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { PatinaError } from "../errors.ts";
import { makeFolder, moveIntoPlace, startFile, syncFile, temporaryFor } from "../files.ts";
import { npyHeader, readNpyFileHeader } from "../formats/npy.ts";
import { byteCount, type PictureShape } from "../pictures/picture.ts";
import type { PictureFile } from "./class-folders.ts";
import { decodeFiles, shapeOfFiles } from "./decode-files.ts";
import type { PictureForm } from "./fit-picture.ts";
import { checkFreeSpace } from "./free-space.ts";
import { type CacheEntry, type CacheNote, makeNote, openCache, writeNote } from "./picture-cache.ts";
import { createDataSet, createPictureSet, type DataSet, shapeText } from "./picture-set.ts";
import { FileStore } from "./picture-store.ts";
import type { DataSettings } from "./progress.ts";
import type { ChannelStatistics } from "./statistics.ts";

export interface FilePart {
  readonly root: string;
  readonly pictures: readonly PictureFile[];
}

export interface DecodedSource {
  /** As the experiment names it. */
  readonly name: string;
  readonly classes: readonly string[];
  readonly train: FilePart;
  /** Where there is none, all pictures are those of the test too. */
  readonly test?: FilePart;
  readonly form: PictureForm;
  /** Where the files lie, if that is not always the same: elsewhere others may have their names, sizes and dates. */
  readonly origin?: string;
  /** Where it is known; of the training pictures where not. */
  readonly normalisation?: ChannelStatistics;
}

/**
 * The data set of many files. The first time all are decoded, which may take minutes; after that, and as long as no
 * file, option or decoder changes, the cache file is opened.
 * @throws PatinaError `picture`, naming every file that is no picture or has another size (the first 20, and how many);
 * `file-system`, `interrupted`; nothing is left behind then.
 */
export async function openDecoded(source: DecodedSource, dataFolder: string, settings: DataSettings): Promise<DataSet> {
  const { name, form, origin = "" } = source;
  const { decoderVersion } = await import("../pictures/codec.ts"); // native code, needed here only
  const listing = partsOf(source).flatMap(({ pictures }) => [
    "part",
    ...pictures.map(({ path, label, bytes, modified }) => JSON.stringify([path, label, bytes, modified])),
  ]);
  const entry = openCache(dataFolder, name, [decoderVersion, JSON.stringify(form), origin, ...listing]);
  return reopen(source, entry) ?? (await decode(source, entry, settings));
}

const partsOf = ({ train, test }: DecodedSource): FilePart[] => (test === undefined ? [train] : [train, test]);

/** From the cache; undefined where it is not there, or not whole. */
function reopen(source: DecodedSource, { note, pictures }: CacheEntry): DataSet | undefined {
  if (note === undefined) return undefined;
  try {
    return dataSetOf(source, openParts(source, pictures, note), note);
  } catch (error) {
    if (!(error instanceof PatinaError) || !error.code.startsWith("file-")) throw error;
    return undefined;
  }
}

async function decode(source: DecodedSource, entry: CacheEntry, settings: DataSettings): Promise<DataSet> {
  const { name, form } = source;
  const paths = partsOf(source).flatMap(({ root, pictures }) => pictures.map(({ path }) => join(root, path)));
  const files = { name, paths, form };
  const shape = await shapeOfFiles(files);
  const header = npyHeader("uint8", [paths.length, shape.height, shape.width, shape.channels]);
  const bytes = header.length + paths.length * byteCount(shape);
  makeFolder(entry.folder);
  checkFreeSpace(entry.folder, bytes, `the cache of ${paths.length.toLocaleString("en")} pictures`);
  const temporary = temporaryFor(entry.pictures);
  try {
    startFile(temporary, header, bytes);
    await decodeFiles(files, { path: temporary, offset: header.length, shape: shapeText(shape) }, settings);
    const sets = openParts(source, temporary);
    const note = makeNote(name, sets.train, sets.test);
    for (const store of new Set([sets.train.store, sets.test.store])) store.close();
    syncFile(temporary);
    moveIntoPlace(temporary, entry.pictures);
    writeNote(entry, note);
    return dataSetOf(source, openParts(source, entry.pictures, note), note);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function dataSetOf({ name, classes, normalisation }: DecodedSource, sets: Parts, note: CacheNote): DataSet {
  const { mean, deviation } = normalisation ?? note;
  return createDataSet({ name, classes, ...sets, mean, deviation });
}

type Parts = ReturnType<typeof openParts>;

/** The two parts over a file of decoded pictures; without a note their digests are computed. */
function openParts(source: DecodedSource, file: string, note?: CacheNote) {
  const { dataOffset, shape: sizes } = readNpyFileHeader(file);
  const [count, height, width, channels] = sizes;
  const trainCount = source.train.pictures.length;
  if (count !== trainCount + (source.test?.pictures.length ?? 0) || (channels !== 1 && channels !== 3))
    throw new PatinaError("file-damaged", `${file}: holds [${sizes}], not what its name says. Delete it.`);
  const shape: PictureShape = { height: height!, width: width!, channels };
  const pictureBytes = byteCount(shape);
  const open = (part: "train" | "test", { pictures }: FilePart, offset: number) => {
    const store = new FileStore(file, pictureBytes, pictures.length, offset);
    const labels = Uint16Array.from(pictures, ({ label }) => label);
    const set = { name: source.name, shape, store, labels, classCount: source.classes.length };
    return { ...createPictureSet({ ...set, digest: note?.[part].digest }), store };
  };
  const train = open("train", source.train, dataOffset);
  if (source.test === undefined) return { train, test: train };
  return { train, test: open("test", source.test, dataOffset + trainCount * pictureBytes) };
}
