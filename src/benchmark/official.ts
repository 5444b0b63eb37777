/** A benchmark that lies on disk: published files, or those that `patina corrupt` wrote. */
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { severities as allSeverities, type Severity } from "../corrupt/define.ts";
import { chooseSubset } from "../data/subset.ts";
import { PatinaError } from "../errors.ts";
import { isFolder, sha256 } from "../files.ts";
import { Ahead } from "./ahead.ts";
import { arrayOf, openArrayCells } from "./array-cells.ts";
import { type CorruptedData, publishedNames } from "./cells.ts";
import { folderOf, openFolderCells } from "./folder-cells.ts";
import { type BenchmarkManifest, isMade, originOf, readBenchmarkManifest } from "./manifest.ts";
import { pieceCheck, pieceOf } from "./pieces.ts";
import type { BenchmarkSource } from "./source.ts";

export interface OfficialOptions {
  readonly data: CorruptedData;
  /** Those that must be there; by default all that are. */
  readonly corruptions?: readonly string[] | undefined;
  /** So many pictures of each cell, each class by its share, the same always; all by default, and where there are fewer. */
  readonly subset?: number | undefined;
  /** Threads that decode; as many as the machine has by default. */
  readonly workers?: number | undefined;
  /** Aborted to stop early. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens it, in whichever published layout it is: arrays (CIFAR-10-C) or folders of pictures (Tiny-ImageNet-C). Pictures
 * follow each other as in the data set; those of published folders class by class, since nothing says which they are.
 * @throws PatinaError `file-missing`, naming every corruption that is not there; `data` where the files are not those of
 * the data set: another number of pictures, other labels, other classes, or made here of other pictures; `file-foreign`,
 * `file-damaged`, `file-hostile`, `file-system`. Reading throws `file-damaged` too where a file that was made here is
 * another than its manifest says.
 */
export function openOfficial(folder: string, options: OfficialOptions): BenchmarkSource {
  const { data, subset, workers = availableParallelism(), signal } = options;
  if (!isFolder(folder))
    throw new PatinaError("file-missing", `${folder}: is not there. Name the folder of a corruption benchmark.`);
  const manifest = readBenchmarkManifest(folder);
  if (manifest !== undefined) checkMadeOf(folder, manifest, data);
  const severities = manifest?.severities ?? allSeverities;
  const isArrays = readdirSync(folder).some((name) => name.endsWith(".npy"));
  const corruptions = findCorruptions(folder, isArrays, options.corruptions, manifest);
  const cells = isArrays
    ? openArrayCells(folder, corruptions, severities, data)
    : openFolderCells(folder, corruptions, severities, data, { isMade: manifest !== undefined, workers });
  const count = cells.labels.length;
  const places = chooseSubset(cells.labels, Math.min(subset ?? count, count));
  const labels = Uint16Array.from(places, (place) => cells.labels[place]!);
  const { height, width, channels } = data.test;
  const shape = { height, width, channels };
  const ahead = new Ahead(shape, workers, signal);
  const checkPiece = manifest === undefined ? undefined : pieceCheck(folder, manifest);
  const origin = manifest === undefined ? "official" : originOf(manifest);
  // What was made here has its sum, which stays where the folder is copied.
  const identityOf = (corruption: string, severity: Severity) =>
    manifest === undefined ? cells.identity(corruption, severity) : pieceOf(manifest, corruption, severity)!.sha256;
  const check = (corruption: string, severity: Severity) => {
    if (!corruptions.includes(corruption))
      throw new PatinaError("unknown-name", `${folder}: has no "${corruption}". There are ${corruptions.join(", ")}.`);
    if (!severities.includes(severity))
      throw new PatinaError(
        "file-missing",
        `${folder}: was made with the severities ${severities.join(", ")}, not with ${severity}. Leave it out, or make the whole benchmark.`,
      );
    cells.check(corruption, severity);
  };
  return {
    origin,
    dataSet: data.name,
    shape,
    count: places.length,
    corruptions,
    notes: [...(manifest?.notes ?? []), ...cells.notes],
    identity(corruption: string, severity: Severity) {
      const isThere = corruptions.includes(corruption) && severities.includes(severity);
      const cell = isThere ? identityOf(corruption, severity) : "none";
      return sha256(JSON.stringify([origin, data.name, cell, Array.from(places)]));
    },
    check,
    read(corruption: string, severity: Severity, batch: number) {
      check(corruption, severity);
      checkPiece?.(corruption, severity);
      const make = cells.open(corruption, severity);
      return ahead.read(labels, batch, (start, size) => make(places.slice(start, start + size)));
    },
    close: () => cells.close(),
  };
}

/** @throws PatinaError `data` where it was made of other pictures: of the training part, or at another size, say. */
function checkMadeOf(folder: string, { data: made }: BenchmarkManifest, { name, test }: CorruptedData): void {
  if (made.digest === test.digest) return;
  throw new PatinaError(
    "data",
    `${folder}: was made of the ${made.part} part of ${made.name} (digest ${made.digest.slice(0, 8)}...); the test pictures of ${name} are others (${test.digest.slice(0, 8)}...). Make it of these, or name the data set that it was made of.`,
  );
}

/** In the order of the suites. @throws PatinaError `file-missing` where one that is wanted is not there, or none is. */
function findCorruptions(
  folder: string,
  isArrays: boolean,
  wanted: readonly string[] | undefined,
  manifest: BenchmarkManifest | undefined,
): readonly string[] {
  // One that is being made here is whole only when the manifest says so.
  const isListed = (name: string) => manifest === undefined || isMade(manifest, name);
  const isThere = (name: string) =>
    isListed(name) && (isArrays ? existsSync(arrayOf(folder, name)) : folderOf(folder, name) !== undefined);
  const found = publishedNames.filter(isThere);
  if (found.length === 0)
    throw new PatinaError(
      "file-missing",
      `${folder}: holds no corruption: neither arrays as gaussian_noise.npy nor folders as gaussian_noise/1. Name the folder in which they are.`,
    );
  const missing = (wanted ?? []).filter((name) => !found.includes(name));
  if (missing.length > 0)
    throw new PatinaError(
      "file-missing",
      `${folder}: ${missing.map((name) => (isArrays ? `${name}.npy` : `${name}/`)).join(", ")} ${missing.length === 1 ? "is" : "are"} missing. Add ${missing.length === 1 ? "it" : "them"}, or measure the others (${found.length} ${found.length === 1 ? "is" : "are"} there).`,
    );
  return wanted === undefined ? found : found.filter((name) => wanted.includes(name));
}
