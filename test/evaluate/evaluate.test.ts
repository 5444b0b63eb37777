import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { makeBenchmark } from "../../src/benchmark/make.ts";
import { loadDataSet } from "../../src/data/data-set.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { handleCounts } from "../../src/engine/scope.ts";
import { type EvaluateOptions, evaluate } from "../../src/evaluate/evaluate.ts";
import { exportOnnx } from "../../src/evaluate/export-onnx.ts";
import { writeNpy } from "../../src/formats/npy.ts";
import { idx, writeTinyFashion } from "../tiny-data.ts";
import { writeTinyRun } from "./tiny-run.ts";

setThreadCount(1);

const root = mkdtempSync(join(tmpdir(), "patina-evaluate-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** Two cells only: all that is asked here is the same for one as for all. */
const few: EvaluateOptions = { only: ["gaussian_noise"], severities: [1, 5] };

const run = await writeTinyRun(root);
const first = await evaluate(run, few);
const accuracies = ({ evaluation }: typeof first) => [
  evaluation.clean.correct,
  ...evaluation.columns[0]!.cells.map(({ correct }) => correct),
];

test("a run is evaluated on the test pictures of its own data, into its folder", () => {
  const { evaluation, file, measured } = first;
  assert.equal(file, join(run, "evaluation", "evaluation.json"));
  assert.equal(measured, 2);
  assert.deepEqual([evaluation.model.kind, evaluation.model.name], ["run", basename(run)]);
  const { name, part, count, total, shape } = evaluation.data;
  assert.deepEqual(
    { name, part, count, total, shape },
    {
      name: "fashion-mnist",
      part: "test",
      count: 40,
      total: 40,
      shape: [28, 28, 1],
    },
  );
  assert.equal(evaluation.columns[0]!.origin, "generated@1");
  assert.deepEqual(readdirSync(join(run, "evaluation", "generated@1")).sort(), [
    "gaussian_noise-1.safetensors",
    "gaussian_noise-5.safetensors",
  ]);
});

test("nothing of the model stays in memory", async () => {
  const { live } = handleCounts();
  await evaluate(run, few);
  assert.equal(handleCounts().live, live);
});

test("the ONNX file of a run evaluates to the same accuracy as the run", async () => {
  const file = join(root, "exported.onnx");
  await exportOnnx(run, file);
  const result = await evaluate(file, { ...few, dataSet: run });
  assert.deepEqual(accuracies(result), accuracies(first));
  const { digest } = first.evaluation.data;
  assert.equal(result.file, join(`${file}.evaluation`, `${basename(run)}-${digest.slice(0, 8)}`, "evaluation.json"));
});

for (const name of ["000001", "best"])
  test(`checkpoint ${name} of the same weights evaluates to the same accuracy, into a folder of its own`, async () => {
    const result = await evaluate(run, { ...few, checkpoint: name });
    assert.deepEqual(accuracies(result), accuracies(first));
    assert.equal(result.evaluation.model.kind, "checkpoint");
    assert.equal(result.file, join(run, "evaluation", `checkpoint-${name}`, "evaluation.json"));
  });

test("a subset holds the pixels of the whole, and leaves the results of the whole as they are", async () => {
  const before = readFileSync(first.file);
  const { evaluation, file } = await evaluate(run, { ...few, subset: 10 });
  assert.deepEqual([evaluation.data.count, evaluation.data.total], [10, 40]);
  assert.equal(file, join(run, "evaluation", "subset-10", "evaluation.json"));
  assert.ok(readFileSync(first.file).equals(before));
});

test("a corruption of another size's suite is measured where it is asked for, and kept", async () => {
  const out = join(root, "other-suite");
  await evaluate(run, { out, only: ["perlin_noise"], severities: [1] });
  const { evaluation } = await evaluate(run, { ...few, out });
  assert.deepEqual(
    evaluation.columns[0]!.cells.map(({ corruption, severity }) => `${corruption} ${severity}`),
    ["gaussian_noise 1", "gaussian_noise 5", "perlin_noise 1"],
  );
});

for (const subset of [undefined, 10])
  test(`a benchmark made of PNG files has the pictures that are made on the fly, in their order: ${subset ?? "all"}`, async () => {
    const out = join(root, `png-results-${subset}`);
    const made = await evaluate(run, { ...few, out, subset });
    const official = join(root, "png");
    const data = await loadDataSet("fashion-mnist", join(root, "data"));
    await makeBenchmark(official, { data, corruptions: ["gaussian_noise"], severities: [1, 5], layout: "png" });
    const read = await evaluate(run, { ...few, out, subset, official });
    assert.equal(read.measured, 2); // other files, so measured again
    assert.deepEqual(read.evaluation.columns[0]!.cells, made.evaluation.columns[0]!.cells);
  });

test("a known data set is looked for where that of the run lay", async () => {
  const { evaluation } = await evaluate(run, { ...few, dataSet: "fashion-mnist", out: join(root, "named") });
  assert.equal(evaluation.data.digest, first.evaluation.data.digest);
});

test("held-out pictures are those that training held out", async () => {
  const { evaluation } = await evaluate(run, { ...few, part: "held" });
  assert.deepEqual([evaluation.data.part, evaluation.data.count], ["held", 40]);
});

test("published arrays are another origin, with a column of their own", async () => {
  const folder = join(root, "official");
  const { test: pictures } = await loadDataSet("fashion-mnist", join(root, "data"));
  const bytes = new Uint8Array(200 * 784);
  for (let row = 0; row < 200; row++) pictures.store.readInto(row % 40, bytes, row * 784);
  writeArrays(
    folder,
    { fog: bytes },
    [...Array(5)].flatMap(() => [...pictures.labels]),
  );
  const { evaluation } = await evaluate(run, { official: folder, only: ["fog"] });
  const official = evaluation.columns.find(({ origin }) => origin === "official")!;
  // The "corrupted" pictures are the clean ones.
  for (const { correct } of official.cells) assert.equal(correct, evaluation.clean.correct);
  assert.deepEqual(evaluation.columns.map(({ origin }) => origin).sort(), ["generated@1", "official"]);
});

/** The layout of CIFAR-10-C. */
function writeArrays(folder: string, arrays: Record<string, Uint8Array>, labels: readonly number[]): void {
  rmSync(folder, { recursive: true, force: true });
  const write = (name: string, shape: number[], bytes: Uint8Array) =>
    writeFileSync(join(folder, `${name}.npy`), writeNpy({ dtype: "uint8", shape, bytes }));
  mkdirSync(folder);
  for (const [name, bytes] of Object.entries(arrays)) write(name, [bytes.length / 784, 28, 28, 1], bytes);
  write("labels", [labels.length], Uint8Array.from(labels));
}

test("a missing corruption file is an error that names it and the others", async () => {
  await assert.rejects(evaluate(run, { official: join(root, "official"), suites: ["c15"] }), {
    code: "file-missing",
    message: /gaussian_noise.*(missing|not there)/,
  });
});

test("an array of four severities is an error that names both counts", async () => {
  const folder = join(root, "short");
  writeArrays(
    folder,
    { fog: new Uint8Array(160 * 784) },
    Array(200)
      .fill(0)
      .map((_, row) => row % 10),
  );
  await assert.rejects(evaluate(run, { official: folder, only: ["fog"] }), {
    code: "data",
    message: /holds 160 pictures/,
  });
});

for (const [what, options, code, message] of [
  ["an unknown corruption", { only: ["fgo"] }, "unknown-name", /unknown corruption "fgo"\. Did you mean "fog"\?/],
  [
    "an unknown data set",
    { dataSet: "cifar11" },
    "unknown-name",
    /unknown data set "cifar11"\. Did you mean "cifar10"\?/,
  ],
  ["a subset larger than the set", { subset: 41 }, "argument", /there are 40/],
  [
    "a checkpoint that is not there",
    { checkpoint: "000009" },
    "run",
    /has no checkpoint "000009"\. It has: 000001, best\./,
  ],
  ["a folder of data sets that is not there", { dataFolder: join(root, "nodir") }, "file-missing", /is not there/],
  ["another model that is not there", { against: join(root, "none") }, "file-missing", /none: the model to compare/],
  [
    "a suite that is needed and would not be whole",
    { needs: ["c15"] },
    "usage",
    /c15: its mean is asked for, but gaussian_noise at severity 2 would not be measured\. Add --suite c15/,
  ],
  ["a device that is not there", { device: "cuda:7" }, "unknown-name", /device "cuda:7" is not there/],
  ["held-out pictures of published files", { part: "held", official: root }, "usage", /--on held goes with/],
  ["a preparation of pictures", { input: { range: 1 } }, "usage", /a run knows how its pictures are prepared/],
] as const)
  test(`${what} is an error`, async () => {
    await assert.rejects(evaluate(run, { ...few, ...options } as EvaluateOptions), { code, message });
  });

test("a run that has not come to its end is an error that says how to go on", async () => {
  const unfinished = await writeTinyRun(root, { isUnfinished: true });
  await assert.rejects(evaluate(unfinished, few), { code: "run", message: /patina train --resume/ });
});

test("a path where nothing is, is an error", async () => {
  await assert.rejects(evaluate(join(root, "none"), few), { code: "file-missing" });
});

test("a run whose recorded accuracy is another one is an error", async () => {
  const recorded = await writeTinyRun(root, { testAccuracy: 0.99 });
  await assert.rejects(evaluate(recorded, few), { code: "run", message: /journal\.jsonl says 99\.00 %/ });
});

test("a recorded accuracy says nothing of other pictures: a subset, or those held out, are measured", async () => {
  const recorded = await writeTinyRun(root, { testAccuracy: 0.99 });
  assert.equal((await evaluate(recorded, { ...few, subset: 10 })).measured, 2);
  assert.equal((await evaluate(recorded, { ...few, part: "held" })).measured, 2);
});

test("a reference that was not evaluated is an error with what to type", async () => {
  const other = await writeTinyRun(root, { seed: 2 });
  await assert.rejects(evaluate(run, { ...few, reference: other, subset: 10 }), {
    code: "run",
    message: new RegExp(
      `patina evaluate ${other} --only gaussian_noise --severity 1 --severity 5 --subset 10$`.replaceAll("/", "\\/"),
    ),
  });
});

test("a reference that was trained on other data is an error that says so, since measuring it again would not help", async () => {
  const other = await writeTinyRun(root, { seed: 2 });
  const path = join(other, "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...manifest, data: { ...manifest.data, name: "cifar10", test: "others" } }));
  await assert.rejects(evaluate(run, { ...few, reference: other }), {
    code: "data",
    message: /the reference was trained on cifar10, and this model is measured on fashion-mnist: other pictures/,
  });
});

test("a file as a reference that was not evaluated is told with the data set to measure it on", async () => {
  const file = join(root, "reference.onnx");
  await exportOnnx(run, file);
  await assert.rejects(evaluate(run, { ...few, reference: file }), {
    code: "run",
    message: /patina evaluate .*reference\.onnx --data-set .*tiny-.* --only gaussian_noise/,
  });
});

test("a reference that lacks cells is an error with what to type", async () => {
  const other = await writeTinyRun(root, { seed: 2 });
  await evaluate(other, { only: ["gaussian_noise"], severities: [1] });
  await assert.rejects(evaluate(run, { ...few, reference: other }), { code: "run", message: /lacks 1 of these cells/ });
});

test("another run is compared picture by picture", async () => {
  const other = await writeTinyRun(root, { seed: 2 });
  await evaluate(other, few);
  const { evaluation } = await evaluate(run, { ...few, against: other });
  assert.equal(evaluation.comparison!.cells.length, 2);
  const { onlyThis, onlyOther } = evaluation.comparison!.clean;
  assert.equal(
    onlyThis - onlyOther,
    evaluation.clean.correct - Math.round(40 * evaluation.comparison!.against.cleanAccuracy),
  );
});

test("a file is compared with the run on whose data it is measured, though the run's own words for them are others", async () => {
  const file = join(root, "compared.onnx");
  await exportOnnx(run, file);
  const { evaluation } = await evaluate(file, { ...few, dataSet: run, against: run });
  assert.equal(evaluation.comparison!.cells.length, 2);
  assert.equal(evaluation.comparison!.clean.p, 1);
});

test("results of two origins are not compared", async () => {
  const other = await writeTinyRun(root, { seed: 2 });
  await evaluate(other, few);
  await assert.rejects(evaluate(run, { official: join(root, "official"), only: ["fog"], against: other }), {
    code: "data",
    message: /evaluated on generated@1, not on official/,
  });
});

test("pictures that the run was trained on are refused, with their number", async () => {
  // Another folder of the data set, whose test pictures are the training pictures.
  const folder = mkdtempSync(join(tmpdir(), "patina-leak-"));
  const leaked = await writeTinyRun(folder);
  const files = join(folder, "other", "fashion-mnist");
  writeTinyFashion(join(folder, "other"), { train: 200, test: 40 });
  for (const kind of ["images-idx3", "labels-idx1"]) {
    const whole = readFileSync(join(files, `train-${kind}-ubyte`));
    const header = kind === "images-idx3" ? 16 : 8;
    const each = kind === "images-idx3" ? 784 : 1;
    const shape = kind === "images-idx3" ? [40, 28, 28] : [40];
    writeFileSync(join(files, `t10k-${kind}-ubyte`), idx(shape, whole.subarray(header, header + 40 * each)));
  }
  await assert.rejects(evaluate(leaked, { ...few, dataFolder: join(folder, "other") }), {
    code: "data",
    message: /\d\d of the 40 pictures are copies of those that .* was trained on/,
  });
  rmSync(folder, { recursive: true, force: true });
});

test("data that are others than those trained on are an error", async () => {
  const other = join(root, "shrunk");
  writeTinyFashion(other, { train: 100, test: 40 });
  await assert.rejects(evaluate(run, { ...few, dataFolder: other }), {
    code: "run",
    message: /was trained on other pictures/,
  });
});
