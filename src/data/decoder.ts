/** Decodes many pictures at once, in workers: each holds two pictures at a time, so memory does not grow with their number. */
import { closeSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type ErrorCode, PatinaError } from "../errors.ts";
import { openToRead, readWhole } from "../files.ts";
import type { PictureForm } from "./fit-picture.ts";
import { type DataSettings, REPORT_MS } from "./progress.ts";

export interface DecoderTask {
  /** For `wait` reports. */
  readonly what: string;
  /** Files to read, in the order of their pictures. */
  readonly paths: readonly string[];
  /** Where the files stand in a single one; the paths are then names for messages. */
  readonly within?: FileRanges | undefined;
  /** "as stored" keeps grey pictures grey. */
  readonly form: Omit<PictureForm, "channels"> & { readonly channels: 1 | 3 | "as stored" };
  /** Where the pictures are written, one after another; they must all have that shape, as `shapeText` writes it. */
  readonly target?: { readonly path: string; readonly offset: number; readonly shape: string } | undefined;
  /** For the sha256 of each file as it is, 32 bytes a file. */
  readonly digests?: Uint8Array<SharedArrayBuffer> | undefined;
}

/** Files that stand in one file, each from its start on. */
export interface FileRanges {
  readonly path: string;
  readonly starts: Float64Array<SharedArrayBuffer>;
  readonly lengths: Float64Array<SharedArrayBuffer>;
}

/** What is wrong with a file: which it is, and why, as words that follow "path: ". */
export interface DecodeProblem {
  readonly index: number;
  readonly reason: string;
}

export interface DecodeResult {
  /** Pictures of each shape, as `shapeText` writes it. */
  readonly shapes: ReadonlyMap<string, number>;
  /** Those of the first files; `problemCount` counts all. */
  readonly problems: readonly DecodeProblem[];
  readonly problemCount: number;
}

/** What a worker is started with. */
export interface DecoderSetup extends DecoderTask {
  /** [the next file, files done, 1 to stop]. */
  readonly state: Int32Array<SharedArrayBuffer>;
}

/** What a worker answers at its end; where it could not go on, why: errors lose their class on the way. */
export type DecoderAnswer =
  | (Omit<DecodeResult, "shapes"> & { readonly shapes: [string, number][] })
  | { readonly code: ErrorCode; readonly message: string };

/** Of one picture: 100 megapixels in TIFF, which packs least, have 300 MB. */
export const FILE_LIMIT = 512 << 20;

/** Problems that are told one by one. */
export const PROBLEM_LIMIT = 20;

/**
 * Decodes all files of a task.
 * @throws PatinaError `interrupted`; `file-system` where the target cannot be written. Files that cannot be decoded are
 * in the result.
 */
export async function decodeAll(task: DecoderTask, { report, signal }: DataSettings): Promise<DecodeResult> {
  const total = task.paths.length;
  const state = new Int32Array(new SharedArrayBuffer(12));
  const stop = () => Atomics.store(state, 2, 1);
  // Beside this file both among the sources and in the compiled package.
  const file = new URL(
    import.meta.url.endsWith(".ts") ? "./decoder-worker.ts" : "./decoder-worker.js",
    import.meta.url,
  );
  const tell = () => report?.({ kind: "wait", what: task.what, done: Atomics.load(state, 1), total, unit: "pictures" });
  const timer = setInterval(tell, REPORT_MS);
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  try {
    const workerData: DecoderSetup = { ...task, state };
    // A worker takes about 0.2 s to start, in which another one decodes some hundred small pictures.
    const count = Math.max(1, Math.min(availableParallelism(), Math.ceil(total / 256)));
    const answers = await Promise.all(
      Array.from({ length: count }, () => answerOf(new Worker(file, { workerData }), stop)),
    );
    if (signal?.aborted) throw new PatinaError("interrupted", `${task.what}: stopped. Nothing was left half-written.`);
    tell();
    return merge(answers);
  } finally {
    clearInterval(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** The bytes of a file within another. @throws PatinaError `file-missing`, `file-system`. */
export function readRange({ path, starts, lengths }: FileRanges, index: number): Uint8Array {
  const bytes = new Uint8Array(lengths[index]!);
  const file = openToRead(path);
  try {
    readWhole(file, bytes, starts[index]!, path);
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** Waits for a worker; where it fails the others are stopped, and all have ended when the failure is told. */
async function answerOf(worker: Worker, stop: () => void): Promise<DecoderAnswer | Error> {
  return new Promise((resolve) => {
    let answer: DecoderAnswer | Error = new Error("a worker that decodes pictures ended without an answer");
    worker.on("message", (message: DecoderAnswer) => {
      answer = message;
      if ("code" in message) stop();
    });
    worker.on("error", (error: Error) => {
      answer = error;
    });
    worker.on("exit", () => {
      if (answer instanceof Error) stop();
      resolve(answer);
    });
  });
}

function merge(answers: readonly (DecoderAnswer | Error)[]): DecodeResult {
  const shapes = new Map<string, number>();
  const problems: DecodeProblem[] = [];
  let problemCount = 0;
  for (const answer of answers) {
    if (answer instanceof Error) throw answer;
    if ("code" in answer) throw new PatinaError(answer.code, answer.message);
    for (const [shape, count] of answer.shapes) shapes.set(shape, (shapes.get(shape) ?? 0) + count);
    problems.push(...answer.problems);
    problemCount += answer.problemCount;
  }
  // Each worker tells its first ones: so the first of all are among them.
  problems.sort((a, b) => a.index - b.index);
  return { shapes, problems: problems.slice(0, PROBLEM_LIMIT), problemCount };
}
