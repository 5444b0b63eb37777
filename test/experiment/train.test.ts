/** Training as a library call: mistakes are told before anything is written. What is trained: test/train/. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { resume, train } from "../../src/experiment/train.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-library-"));
const runsFolder = join(folder, "runs");
after(() => rmSync(folder, { recursive: true, force: true }));

const least = { data: "cifar10", model: { kind: "wide-resnet" } } as const;

test("an object is checked as a file is, and named by the name of its runs", async () => {
  const wrong = { ...least, train: { epochs: 0 } };
  await assert.rejects(train(wrong, { runsFolder }), { message: /^experiment: "train\.epochs" must be at least 1/ });
  await assert.rejects(train(wrong, { name: "robust", runsFolder }), { message: /^robust: "train\.epochs" must be/ });
});

test("one-off changes are made of an object and of a known name", async () => {
  for (const experiment of [least, "cifar10"]) {
    await assert.rejects(train(experiment, { set: ["train.epoch=3"], runsFolder }), {
      code: "usage",
      message: '--set train.epoch=3: unknown key "train.epoch". Did you mean "train.epochs"?',
    });
    await assert.rejects(train(experiment, { set: ["train.epochs=0"], runsFolder }), {
      code: "experiment",
      message: /"train\.epochs" must be at least 1, but is 0\.$/,
    });
  }
});

test("a data set that is not there is an error before anything is written", async () => {
  await assert.rejects(train(least, { dataFolder: folder, runsFolder }), { code: "data" });
  assert.equal(existsSync(runsFolder), false);
});

test("what is no run cannot be resumed", async () => {
  await assert.rejects(resume(folder), { code: "run", message: /is not the folder of a run/ });
});
