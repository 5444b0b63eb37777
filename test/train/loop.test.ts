/** What the loop asks of a network: in which mode, in what precision, with which draws; and that it can be stopped at its end. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, mock, test } from "node:test";
import type { ExperimentInput } from "../../src/experiment/experiment.ts";
import { type ExperimentSettings, resume, type TrainResult, train } from "../../src/experiment/train.ts";
import { WideResNet } from "../../src/models/wide-resnet.ts";
import { Module } from "../../src/nn/module.ts";
import type { Progress } from "../../src/train/progress.ts";
import { writeTinyFashion } from "../tiny-data.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-loop-"));
after(() => rmSync(folder, { recursive: true, force: true }));

// 60 pictures are trained on, in 3 steps an epoch.
const experiment = {
  data: "fashion-mnist",
  model: { kind: "wide-resnet", depth: 10, width: 1, dropout: 0.1 },
  train: { epochs: 2, batch: 20, hold: 0.25, averaging: { from: 0 }, precision: "bfloat16", threads: 1, workers: 1 },
} satisfies ExperimentInput;
const carryOut = (settings: ExperimentSettings = {}) =>
  train(experiment, { runsFolder: join(folder, "runs"), dataFolder: folder, ...settings });

/** A whole training, how its network was called, in order and without repetitions, and the key of each stream it was given. */
let whole: TrainResult;
const calls: string[] = [];
const keys: string[] = [];

before(async () => {
  writeTinyFashion(folder, { train: 80, test: 20 });
  const { forward } = WideResNet.prototype;
  mock.method(WideResNet.prototype, "forward", function (this: WideResNet, images: Parameters<typeof forward>[0]) {
    const call = `${this.training ? "training" : "evaluation"} in ${this.conv1.computeDtype}`;
    if (call !== calls.at(-1)) calls.push(call);
    return forward.call(this, images);
  });
  const { setStream } = Module.prototype;
  mock.method(Module.prototype, "setStream", function (this: Module, step: Parameters<typeof setStream>[0]) {
    keys.push(step.key.join());
    setStream.call(this, step);
  });
  whole = await carryOut();
  mock.restoreAll();
});

test("train.precision is for steps: what is measured, and the pass that estimates batch norm, are in float32", () => {
  const epoch = ["training in bfloat16", "evaluation in float32"]; // steps, then the held-out pictures
  const end = ["training in float32", "evaluation in float32"]; // the pass, then held-out and test pictures
  assert.deepEqual(calls, [...epoch, ...epoch, ...end]);
});

test("no step drops what another one dropped, in any epoch or the last pass (method.md 11, B6)", () => {
  assert.equal(keys.length, 9);
  assert.equal(new Set(keys).size, 9, keys.join("\n"));
});

test("stopped in the last pass it names the last epoch, and goes on to the same bytes", async () => {
  const stop = new AbortController();
  let run = "";
  const report = (progress: Progress) => {
    if (progress.kind === "start") run = progress.run;
    if (progress.kind === "note") stop.abort();
  };
  await assert.rejects(carryOut({ report, signal: stop.signal }), {
    code: "interrupted",
    message: /^Stopped at epoch 2\. Nothing is lost; go on with: patina train --resume /,
  });
  await resume(run);
  for (const file of ["weights.safetensors", "journal.jsonl", "draws.jsonl"])
    assert.deepEqual(readFileSync(join(run, file)), readFileSync(join(whole.run, file)), file);
});
