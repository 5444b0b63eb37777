/** Where evaluations lie. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { evaluationFolder, variantOf } from "../../src/evaluate/evaluation-file.ts";
import type { EvaluateOptions } from "../../src/evaluate/options.ts";
import { fakePictures } from "./fakes.ts";

const root = mkdtempSync(join(tmpdir(), "patina-places-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** Below the folder of all evaluations of a file. */
function placeOf(options: EvaluateOptions, wrong = 0): string {
  const whole = evaluationFolder("net.onnx", variantOf(options, fakePictures(10, wrong).data));
  return whole.replace("net.onnx.evaluation/", "");
}

test("two folders of one last name have results of their own: the digest of the pictures tells them apart", () => {
  const [one, other] = [placeOf({ dataSet: "a/test" }), placeOf({ dataSet: "b/test" }, 1)];
  assert.match(one, /^test-[0-9a-f]{8}$/);
  assert.match(other, /^test-[0-9a-f]{8}$/);
  assert.notEqual(one, other);
});

test("a folder that is called as a part is not taken for it", () => {
  assert.equal(placeOf({ part: "held" }), "held");
  assert.match(placeOf({ dataSet: "pictures/held" }), /^held-[0-9a-f]{8}$/);
});

test("a known data set has its name, and more words follow", () => {
  assert.equal(placeOf({ dataSet: "cifar10", subset: 100 }), "cifar10-subset-100");
});

test("a file is told from a run by what lies there, not by its name", () => {
  const file = join(root, "net.ONNX");
  const run = join(root, "run.onnx");
  writeFileSync(file, "");
  mkdirSync(run);
  assert.equal(evaluationFolder(file, {}), `${file}.evaluation`);
  assert.equal(evaluationFolder(run, {}), join(run, "evaluation"));
});
