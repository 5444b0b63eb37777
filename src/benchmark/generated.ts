/** A benchmark made while it is asked for: pictures of a data set, corrupted in threads. */
import { availableParallelism } from "node:os";
import { basename, resolve } from "node:path";
import type { Severity } from "../corrupt/define.ts";
import type { FrostTextures } from "../corrupt/frost/textures.ts";
import { findCorruption } from "../corrupt/registry.ts";
import { suiteCorruptions, suiteVersion } from "../corrupt/suites.ts";
import { isStandard, tableOf } from "../corrupt/table.ts";
import { type PictureSet, shapeText } from "../data/picture-set.ts";
import { sha256 } from "../files.ts";
import type { PictureShape } from "../pictures/picture.ts";
import { Ahead } from "./ahead.ts";
import type { GeneratedSetup, GeneratedTask } from "./generated-worker.ts";
import type { BenchmarkSource } from "./source.ts";
import { Threads } from "./threads.ts";

export interface GeneratedOptions {
  readonly pictures: PictureSet;
  /** Names the streams. Of a path the last part counts: a folder gives the same bytes wherever it lies. */
  readonly dataSet: string;
  /** Which pictures, by their index in the set; all by default. Each has the same bytes as where all are asked for. */
  readonly indices?: Uint32Array | undefined;
  /** The original photographs where they are there; textures of our own by default. */
  readonly frost?: FrostTextures | undefined;
  /** Threads; as many as the machine has by default. */
  readonly workers?: number | undefined;
  /** Aborted to stop early. */
  readonly signal?: AbortSignal | undefined;
}

/** What results on pictures of this version are called. */
export const generatedOrigin = `generated@${suiteVersion}`;

/**
 * Opens it. Besides the corruptions of the suites for this size, which it lists, it makes any other.
 * @throws PatinaError `picture` where the pictures have less than 8 pixels a side
 */
export function openGenerated(options: GeneratedOptions): BenchmarkSource {
  const { pictures, indices, frost, workers = availableParallelism(), signal } = options;
  const { height, width, channels, labels } = pictures;
  const shape = { height, width, channels };
  const dataSet = basename(resolve(options.dataSet)); // resolved, since the last part of "." names nothing
  const corruptions = [...suiteCorruptions("c", shape), ...suiteCorruptions("c-bar", shape)];
  const picked = indices ?? Uint32Array.from({ length: pictures.count }, (_, index) => index);
  const ownLabels = Uint16Array.from(picked, (index) => labels[index]!);
  const setup: GeneratedSetup = { store: pictures.store.share(), shape, dataSet, frost };
  const threads = new Threads<GeneratedTask>(workerFile, setup, workers);
  const ahead = new Ahead(shape, workers, signal);
  return {
    origin: generatedOrigin,
    dataSet,
    shape,
    count: picked.length,
    corruptions,
    notes: notesOf(shape, frost?.name ?? "procedural", corruptions),
    identity: generatedIdentity(options),
    check: findCorruption,
    read(corruption: string, severity: Severity, batch: number) {
      findCorruption(corruption);
      return ahead.read(ownLabels, batch, (start, count) =>
        threads.run({ corruption, severity, indices: picked.slice(start, start + count) }),
      );
    },
    close: () => threads.close(),
  };
}

/** All that the bytes of such pictures depend on, by corruption; severities are cells of their own. */
export function generatedIdentity({
  pictures,
  dataSet,
  indices,
  frost,
}: Pick<GeneratedOptions, "pictures" | "dataSet" | "indices" | "frost">): (corruption: string) => string {
  const picked = indices ?? Array.from({ length: pictures.count }, (_, index) => index);
  const parts = [generatedOrigin, basename(resolve(dataSet)), pictures.digest, Array.from(picked)];
  const identity = sha256(JSON.stringify(parts));
  return (corruption) => (corruption === "frost" ? `${identity} ${frost?.name}` : identity);
}

// Beside this file both among the sources and in the compiled package.
const workerFile = new URL(
  import.meta.url.endsWith(".ts") ? "./generated-worker.ts" : "./generated-worker.js",
  import.meta.url,
);

/** Which textures frost has. */
export const frostNotes: Readonly<Record<FrostTextures["name"], string>> = {
  photographs: "Frost is made of the original photographs.",
  procedural:
    "Frost is made of textures of our own, not of the original photographs (patina data import frost --from FOLDER).",
};

/** What a reader of results on these corruptions must know. One sentence each. */
export function notesOf(shape: PictureShape, frost: FrostTextures["name"], corruptions: readonly string[]): string[] {
  const table = tableOf(shape);
  return [
    ...(corruptions.includes("frost") ? [frostNotes[frost]] : []),
    ...(isStandard(shape)
      ? []
      : [`${shapeText(shape)} has no published constants; those of ${table}x${table}x3 are used.`]),
  ];
}
