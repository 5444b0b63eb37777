/** Memory: whether training grows from step to step, and what a loaded data set takes. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { handleCounts } from "../src/engine/scope.ts";
import { stream } from "../src/random/stream.ts";
import { Loader } from "../src/train/loader.ts";
import { planEpoch } from "../src/train/plan.ts";
import { trainStep } from "../src/train/step.ts";
import { tellMethod, useEngine } from "./method.ts";
import { classCount, makePictures } from "./pictures.ts";
import { isQuick } from "./rounds.ts";
import { makeRow, type Row } from "./row.ts";
import { makeTrainee } from "./trainee.ts";

const THREADS = 2;
const BATCH = 32;
const [FIRST, LAST] = isQuick ? [2, 6] : [100, 500];

/** Rows `steps-growth` and `cifar10-load`, in MB of resident set. Nothing is compared with. */
export async function run(): Promise<Row[]> {
  const engine = useEngine(THREADS);
  const growth = await measureGrowth();
  const { kept, peak } = measureLoading();
  tellMethod(
    "memory",
    `steps-growth: ${engine}, WideResNet-10-1, batch ${BATCH}, step ${FIRST} to ${LAST}`,
    `cifar10-load: a process of its own, ${Math.round(peak)} MB at its highest`,
  );
  return [makeRow("steps-growth", "MB", growth, null), makeRow("cifar10-load", "MB", kept, null)];
}

/** By how much the resident set changes between two steps of a small training, loader and all, in MB. */
async function measureGrowth(): Promise<number> {
  const pictures = makePictures(BATCH * (LAST + 1));
  const trainee = makeTrainee(10, 1, "float32");
  const pipeline = { flip: 0.5, crop: { padding: 4 }, augment: ["trivial-augment" as const] };
  const loader = new Loader({ original: { pictures, pipeline }, batch: BATCH, seed: 0, workers: 1 });
  try {
    const originals = Uint32Array.from({ length: pictures.count }, (_, index) => index);
    loader.start(planEpoch({ seed: 0, batch: BATCH, originals }, 0));
    const takeStep = async (step: number) => {
      const loss = trainStep(trainee, await loader.next(), 0.01, stream(0, "step", step));
      assert.ok(Number.isFinite(loss), `the loss became ${loss} at step ${step}`);
    };
    for (let step = 1; step <= FIRST; step++) await takeStep(step);
    const before = { resident: process.memoryUsage.rss(), tensors: handleCounts().live };
    for (let step = FIRST + 1; step <= LAST; step++) await takeStep(step);
    assert.equal(handleCounts().live, before.tensors, "a step leaves tensors behind");
    return (process.memoryUsage.rss() - before.resident) / 1e6;
  } finally {
    await loader.close();
  }
}

/** What bench/load-cifar10.ts measures, on pictures of noise in the official layout. */
function measureLoading(): { kept: number; peak: number } {
  const folder = mkdtempSync(join(tmpdir(), "patina-bench-"));
  try {
    writeCifar10(join(folder, "cifar-10-batches-bin"));
    const script = fileURLToPath(new URL("./load-cifar10.ts", import.meta.url));
    const answer = execFileSync(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
    return JSON.parse(answer.toString());
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Six files of 10,000 records: the class in one byte, then 3 x 32 x 32 bytes. */
function writeCifar10(folder: string): void {
  mkdirSync(folder);
  const record = 1 + 3 * 32 * 32;
  const bytes = randomFillSync(new Uint8Array(10_000 * record));
  for (let start = 0; start < bytes.length; start += record) bytes[start] = (start / record) % classCount;
  for (const name of ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"])
    writeFileSync(join(folder, `${name}.bin`), bytes);
}
