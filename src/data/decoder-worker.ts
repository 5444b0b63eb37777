/** A worker of the decoder: takes one file after another, until none is left. */
import { createHash } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { PatinaError } from "../errors.ts";
import { guardWrite, readBounded, writeWhole } from "../files.ts";
import { decodePicture, decoderReason } from "../pictures/codec.ts";
import type { Picture } from "../pictures/picture.ts";
import {
  type DecodeProblem,
  type DecoderAnswer,
  type DecoderSetup,
  FILE_LIMIT,
  PROBLEM_LIMIT,
  readRange,
} from "./decoder.ts";
import { fitPicture } from "./fit-picture.ts";
import { shapeText } from "./picture-set.ts";

const { paths, within, form, target, digests, state }: DecoderSetup = workerData;
const shapes = new Map<string, number>();
const problems: DecodeProblem[] = [];
let problemCount = 0;

try {
  const file = target && guardWrite(target.path, () => openSync(target.path, "r+"));
  // Two at a time: libvips decodes the one while the other is resized and written here.
  await Promise.all([takeFiles(file), takeFiles(file)]);
  if (file !== undefined) closeSync(file);
  answer({ shapes: [...shapes], problems, problemCount });
} catch (error) {
  if (!(error instanceof PatinaError)) throw error;
  answer({ code: error.code, message: error.message });
}

async function takeFiles(file: number | undefined): Promise<void> {
  for (;;) {
    const index = Atomics.add(state, 0, 1);
    if (index >= paths.length || Atomics.load(state, 2) === 1) return;
    const picture = await decode(index);
    if (picture !== undefined && file !== undefined) write(file, index, picture.bytes);
    Atomics.add(state, 1, 1);
  }
}

function answer(message: DecoderAnswer): void {
  parentPort!.postMessage(message);
}

/** The picture of a file as it is wanted; undefined, and noted, where there is none. */
async function decode(index: number): Promise<Picture | undefined> {
  const path = paths[index]!;
  try {
    const bytes = within === undefined ? readBounded(path, FILE_LIMIT) : readRange(within, index);
    digests?.set(createHash("sha256").update(bytes).digest(), 32 * index);
    const picture = fitPicture(await decodePicture(bytes, path, { channels: form.channels }), form);
    const shape = shapeText(picture);
    if (target !== undefined && shape !== target.shape) {
      note(index, `is ${shape} (height x width x channels), where ${target.shape} is expected`);
      return undefined;
    }
    shapes.set(shape, (shapes.get(shape) ?? 0) + 1);
    return picture;
  } catch (error) {
    if (!(error instanceof PatinaError)) throw error;
    const { cause } = error;
    const isBroken = error.code === "picture" && cause instanceof Error;
    const reason = isBroken ? `cannot be decoded (${decoderReason(cause)})` : error.message;
    note(index, reason.replace(`${path}: `, ""));
    return undefined;
  }
}

function note(index: number, reason: string): void {
  problemCount++;
  problems.push({ index, reason });
  if (problems.length <= PROBLEM_LIMIT) return;
  problems.sort((a, b) => a.index - b.index);
  problems.pop();
}

function write(file: number, index: number, bytes: Uint8Array): void {
  const { path, offset } = target!;
  guardWrite(path, () => writeWhole(file, bytes, offset + index * bytes.length));
}
