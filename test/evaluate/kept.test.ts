/** What was measured before: kept where it is of the same, measured anew or left out where it is not. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { frostNotes } from "../../src/benchmark/generated.ts";
import type { BenchmarkSource } from "../../src/benchmark/source.ts";
import type { Severity } from "../../src/corrupt/define.ts";
import { readCell, writeCell } from "../../src/evaluate/cell-file.ts";
import { fakeMeasurement, fakeModel, fakePictures, fakeSource } from "./fakes.ts";
import { measure, newFolder } from "./measured.ts";

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
