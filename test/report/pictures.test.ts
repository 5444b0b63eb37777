/** The pictures of a report are those that were measured, corrupted as when they were measured. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { corruptPicture, type Severity, severities } from "../../src/corrupt/index.ts";
import { loadDataSet } from "../../src/data/data-set.ts";
import { digestOfSome, pictureAt } from "../../src/data/picture-set.ts";
import { chooseSubset } from "../../src/data/subset.ts";
import { cellFile, readCell, writeCell } from "../../src/evaluate/cell-file.ts";
import { decodePicture } from "../../src/pictures/codec.ts";
import { cropAt } from "../../src/pictures/resize.ts";
import { findMistakes, placesOf } from "../../src/report/mistakes.ts";
import { PictureMaker } from "../../src/report/pictures.ts";
import { type RunRecord, readRuns } from "../../src/report/run-record.ts";
import { writeTinyFashion } from "../tiny-data.ts";
import { writeSampleRun } from "./sample-run.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-pictures-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const dataFolder = join(folder, "data");
writeTinyFashion(dataFolder, { train: 40, test: 40 });
const data = await loadDataSet("fashion-mnist", dataFolder);
const maker = new PictureMaker({});

let runs = 0;
function sample(corruptions: readonly string[]): RunRecord {
  const path = writeSampleRun(join(folder, `runs${runs++}`), { data, dataFolder, corruptions });
  return readRuns([path])[0]!;
}

const decode = (uri: string) => decodePicture(Buffer.from(uri.split(",")[1]!, "base64"), "test", { channels: 1 });
const corrupted = (index: number, corruption: string, severity: Severity) =>
  corruptPicture(pictureAt(data.test, index), { corruption, severity, dataSet: data.name, index });

/** Evaluated on pictures with that digest. */
const on = (run: RunRecord, changes: Partial<NonNullable<RunRecord["evaluation"]>["data"]>): RunRecord => ({
  ...run,
  evaluation: { ...run.evaluation!, data: { ...run.evaluation!.data, ...changes } },
});

async function sheetsOf(run: RunRecord) {
  const pictures = await maker.picturesOf(run);
  assert.ok(!("reason" in pictures));
  return pictures.sheets;
}

async function mistakesOf(run: RunRecord) {
  const found = (await findMistakes(run, maker)).get("generated@1")!;
  assert.ok("cells" in found, JSON.stringify(found));
  return found.cells;
}

test("each mistake is shown by the very picture that was taken for another", async () => {
  const run = sample(["fog"]);
  for (const { corruption, severity, mistakes } of await mistakesOf(run)) {
    assert.ok(!("reason" in mistakes));
    const { cell } = readCell(cellFile(run.evaluationFolder!, "generated@1", corruption, severity));
    const places = placesOf(cell);
    assert.equal(mistakes.length, places.length);
    for (const [at, index] of places.entries())
      assert.deepEqual((await decode(mistakes[at]!.picture)).bytes, corrupted(index, corruption, severity).bytes);
  }
});

test("a sheet has a picture of each class from left to right, and severities 1 to 5 from top to bottom", async () => {
  const sheets = await sheetsOf(sample(["fog"]));
  assert.ok("key" in sheets);
  const { uri, side, gap } = sheets.corrupted.get("fog")!;
  const sheet = await decode(uri);
  for (const severity of severities)
    for (let label = 0; label < 4; label++) {
      const place = { top: gap + (severity - 1) * (side + gap), left: gap + label * (side + gap) };
      const shown = cropAt(sheet, place, { height: side, width: side });
      const index = data.test.labels.indexOf(label);
      assert.deepEqual(shown.bytes, corrupted(index, "fog", severity).bytes, `class ${label}, severity ${severity}`);
    }
});

test("of a part the sheets show pictures that were measured", async () => {
  const run = sample(["fog"]);
  const indices = chooseSubset(data.test.labels, 10);
  const sheets = await sheetsOf(on(run, { count: 10, digest: digestOfSome(data.test, indices) }));
  assert.ok("key" in sheets);
  const { uri, side, gap } = sheets.clean;
  const shown = cropAt(await decode(uri), { top: gap, left: gap }, { height: side, width: side });
  const first = indices.find((index) => data.test.labels[index] === 0)!;
  assert.notEqual(first, data.test.labels.indexOf(0)); // or the test would say nothing
  assert.deepEqual(shown.bytes, pictureAt(data.test, first).bytes);
});

test("of an evaluation on other pictures there are neither sheets nor mistakes, but there are training pictures", async () => {
  const run = on(sample(["fog"]), { name: "cats", digest: "other" });
  const pictures = await maker.picturesOf(run);
  assert.ok("training" in pictures && "reason" in pictures.sheets);
  assert.match(pictures.sheets.reason, /on pictures of cats that are not those of the run's data set/);
  assert.ok(pictures.training.batches.length > 0);
  assert.ok("reason" in (await findMistakes(run, maker)).get("generated@1")!);
});

test("a subset that is larger than the run's own test part is of other pictures, and no error", async () => {
  const sheets = await sheetsOf(on(sample(["fog"]), { name: "cats", digest: "other", count: 500, total: 900 }));
  assert.ok("reason" in sheets);
});

test("of frost with other textures than here no mistakes are shown; those of other corruptions are, wherever they were made", async () => {
  const run = sample(["fog", "frost"]);
  const rename = (corruption: string, source: (own: string) => string) => {
    for (const severity of severities) {
      const file = cellFile(run.evaluationFolder!, "generated@1", corruption, severity);
      const { cell, key } = readCell(file);
      writeCell(file, cell, { ...key, source: source(key.source) });
    }
  };
  rename("frost", (own) => own.replace(/ \w+$/, " photographs"));
  rename("fog", () => "of files that patina corrupt made");
  const cells = await mistakesOf(run);
  const without = cells.filter(({ mistakes }) => "reason" in mistakes).map(({ corruption }) => corruption);
  const all = cells.map(({ corruption }) => corruption);
  assert.deepEqual([...new Set(without)], ["frost"]);
  assert.ok(all.includes("fog"));
});

test("a cell that was measured with other weights than the evaluation's shows no mistakes", async () => {
  const run = sample(["fog"]);
  const file = cellFile(run.evaluationFolder!, "generated@1", "fog", 5);
  const { cell, key } = readCell(file);
  writeCell(file, cell, { ...key, weights: "others" });
  const found = (await findMistakes(run, maker)).get("generated@1")!;
  assert.ok("reason" in found);
  assert.match(found.reason, /is not what evaluation\.json was made of/);
});
