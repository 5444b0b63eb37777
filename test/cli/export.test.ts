import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runProgram } from "../../src/cli/program.ts";
import { makeTrained, writeTrainedRun, writeUnfinishedRun } from "../evaluate/trained-run.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-cli-export-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const trained = makeTrained({ height: 28, width: 28, channels: 1 });
const run = writeTrainedRun(folder, trained);
trained.network.dispose();

/** Runs `patina export` with these words. */
async function exportWith(...words: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const output = { out: (text: string) => out.push(text), err: (text: string) => err.push(text), isTerminal: false };
  const status = await runProgram(["export", ...words], output);
  return { status, out: out.join(""), err: err.join("") };
}

test("patina export says what the file is, what it takes and what it gives", async () => {
  const file = join(folder, "a.onnx");
  const { status, out, err } = await exportWith(run, file);
  assert.deepEqual([status, err], [0, ""]);
  const [first, takes, gives] = out.split("\n");
  assert.equal(first, `${file}: ${(statSync(file).size / 1e3).toFixed(0)} KB, ONNX opset 17`);
  assert.match(takes!, /images {2}float32 \[N,1,28,28\], values in \[0,1\]; normalised inside$/);
  assert.match(gives!, /scores {2}float32 \[N,3\], one score a class: cat, dog, Bär$/);
});

test("patina export --json prints the same as JSON", async () => {
  const file = join(folder, "b.onnx");
  const { status, out } = await exportWith(run, file, "--json");
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(out), {
    file,
    bytes: statSync(file).size,
    opset: 17,
    input: { name: "images", shape: ["N", 1, 28, 28] },
    output: { name: "scores", shape: ["N", 3] },
    classes: ["cat", "dog", "Bär"],
  });
});

test("patina export of a run that has not come to its end fails with what to type", async () => {
  const unfinished = writeUnfinishedRun(folder);
  const { status, out, err } = await exportWith(unfinished, join(folder, "c.onnx"));
  assert.deepEqual([status, out], [1, ""]);
  assert.ok(err.endsWith(`patina train --resume ${unfinished}\n`), err);
});
