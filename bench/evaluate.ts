/** What corruption adds to a sweep over a benchmark: the same forward passes with pictures that are made, and that lie ready. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openGenerated } from "../src/benchmark/generated.ts";
import type { BenchmarkSource } from "../src/benchmark/source.ts";
import { severities } from "../src/corrupt/define.ts";
import { suiteCorruptions } from "../src/corrupt/suites.ts";
import type { PictureSet } from "../src/data/picture-set.ts";
import type { MemoryStore } from "../src/data/picture-store.ts";
import { inference } from "../src/engine/autograd.ts";
import { scope } from "../src/engine/scope.ts";
import type { MeasuredModel } from "../src/evaluate/model.ts";
import { sweep } from "../src/evaluate/sweep.ts";
import { tellMethod, useEngine } from "./method.ts";
import { classCount, makePictures, pictureShape } from "./pictures.ts";
import { isQuick } from "./rounds.ts";
import { makeRow, type Row } from "./row.ts";
import { makeTrainee } from "./trainee.ts";

const PICTURES = isQuick ? 50 : 1000;
const BATCH = 250;

/** One row: the share of the time of the whole sweep of C15 that it would not take if the pictures were there. */
export async function run(): Promise<Row[]> {
  const facts = useEngine(2);
  const pictures = makePictures(PICTURES);
  const model = makeModel();
  const generated = openGenerated({ pictures, dataSet: "bench" });
  const ready = readySource(pictures, generated);
  const folder = mkdtempSync(join(tmpdir(), "patina-bench-"));
  try {
    await timeOf(model, ready, ["gaussian_noise"], folder); // both warm up
    await timeOf(model, generated, ["gaussian_noise"], folder);
    const names = suiteCorruptions("c15", pictureShape).slice(0, isQuick ? 1 : undefined);
    let made = 0;
    let there = 0;
    for (const name of names) {
      made += await timeOf(model, generated, [name], folder);
      there += await timeOf(model, ready, [name], folder);
    }
    const passes = names.length * severities.length * PICTURES;
    const rate = Math.round((1000 * passes) / made).toLocaleString("en");
    tellMethod(
      "evaluate",
      facts,
      "WideResNet-10-2",
      `C15 of ${PICTURES} pictures, ${rate} pictures/s, each corruption in turn`,
    );
    return [makeRow("corruption-share", "share", Math.max(0, 1 - there / made), null)];
  } finally {
    await generated.close();
    await model.close();
    rmSync(folder, { recursive: true });
  }
}

/** Milliseconds for all severities of these corruptions, as an evaluation measures them. */
async function timeOf(
  model: MeasuredModel,
  source: BenchmarkSource,
  corruptions: readonly string[],
  folder: string,
): Promise<number> {
  const names = corruptions.flatMap((corruption) => severities.map((severity) => ({ corruption, severity })));
  const key = { weights: "bench", preparation: "", pictures: "bench" };
  const begin = performance.now();
  const cells = await sweep({ model, source, folder, key, batch: BATCH, report: () => {}, signal: undefined }, names);
  const time = performance.now() - begin;
  assert.equal(cells.length, names.length);
  return time;
}

/** The pictures as they are, in the place of corrupted ones: a forward pass takes as long. */
function readySource(pictures: PictureSet & { store: MemoryStore }, like: BenchmarkSource): BenchmarkSource {
  return {
    ...like,
    origin: "ready",
    async *read(_corruption, _severity, batch) {
      const { pictureBytes, bytes } = pictures.store;
      for (let start = 0; start < pictures.count; start += batch) {
        const count = Math.min(batch, pictures.count - start);
        const labels = pictures.labels.subarray(start, start + count);
        yield { bytes: bytes.subarray(start * pictureBytes, (start + count) * pictureBytes), labels, count };
      }
    },
  };
}

function makeModel(): MeasuredModel {
  const { network, maker } = makeTrainee(10, 2, "float32");
  network.setTraining(false);
  return {
    kind: "run",
    path: "bench",
    name: "bench",
    digest: "bench",
    preparation: "",
    classes: undefined,
    classCount,
    shape: pictureShape,
    computed: { device: "cpu", precision: "float32", program: "libtorch" },
    gives: "scores",
    scores: async (bytes, count) =>
      scope(() => inference(() => network.forward(maker.images(bytes, count)).toFloat32Array())),
    async close() {
      network.dispose();
      maker.dispose();
    },
  };
}
