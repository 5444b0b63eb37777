import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Severity, severities } from "../../src/corrupt/define.ts";
import { suiteCorruptions } from "../../src/corrupt/suites.ts";
import { type Cell, cellFile, cleanFile, readCell, writeCell } from "../../src/evaluate/cell-file.ts";
import { compareSides } from "../../src/evaluate/compare.ts";
import { findEvaluation } from "../../src/evaluate/evaluation-file.ts";
import { type Measurement, measureModel, type OtherEvaluation } from "../../src/evaluate/measure-model.ts";
import type { EvaluationProgress } from "../../src/evaluate/progress.ts";
import { fakeMeasurement, fakeModel, fakePictures, fakeSource, shape } from "./fakes.ts";
import { assertNear } from "./near.ts";

const root = mkdtempSync(join(tmpdir(), "patina-compare-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => join(root, String(folders++));

const fog = severities.map((severity) => ({ corruption: "fog", severity }));
const c15 = suiteCorruptions("c15", shape).flatMap((corruption) =>
  severities.map((severity) => ({ corruption, severity })),
);

/** A model that calls these pictures of every batch by another class than the rest of the world; batches are whole cells. */
function mistaken(name: string, places: readonly number[]) {
  const right = fakeModel();
  return fakeModel({
    name,
    digest: name,
    async scores(bytes, count) {
      const scores = await right.scores(bytes, count);
      for (const place of places) {
        const [red, green, blue] = scores.subarray(3 * place, 3 * place + 3);
        scores.set([blue!, red!, green!], 3 * place);
      }
      return scores;
    },
  });
}

/** An evaluation as another one finds it. */
async function evaluated(changes: Partial<Measurement>): Promise<OtherEvaluation> {
  const folder = newFolder();
  const { evaluation } = await measureModel(fakeMeasurement(folder, { batch: 10, ...changes }));
  return { folder, evaluation };
}

/** The benchmark: the first `severity` pictures of ten are unlike their labels. */
const wrong = (_: string, severity: Severity) => severity;

test("corruption errors are those of the model in percent of the reference's, over all severities", async () => {
  // The reference is wrong in 1 of 10 clean pictures and in 1 to 5 of fog; the model in one more of each: picture 9.
  const reference = await evaluated({ names: fog });
  const model = mistaken("worse", [9]);
  const { evaluation } = await measureModel(fakeMeasurement(newFolder(), { batch: 10, names: fog, model, reference }));
  const [result] = evaluation.columns[0]!.corruptions;
  assertNear(result!.error, (100 * (2 + 3 + 4 + 5 + 6)) / (1 + 2 + 3 + 4 + 5), 1e-9);
  assertNear(result!.relativeError, (100 * (0.4 - 0.2)) / (0.3 - 0.1), 1e-9);
  assert.deepEqual(evaluation.reference, { name: "fake", digest: "weights-1", cleanAccuracy: 0.9 });
});

test("mCE of a suite is the mean of its corruptions' errors: 100 against itself", async () => {
  const reference = await evaluated({ names: c15 });
  const { evaluation } = await measureModel(fakeMeasurement(newFolder(), { batch: 10, names: c15, reference }));
  const [suite] = evaluation.columns[0]!.suites;
  assertNear(suite!.meanCorruptionError, 100, 1e-9);
  assertNear(suite!.relativeMeanCorruptionError, 100, 1e-9);
});

test("a relative error is null where the reference loses nothing to the corruption", async () => {
  const source = fakeSource(10, () => 1); // as many as of the clean pictures
  const reference = await evaluated({ names: fog, source });
  const { evaluation } = await measureModel(fakeMeasurement(newFolder(), { batch: 10, names: fog, source, reference }));
  assert.equal(evaluation.columns[0]!.corruptions[0]!.relativeError, null);
});

test("a call without a reference writes no errors, also not of columns that had them", async () => {
  const reference = await evaluated({ names: fog });
  const folder = newFolder();
  await measureModel(fakeMeasurement(folder, { batch: 10, names: fog, reference }));
  const source = fakeSource(10, wrong, { origin: "official" });
  const { evaluation } = await measureModel(fakeMeasurement(folder, { batch: 10, names: fog, source }));
  assert.equal(evaluation.reference, undefined);
  for (const { corruptions } of evaluation.columns) assert.ok(!("error" in corruptions[0]!));
});

test("a reference on other corrupted pictures is an error", async () => {
  const reference = await evaluated({ names: fog, source: fakeSource(10, () => 3) });
  await assert.rejects(measureModel(fakeMeasurement(newFolder(), { batch: 10, names: fog, reference })), {
    code: "data",
    message: /measured on other pictures \(fog at severity 1\)/,
  });
});

test("two models are compared picture by picture, cell by cell, and p is adjusted for all cells", async () => {
  // Right here only: pictures 8 and 9 in every cell, but those that the benchmark changed (0 to severity - 1).
  const against = await evaluated({ names: fog, model: mistaken("other", [8, 9]) });
  const { evaluation } = await measureModel(fakeMeasurement(newFolder(), { batch: 10, names: fog, against }));
  const comparison = evaluation.comparison!;
  assert.deepEqual([comparison.clean.onlyThis, comparison.clean.onlyOther], [2, 0]);
  assertNear(comparison.clean.p, 0.5, 1e-12); // 2 · (1/2)²
  assert.deepEqual(
    comparison.cells.map(({ severity, onlyThis, onlyOther }) => [severity, onlyThis, onlyOther]),
    severities.map((severity) => [severity, 2, 0]),
  );
  for (const { p, adjusted } of comparison.cells) {
    assertNear(p, 0.5, 1e-12);
    assert.equal(adjusted, 1); // five times a half
  }
  assert.equal(comparison.against.cleanAccuracy, 0.7);
});

test("the difference of a suite is the mean over pictures, with its interval by bootstrap", async () => {
  const against = await evaluated({ names: c15, model: mistaken("other", [5, 6, 7, 8, 9]) });
  const { evaluation } = await measureModel(fakeMeasurement(newFolder(), { batch: 10, names: c15, against }));
  const [suite] = evaluation.comparison!.suites;
  assert.equal(suite!.suite, "c15");
  assertNear(suite!.difference.value, 0.5, 1e-12);
  // Five pictures differ in all cells, five in none: Binomial(10, 1/2) / 10, whose 2.5 and 97.5 % are 0.2 and 0.8.
  assertNear(suite!.difference.range[0], 0.2, 1e-9);
  assertNear(suite!.difference.range[1], 0.8, 1e-9);
});

test("only cells that both models have are compared", async () => {
  const against = await evaluated({ names: fog.slice(0, 2) });
  const { evaluation } = await measureModel(fakeMeasurement(newFolder(), { batch: 10, names: fog, against }));
  assert.equal(evaluation.comparison!.cells.length, 2);
  assert.deepEqual(evaluation.comparison!.suites, []);
});

test("models on different corrupted pictures are not compared: an error names the cell", async () => {
  const against = await evaluated({
    names: fog,
    source: fakeSource(10, (_, severity) => (severity === 4 ? 0 : severity)),
  });
  await assert.rejects(measureModel(fakeMeasurement(newFolder(), { batch: 10, names: fog, against })), {
    code: "data",
    message: /measured on different pictures \(fog at severity 4: /,
  });
});

test("models on different clean pictures are not compared", async () => {
  const against = await evaluated({ names: fog, pictures: fakePictures(10, 2) });
  await assert.rejects(measureModel(fakeMeasurement(newFolder(), { batch: 10, names: fog, against })), {
    code: "data",
    message: /different pictures \(clean pictures: /,
  });
});

test("models that are right equally often have p = 1, whatever the shares: they are compared as whole numbers", () => {
  // Of 75 cells one picture is right in 6 here and in 4 there, the other in 11 and 13: 6/75 - 4/75 is not 13/75 - 11/75.
  assert.notEqual(6 / 75 - 4 / 75, 13 / 75 - 11 / 75);
  const side = (first: number, second: number) => ({
    clean: cellOf(0, 0),
    cells: c15.map((name, place) => ({ ...name, cell: cellOf(place < first ? 0 : 1, place < second ? 0 : 1) })),
  });
  const cellOf = (...predicted: number[]): Cell => ({
    labels: Uint16Array.of(0, 0),
    predicted: Uint16Array.from(predicted),
    confidence: Float32Array.of(1, 1),
    digest: "",
  });
  const [suite] = compareSides(side(6, 11), side(4, 13), shape).suites;
  assert.deepEqual([suite!.difference.value, suite!.p], [0, 1]);
});

for (const [what, change] of [
  ["other weights, as of a model that was trained again and not evaluated to the end", { weights: "weights-2" }],
  ["another preparation", { preparation: "in [0,255]" }],
  ["other clean pictures", { pictures: "others" }],
] as const)
  for (const part of ["a corrupted cell", "the clean pictures"])
    test(`the other model's cells are not believed where ${part} is of ${what}`, async () => {
      const against = await evaluated({ names: fog, model: fakeModel({ name: "other" }) });
      const path =
        part === "the clean pictures" ? cleanFile(against.folder) : cellFile(against.folder, "generated@1", "fog", 2);
      const { cell, key } = readCell(path);
      writeCell(path, cell, { ...key, ...change });
      await assert.rejects(measureModel(fakeMeasurement(newFolder(), { batch: 10, names: fog, against })), {
        code: "data",
        message: /is not what evaluation\.json was made of.*Evaluate other again/,
      });
    });

test("the other model's cells are not believed where they are of other corrupted pictures than its evaluation says", async () => {
  const against = await evaluated({ names: fog });
  const path = cellFile(against.folder, "generated@1", "fog", 2);
  const { cell, key } = readCell(path);
  writeCell(path, { ...cell, digest: "others" }, key);
  await assert.rejects(measureModel(fakeMeasurement(newFolder(), { batch: 10, names: fog, against })), {
    code: "data",
    message: /fog-2\.safetensors: is not what evaluation\.json was made of/,
  });
});

for (const what of ["reference", "against"] as const)
  test(`what was measured is in evaluation.json though the model of ${what} does not fit`, async () => {
    const other = await evaluated({ names: fog, source: fakeSource(10, () => 3) });
    const folder = newFolder();
    await assert.rejects(measureModel(fakeMeasurement(folder, { batch: 10, names: fog, [what]: other })), {
      code: "data",
    });
    const { columns, clean } = findEvaluation(folder)!;
    assert.deepEqual([clean.correct, columns[0]!.cells.length], [9, 5]);
  });

test("a call that names no other model says that what was measured against one is left out", async () => {
  const other = await evaluated({ names: fog, model: fakeModel({ name: "other" }) });
  const folder = newFolder();
  const whole = fakeMeasurement(folder, { batch: 10, names: fog });
  await measureModel({ ...whole, reference: other, against: other });
  const notes: string[] = [];
  const report = (progress: EvaluationProgress) => {
    if (progress.kind === "note") notes.push(progress.text);
  };
  await measureModel({ ...whole, against: other, report });
  assert.match(notes.join(), /left out.* add --reference \(other\)$/);
  const { evaluation } = await measureModel({ ...whole, report });
  assert.match(notes.join(), /add --against \(other\)$/);
  assert.deepEqual([evaluation.reference, evaluation.comparison], [undefined, undefined]);
});
