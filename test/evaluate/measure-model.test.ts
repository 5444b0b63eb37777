import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { frostNotes } from "../../src/benchmark/generated.ts";
import type { BenchmarkSource } from "../../src/benchmark/source.ts";
import { type Severity, severities } from "../../src/corrupt/define.ts";
import { suiteCorruptions } from "../../src/corrupt/suites.ts";
import { PatinaError } from "../../src/errors.ts";
import { readCell, writeCell } from "../../src/evaluate/cell-file.ts";
import { Evaluation } from "../../src/evaluate/evaluation.ts";
import { type Measurement, measureModel } from "../../src/evaluate/measure-model.ts";
import type { EvaluationProgress } from "../../src/evaluate/progress.ts";
import { fakeMeasurement, fakeModel, fakePictures, fakeSource, shape } from "./fakes.ts";
import { assertNear } from "./near.ts";

const root = mkdtempSync(join(tmpdir(), "patina-measure-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => join(root, String(folders++));

const allOf = (names: readonly string[]) =>
  names.flatMap((corruption) => severities.map((severity) => ({ corruption, severity })));
const c = suiteCorruptions("c", shape);
const bar = suiteCorruptions("c-bar", shape);

/** Measures, and gives what was told beside the result. */
async function measure(measurement: Measurement) {
  const told: EvaluationProgress[] = [];
  const result = await measureModel({ ...measurement, report: (progress) => told.push(progress) });
  const warnings = told.flatMap((progress) => (progress.kind === "warning" ? [progress.text] : []));
  return { ...result, column: result.evaluation.columns[0]!, told, warnings };
}

test("one wrong of ten clean pictures, and 1, 2 and 3 of ten at severity 1 to 3, are counted so", async () => {
  const { evaluation, column } = await measure(fakeMeasurement(newFolder()));
  assert.equal(evaluation.clean.correct, 9);
  assert.equal(evaluation.clean.accuracy, 0.9);
  assert.deepEqual(
    column.cells.map(({ corruption, severity, count, correct, accuracy }) => [
      corruption,
      severity,
      count,
      correct,
      accuracy,
    ]),
    [
      ["fog", 1, 10, 9, 0.9],
      ["fog", 2, 10, 8, 0.8],
      ["fog", 3, 10, 7, 0.7],
    ],
  );
});

test("intervals of cells are Wilson's: 7 of 10", async () => {
  const { column } = await measure(fakeMeasurement(newFolder()));
  const [low, high] = column.cells[2]!.range;
  assertNear(low, 0.3967781, 1e-6); // statsmodels: proportion_confint(7, 10, method="wilson")
  assertNear(high, 0.8922087, 1e-6);
});

test("confidence is the softmax of the highest score, so the calibration error is its gap to the accuracy", async () => {
  const { column } = await measure(fakeMeasurement(newFolder()));
  const confidence = Math.exp(2) / (Math.exp(2) + 2); // scores 2, 0, 0
  assertNear(column.cells[2]!.calibrationError, Math.abs(0.7 - confidence), 1e-6);
  assertNear(evaluationConfidence(column.reliability), confidence, 1e-6);
});
const evaluationConfidence = (bins: readonly { count: number; confidence: number }[]) =>
  bins.find(({ count }) => count > 0)!.confidence;

test("a corruption without one of its severities has cells, but no mean", async () => {
  const { column } = await measure(fakeMeasurement(newFolder()));
  assert.deepEqual([column.corruptions, column.suites], [[], []]);
});

test("suites are the means of their corruptions, and those that lack one are not there", async () => {
  // 8 of 10 right everywhere in C, but 3 in speckle noise, which is not in C15: (18 · 0.8 + 0.3) / 19.
  const source = fakeSource(10, (corruption) => (corruption === "speckle_noise" ? 7 : 2));
  const { column } = await measure(fakeMeasurement(newFolder(), { source, names: allOf(c) }));
  assert.deepEqual(
    column.suites.map(({ suite }) => suite),
    ["c", "c15"],
  );
  assertNear(column.suites[0]!.accuracy.value, (18 * 0.8 + 0.3) / 19, 1e-12);
  assertNear(column.suites[1]!.accuracy.value, 0.8, 1e-12);
});

test("with both suites measured, the 24 without the noise of single pixels have a mean too", async () => {
  const noisy = ["gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise", "blue_noise_sample"];
  const source = fakeSource(4, (corruption) => (noisy.includes(corruption) ? 4 : 1));
  const names = allOf([...c, ...bar]);
  const { column } = await measure(fakeMeasurement(newFolder(), { source, pictures: fakePictures(4), names }));
  const suite = column.suites.at(-1)!;
  assert.deepEqual([suite.suite, suite.corruptions.length, suite.accuracy.value], ["without-pixel-noise", 24, 0.75]);
});

test("the interval of a corruption is by bootstrap over pictures: the same pictures wrong at all severities leave it wide", async () => {
  const source = fakeSource(10, () => 5); // a picture is right in all five cells, or in none
  const { column } = await measure(fakeMeasurement(newFolder(), { source, names: allOf(["fog"]) }));
  const { value, range } = column.corruptions[0]!.accuracy;
  // Binomial(10, 1/2) / 10: 2.5 and 97.5 % lie at 0.2 and 0.8 (P(k <= 1) = 0.011, P(k <= 2) = 0.055).
  assert.deepEqual([value, range], [0.5, [0.2, 0.8]]);
});

test("the calibration error of a corruption is that of its five severities together", async () => {
  const source = fakeSource(10, (_, severity) => severity * 2);
  const { column } = await measure(fakeMeasurement(newFolder(), { source, names: allOf(["fog"]) }));
  assertNear(column.corruptions[0]!.calibrationError, Math.abs(0.4 - Math.exp(2) / (Math.exp(2) + 2)), 1e-6);
});

test("what is written follows the schema, and is what was returned", async () => {
  const { evaluation, file } = await measure(fakeMeasurement(newFolder()));
  assert.deepEqual(Evaluation.parse(JSON.parse(readFileSync(file, "utf8"))), evaluation);
});

test("batches of any size give the same evaluation", async () => {
  const results = [];
  for (const batch of [1, 3, 10, 64]) results.push(await measure(fakeMeasurement(newFolder(), { batch })));
  for (const { evaluation } of results.slice(1)) assert.deepEqual(evaluation, results[0]!.evaluation);
});

test("a second call measures nothing, and asks the model nothing", async () => {
  const folder = newFolder();
  const first = await measure(fakeMeasurement(folder));
  const model = fakeModel();
  const source = fakeSource(10, (_, severity) => severity);
  const second = await measure(fakeMeasurement(folder, { model, source }));
  assert.deepEqual([first.measured, second.measured, model.asked, source.reads], [3, 0, [], []]);
  assert.deepEqual(second.evaluation, first.evaluation);
});

test("a second call measures what is missing only, and keeps the rest", async () => {
  const folder = newFolder();
  const first = await measure(fakeMeasurement(folder));
  rmSync(join(folder, "generated@1", "fog-2.safetensors"));
  const source = fakeSource(10, (_, severity) => severity);
  const second = await measure(fakeMeasurement(folder, { source }));
  assert.deepEqual(source.reads, ["fog 2"]);
  assert.deepEqual(second.evaluation, first.evaluation);
});

test("a call for other cells keeps those that were measured before in the same column", async () => {
  const folder = newFolder();
  await measure(fakeMeasurement(folder));
  const { column } = await measure(fakeMeasurement(folder, { names: [{ corruption: "snow", severity: 1 }] }));
  assert.deepEqual(
    column.cells.map(({ corruption, severity }) => `${corruption} ${severity}`),
    ["snow 1", "fog 1", "fog 2", "fog 3"],
  );
});

for (const [what, changes, says] of [
  ["other weights", { model: fakeModel({ digest: "weights-2" }) }, /other weights/],
  ["another preparation", { model: fakeModel({ preparation: "in [0,255]" }) }, /prepared in another way/],
  ["other pictures", { pictures: fakePictures(10, 2) }, /other pictures/],
  ["another making", { source: fakeSource(10, () => 0, { identity: () => "other frost" }) }, /another making/],
] as const)
  test(`cells of ${what} are never taken for these: they are measured anew, and that is said`, async () => {
    const folder = newFolder();
    await measure(fakeMeasurement(folder));
    const { measured, warnings } = await measure(fakeMeasurement(folder, changes));
    assert.equal(measured, 3);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, says);
    assert.match(warnings[0]!, /^.*: 3 cells are of .*; they are measured anew\.$/);
  });

test("results of two origins stand in two columns", async () => {
  const folder = newFolder();
  await measure(fakeMeasurement(folder));
  const source = fakeSource(10, () => 9, { origin: "official" });
  const { evaluation } = await measure(fakeMeasurement(folder, { source }));
  assert.deepEqual(
    evaluation.columns.map(({ origin, cells }) => [origin, cells.map(({ correct }) => correct)]),
    [
      ["official", [1, 1, 1]],
      ["generated@1", [9, 8, 7]],
    ],
  );
});

test("cells of files that are not open now stay in their column", async () => {
  const folder = newFolder();
  const official = (corruptions: readonly string[]) =>
    fakeSource(10, () => 5, { origin: "official", corruptions, identity: (corruption) => `file of ${corruption}` });
  await measure(fakeMeasurement(folder, { source: official(["fog"]) }));
  const names = [{ corruption: "ripple", severity: 1 as Severity }];
  const { column } = await measure(fakeMeasurement(folder, { source: official(["ripple"]), names }));
  assert.deepEqual(
    column.cells.map(({ corruption }) => corruption),
    ["ripple", "fog", "fog", "fog"],
  );
});

/** Cells of fog from files, then of ripple from others of the same origin. */
async function measureTwice(folder: string, changes: Partial<BenchmarkSource>, between: () => void = () => {}) {
  const official = (corruptions: readonly string[], more: Partial<BenchmarkSource> = {}) =>
    fakeSource(10, () => 5, { origin: "official", corruptions, ...more });
  await measure(fakeMeasurement(folder, { source: official(["fog"], changes) }));
  between();
  const names = [{ corruption: "ripple", severity: 1 as Severity }];
  return measure(fakeMeasurement(folder, { source: official(["ripple"], { notes: ["Of ripple."] }), names }));
}

test("notes of cells that stay in their column stay too, each once", async () => {
  const { column } = await measureTwice(newFolder(), { notes: ["Of fog.", "Of ripple."] });
  assert.deepEqual(column.notes, ["Of ripple.", "Of fog."]);
});

test("a note of frost does not stay where no cell of frost does", async () => {
  const { column } = await measureTwice(newFolder(), { notes: [frostNotes.procedural, "Of fog."] });
  assert.deepEqual(column.notes, ["Of ripple.", "Of fog."]);
});

test("a kept cell whose file is gone is left out, and that is said: it cannot be measured from what is open", async () => {
  const folder = newFolder();
  const { column, warnings } = await measureTwice(folder, {}, () =>
    rmSync(join(folder, "official", "fog-2.safetensors")),
  );
  assert.deepEqual(
    column.cells.map(({ corruption, severity }) => `${corruption} ${severity}`),
    ["ripple 1", "fog 1", "fog 3"],
  );
  assert.match(warnings.join(), /1 cell of official, measured before, is left out/);
});

for (const part of ["weights", "preparation", "pictures"] as const)
  test(`a kept cell whose file is of other ${part} now is left out, and that is said`, async () => {
    const folder = newFolder();
    const path = join(folder, "official", "fog-2.safetensors");
    const { column, warnings } = await measureTwice(folder, {}, () => {
      const { cell, key } = readCell(path);
      writeCell(path, cell, { ...key, [part]: "others" });
    });
    assert.equal(column.cells.length, 3);
    assert.match(warnings.join(), /1 cell of official, measured before, is left out/);
  });

test("the calibration of all columns follows the rule that is asked for, also of those measured before", async () => {
  const folder = newFolder();
  // Scores of 60 and more apart: a confidence of exactly 1, which the two rules put into other bins.
  const sure = async (bytes: Uint8Array, count: number) =>
    (await fakeModel().scores(bytes, count)).map((score) => 40 * score);
  const model = fakeModel({ scores: sure });
  const official = { source: fakeSource(10, () => 5, { origin: "official" }), model };
  const made = { source: fakeSource(10, () => 5), model };
  await measure(fakeMeasurement(folder, official));
  const { evaluation } = await measure(fakeMeasurement(folder, { ...made, edges: "textbook" }));
  const lastBins = (bins: readonly { count: number }[]) => bins.slice(-2).map(({ count }) => count);
  assert.equal(evaluation.computed.edges, "textbook");
  assert.deepEqual(lastBins(evaluation.clean.reliability), [10, 0]);
  assert.deepEqual(
    evaluation.columns.map(({ origin, reliability }) => [origin, lastBins(reliability)]),
    [
      ["generated@1", [30, 0]],
      ["official", [30, 0]],
    ],
  );
});

test("columns say what computed their cells, each device and program once, in what was measured before too", async () => {
  const folder = newFolder();
  const on = (device: string) => fakeModel({ computed: { device, precision: "float32", program: "fake 1" } });
  const [graphics, processor] = ["cuda:0", "cpu"].map((device) => ({
    device,
    precision: "float32",
    program: "fake 1",
  }));
  await measure(fakeMeasurement(folder, { model: on("cuda:0") }));
  const names = [1, 4].map((severity) => ({ corruption: "fog", severity: severity as Severity }));
  const { evaluation } = await measure(fakeMeasurement(folder, { model: on("cpu"), names }));
  assert.deepEqual(evaluation.computed, graphics);
  assert.deepEqual(evaluation.columns[0]!.computed, [graphics, processor]);
  const official = fakeSource(10, () => 5, { origin: "official" });
  const both = await measure(fakeMeasurement(folder, { model: on("cpu"), source: official }));
  assert.deepEqual(
    both.evaluation.columns.map(({ computed }) => computed),
    [[processor], [graphics, processor]],
  );
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

test("a cell file that was changed is an error that names it and says what to do", async () => {
  const folder = newFolder();
  await measure(fakeMeasurement(folder));
  const path = join(folder, "generated@1", "fog-2.safetensors");
  const bytes = readFileSync(path);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(path, bytes);
  await assert.rejects(measure(fakeMeasurement(folder)), (error: Error & { code: string }) => {
    assert.equal(error.code, "file-damaged");
    assert.ok(error.message.includes(path) && /Delete it .* measured anew/.test(error.message), error.message);
    return true;
  });
});

test("a cell file that was cut is an error", async () => {
  const folder = newFolder();
  await measure(fakeMeasurement(folder));
  const path = join(folder, "generated@1", "fog-1.safetensors");
  writeFileSync(path, readFileSync(path).subarray(0, -8));
  await assert.rejects(measure(fakeMeasurement(folder)), { code: "file-damaged" });
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
