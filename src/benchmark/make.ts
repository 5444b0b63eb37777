/** Makes a corruption benchmark of a data set on disk, in the published layouts. What is whole is not made again. */
import { severities as allSeverities, type Severity } from "../corrupt/define.ts";
import type { FrostTextures } from "../corrupt/frost/textures.ts";
import { findCorruption } from "../corrupt/registry.ts";
import { suiteVersion } from "../corrupt/suites.ts";
import { checkFreeSpace } from "../data/free-space.ts";
import type { DataSet } from "../data/picture-set.ts";
import type { DataSettings } from "../data/progress.ts";
import { PatinaError } from "../errors.ts";
import { byteCount } from "../pictures/picture.ts";
import { version } from "../version.ts";
import { follow } from "./follow.ts";
import { openGenerated } from "./generated.ts";
import { type BenchmarkHead, MadeFolder } from "./made-folder.ts";
import type { BenchmarkManifest, Layout, Piece } from "./manifest.ts";
import type { BenchmarkSource, CorruptedBatch } from "./source.ts";
import { writeArray, writeLabels } from "./write-array.ts";
import { writeFolder } from "./write-folder.ts";

export interface MakeOptions {
  readonly data: DataSet;
  /** Default: "test". */
  readonly part?: "train" | "test" | undefined;
  /** Their names: those of a suite, or any others. */
  readonly corruptions: readonly string[];
  /** Default: all five. */
  readonly severities?: readonly Severity[] | undefined;
  /** "npy" as CIFAR-10-C, "jpeg" as Tiny-ImageNet-C, "png" as the latter without loss. Default: "npy". */
  readonly layout?: Layout | undefined;
  /** As for `openGenerated`. */
  readonly frost?: FrostTextures | undefined;
  /** Threads that make pictures; as many as the machine has by default. No byte depends on it. */
  readonly workers?: number | undefined;
  /** Pictures written at a time; by default those of about 4 MB. No byte depends on it. */
  readonly batch?: number | undefined;
}

export interface MadeBenchmark {
  readonly manifest: BenchmarkManifest;
  /** Pictures that were there already, and those made now. */
  readonly kept: number;
  readonly made: number;
}

const BATCH_BYTES = 4 << 20;

/** What is written as a whole: the array of a corruption, or the folder of one severity. */
interface Part {
  readonly corruption: string;
  readonly severities: readonly Severity[];
  readonly path: string;
}

/**
 * Makes the benchmark in the folder `out`, or what of it is missing: called again after a kill it goes on.
 * @throws PatinaError `unknown-name`; `picture` where pictures are too small; `file-exists` where the folder holds
 * something else, or another process writes to it; `file-system` where the disk is full, before the work where that can
 * be known; `interrupted`.
 */
export async function makeBenchmark(
  out: string,
  options: MakeOptions,
  settings: DataSettings = {},
): Promise<MadeBenchmark> {
  const {
    data,
    part = "test",
    corruptions,
    severities = allSeverities,
    layout = "npy",
    frost,
    workers,
    batch,
  } = options;
  const pictures = data[part];
  for (const name of corruptions) findCorruption(name);
  const source = openGenerated({ pictures, dataSet: data.name, frost, workers, signal: settings.signal });
  let letGo: (() => void) | undefined;
  try {
    const { height, width, channels, digest, count } = pictures;
    const head: BenchmarkHead = {
      format: 1,
      patina: version,
      v8: process.versions.v8,
      suite: suiteVersion,
      streams: `stream(0, "corrupt", "${suiteVersion}", "${source.dataSet}", corruption, severity).fork(index of the picture)`,
      layout,
      data: { name: source.dataSet, part, digest, count, shape: [height, width, channels], classes: [...data.classes] },
      severities: [...severities],
      frost: frost?.name ?? "procedural",
    };
    const folder = await MadeFolder.open(out, head, settings);
    letGo = folder.close;
    const parts = corruptions.flatMap((name) => partsOf(name, head));
    const todo = parts.filter(({ path }) => !folder.has(path));
    checkFreeSpace(out, sizeOf(todo, head), `the benchmark of ${source.dataSet}`);
    if (layout === "npy") writeLabels(out, pictures.labels, severities.length);
    const size = batch ?? Math.max(1, Math.floor(BATCH_BYTES / byteCount(source.shape)));
    const cells = readAhead(source, todo, size);
    const made = count * cellCount(todo);
    const kept = count * cellCount(parts) - made;
    const tell = follow(`corrupting ${source.dataSet}`, kept, kept + made, settings);
    tell(0);
    for (const one of todo) folder.add(await writePart(out, one, head, cells, tell));
    return { manifest: folder.manifest, kept, made };
  } catch (error) {
    if (!(error instanceof PatinaError) || error.code !== "interrupted") throw error;
    throw new PatinaError("interrupted", `${out}: stopped. What is whole is kept; the same command goes on.`);
  } finally {
    letGo?.();
    await source.close();
  }
}

function partsOf(corruption: string, { layout, severities }: BenchmarkHead): Part[] {
  if (layout === "npy") return [{ corruption, severities, path: `${corruption}.npy` }];
  return severities.map((severity) => ({ corruption, severities: [severity], path: `${corruption}/${severity}` }));
}

/** The cells of all parts in their order, each begun while the one before is written: threads never wait between them. */
function* readAhead(
  source: BenchmarkSource,
  parts: readonly Part[],
  batch: number,
): Generator<AsyncIterable<CorruptedBatch>, undefined> {
  const cells = parts.flatMap(({ corruption, severities }) => severities.map((severity) => ({ corruption, severity })));
  const begin = (place: number) => {
    const cell = cells[place];
    return cell && source.read(cell.corruption, cell.severity, batch);
  };
  let next = begin(0);
  for (let place = 1; next !== undefined; place++) {
    const current = next;
    next = begin(place);
    yield current;
  }
}

async function writePart(
  out: string,
  { severities, path }: Part,
  { layout, data }: BenchmarkHead,
  cells: Iterator<AsyncIterable<CorruptedBatch>>,
  tell: (count: number) => void,
): Promise<Piece> {
  const own = severities.map(() => cells.next().value as AsyncIterable<CorruptedBatch>);
  const [height, width, channels] = data.shape;
  if (layout === "npy")
    return writeArray(out, path, [severities.length * data.count, height, width, channels], own, tell);
  const shape = { height, width, channels };
  return writeFolder(out, path, { format: layout, classes: data.classes, count: data.count, shape }, own[0]!, tell);
}

/** A small file takes so much of most disks. */
const BLOCK_BYTES = 4096;

/** Bytes that the parts will take: exact for arrays, about that for pictures. */
function sizeOf(parts: readonly Part[], { layout, data }: BenchmarkHead): number {
  const [height, width, channels] = data.shape;
  const bytes = byteCount({ height, width, channels });
  const picture = layout === "npy" ? bytes : BLOCK_BYTES + (layout === "png" ? bytes : bytes / 4);
  return data.count * picture * cellCount(parts);
}

const cellCount = (parts: readonly Part[]) => parts.reduce((sum, { severities }) => sum + severities.length, 0);
