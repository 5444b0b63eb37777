/** Measuring as a whole: what is written, what stops it, and what is refused. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { BenchmarkSource } from "../../src/benchmark/source.ts";
import { PatinaError } from "../../src/errors.ts";
import { Evaluation } from "../../src/evaluate/evaluation.ts";
import { measureModel } from "../../src/evaluate/measure-model.ts";
import type { EvaluationProgress } from "../../src/evaluate/progress.ts";
import { fakeMeasurement, fakeModel, fakePictures, fakeSource } from "./fakes.ts";
import { measure, newFolder } from "./measured.ts";

test("what is written follows the schema, and is what was returned", async () => {
  const { evaluation, file } = await measure(fakeMeasurement(newFolder()));
  assert.deepEqual(Evaluation.parse(JSON.parse(readFileSync(file, "utf8"))), evaluation);
});

test("batches of any size give the same evaluation", async () => {
  const results = [];
  for (const batch of [1, 3, 10, 64]) results.push(await measure(fakeMeasurement(newFolder(), { batch })));
  for (const { evaluation } of results.slice(1)) assert.deepEqual(evaluation, results[0]!.evaluation);
});

test("a cell that is not there is an error before anything is measured", async () => {
  const model = fakeModel();
  const source = fakeSource(10, () => 0, {
    check(corruption, severity) {
      if (severity === 3) throw new PatinaError("file-missing", `${corruption} 3 is not there`);
    },
  });
  await assert.rejects(measure(fakeMeasurement(newFolder(), { model, source })), { message: "fog 3 is not there" });
  assert.deepEqual([model.asked, source.reads], [[], []]);
});

test("two calls at once into one folder: the second is refused, and loses the first nothing", async () => {
  const folder = newFolder();
  const first = measure(fakeMeasurement(folder));
  await assert.rejects(measure(fakeMeasurement(folder, { names: [{ corruption: "snow", severity: 1 }] })), {
    code: "run",
    message: /this process is writing to this folder/,
  });
  assert.equal((await first).column.cells.length, 3);
  assert.equal((await measure(fakeMeasurement(folder))).measured, 0); // it has let go
});

test("a folder is let go after an error", async () => {
  const folder = newFolder();
  const recorded = { accuracy: 0.5, where: "journal.jsonl" };
  await assert.rejects(measure(fakeMeasurement(folder, { recorded })), { code: "run", message: /says 50/ });
  assert.equal((await measure(fakeMeasurement(folder))).measured, 3);
});

test("stopped in the middle, it keeps the cells that were measured, and the same call measures the rest", async () => {
  const folder = newFolder();
  const stop = new AbortController();
  const report = (progress: EvaluationProgress) => {
    if (progress.kind === "batch" && progress.done === 14) stop.abort(); // the first batch of the second cell
  };
  await assert.rejects(measureModel(fakeMeasurement(folder, { report, signal: stop.signal })), {
    code: "interrupted",
    message: /2 cells to go.*the same command measures the rest/,
  });
  assert.deepEqual(readdirSync(join(folder, "generated@1")), ["fog-1.safetensors"]);
  assert.ok(!existsSync(join(folder, "evaluation.json")));
  const { measured, column } = await measure(fakeMeasurement(folder));
  assert.equal(measured, 2);
  assert.deepEqual(
    column.cells.map(({ correct }) => correct),
    [9, 8, 7],
  );
});

test("clean accuracy that is not the recorded one is an error before any corrupted cell is measured", async () => {
  const folder = newFolder();
  const source = fakeSource(10, () => 0);
  const recorded = { accuracy: 0.65, where: "journal.jsonl" };
  await assert.rejects(measure(fakeMeasurement(folder, { source, recorded })), {
    code: "run",
    message: /90\.00 %.*journal\.jsonl says 65\.00 %/,
  });
  assert.deepEqual(source.reads, []);
});

for (const [count, accuracy, isTaken] of [
  [10, 0.8, true], // one picture of ten more than recorded
  [10, 0.7, false],
  [1000, 0.9971, true], // 999 are right: 0.19 points
  [1000, 0.9969, false],
] as const)
  test(`clean accuracy of ${count} pictures beside a recorded ${accuracy}: 0.2 points or one picture will do`, async () => {
    const recorded = { accuracy, where: "journal.jsonl" };
    const pictures = fakePictures(count, 1);
    const source = fakeSource(count, () => 0);
    const measured = measure(fakeMeasurement(newFolder(), { recorded, pictures, source, batch: 1000 }));
    if (isTaken) assert.equal((await measured).measured, 3);
    else await assert.rejects(measured, { code: "run" });
  });

/** A source whose batches are changed on their way. */
function changed(change: (labels: Uint16Array) => Uint16Array): BenchmarkSource {
  const source = fakeSource(10, () => 0);
  return {
    ...source,
    async *read(corruption, severity, batch) {
      for await (const one of source.read(corruption, severity, batch)) {
        const labels = change(one.labels);
        yield { bytes: one.bytes.subarray(0, labels.length * 64), labels, count: labels.length };
      }
    },
  };
}

test("a label of no class is an error that names the picture", async () => {
  const source = changed((labels) => labels.map((label, place) => (place === 2 ? 7 : label)));
  await assert.rejects(measure(fakeMeasurement(newFolder(), { source })), {
    code: "data",
    message: /fog at severity 1: picture 2 has the label 7, but the model knows 3 classes/,
  });
});

test("a cell with fewer pictures than the others is an error", async () => {
  const source = changed((labels) => labels.subarray(0, 3));
  await assert.rejects(measure(fakeMeasurement(newFolder(), { source })), {
    code: "data",
    message: /fog at severity 1: holds 8 pictures, 10 were expected/,
  });
});

test("cells that hold other pictures than the first have no mean: an error", async () => {
  const source: BenchmarkSource = fakeSource(10, () => 0);
  const turned = changed((labels) => labels.map((label) => (label + 1) % 3));
  const read: BenchmarkSource["read"] = (corruption, severity, batch) =>
    (severity === 2 ? turned : source).read(corruption, severity, batch);
  await assert.rejects(measure(fakeMeasurement(newFolder(), { source: { ...source, read } })), {
    code: "data",
    message: /do not hold the same pictures/,
  });
});

test("scores that are not finite are an error that names the picture", async () => {
  const scores = async (_: Uint8Array, count: number) => new Float32Array(count * 3).fill(Number.NaN);
  await assert.rejects(measure(fakeMeasurement(newFolder(), { model: fakeModel({ scores }) })), {
    code: "not-finite",
    message: /picture 0 of fake, clean/,
  });
});
