/** A thread that corrupts pictures. */
import { workerData } from "node:worker_threads";
import type { Corruption, Severity } from "../corrupt/define.ts";
import { frostOf } from "../corrupt/frost/frost.ts";
import type { FrostTextures } from "../corrupt/frost/textures.ts";
import { findCorruption } from "../corrupt/registry.ts";
import { cellStream } from "../corrupt/suites.ts";
import { tableOf } from "../corrupt/table.ts";
import { openSharedStore, type SharedStore } from "../data/picture-store.ts";
import { byteCount, type PictureShape } from "../pictures/picture.ts";
import { answerTasks } from "./answer-tasks.ts";

/** What a thread is started with. */
export interface GeneratedSetup {
  readonly store: SharedStore;
  readonly shape: PictureShape;
  /** Names the streams. */
  readonly dataSet: string;
  /** Undefined where each thread makes its own. */
  readonly frost: FrostTextures | undefined;
}

/** Some pictures of a cell, by their indices in the store. */
export interface GeneratedTask {
  readonly corruption: string;
  readonly severity: Severity;
  readonly indices: Uint32Array;
}

const { store: shared, shape, dataSet, frost }: GeneratedSetup = workerData;
const store = openSharedStore(shared);
const pictureBytes = byteCount(shape);
const source = new Uint8Array(pictureBytes);
const givenFrost = frost && frostOf(() => frost);

answerTasks(({ corruption: name, severity, indices }: GeneratedTask) => {
  const corruption: Corruption = name === "frost" && givenFrost !== undefined ? givenFrost : findCorruption(name);
  const constants = corruption.constants[tableOf(shape)][severity - 1]!;
  const draws = cellStream(dataSet, name, severity);
  const made = new Uint8Array(indices.length * pictureBytes);
  for (const [place, index] of indices.entries()) {
    store.readInto(index, source, 0);
    // Named by the picture, not by its place: a part of a set has the bytes that it has in the whole.
    const draw = corruption.draw(draws.fork(index), shape, constants, source);
    const target = made.subarray(place * pictureBytes, (place + 1) * pictureBytes);
    corruption.applyInto(source, shape, draw, constants, target);
  }
  return made;
});
