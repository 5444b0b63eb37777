/** Restyling in training: schedules and interruptions change no byte; shares are exact; what is wrong is said first. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PatinaError } from "../../src/errors.ts";
import type { ExperimentInput } from "../../src/experiment/experiment.ts";
import { type ExperimentSettings, resume, train } from "../../src/experiment/train.ts";
import { createPicture } from "../../src/pictures/picture.ts";
import { saveStyleBank } from "../../src/stylize/bank.ts";
import { makeStyleBank } from "../../src/stylize/make-bank.ts";
import { filledStylizer, madeUpPictures } from "../stylize/stylizers.ts";
import { writeMixed } from "./mixed.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-restyling-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const experiment = await writeMixed(folder);
const files = experiment.stylizer;

const carryOut = (input: ExperimentInput, settings: ExperimentSettings = {}) =>
  train(input, { runsFolder: join(folder, "runs"), dataFolder: folder, ...settings });
const scheduledAs = (schedule: "auto" | "before" | "ahead"): ExperimentInput => ({
  ...experiment,
  stylizer: { ...files, schedule },
});
const weightsOf = (run: string) => readFileSync(join(run, "weights.safetensors"));
const isError = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof PatinaError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, message);
  return true;
};

const ahead = await carryOut(scheduledAs("ahead"));

test("restyled before each epoch, ahead of training, or as measured: the weights are the same bytes", async () => {
  const before = await carryOut(scheduledAs("before"));
  const texts: string[] = [];
  const report = (progress: { kind: string; text?: string }) => {
    if (progress.kind === "note") texts.push(progress.text!);
  };
  const auto = await carryOut(scheduledAs("auto"), { report });
  assert.deepEqual(weightsOf(before.run), weightsOf(ahead.run));
  assert.deepEqual(weightsOf(auto.run), weightsOf(ahead.run));
  assert.match(texts.join("\n"), /Restyling (a few batches ahead of training|before each epoch) \(\d+ ms a batch; /i);
});

for (const schedule of ["before", "ahead"] as const)
  test(`${schedule}: stopped in the midst of each epoch and resumed, it ends with the same bytes`, async () => {
    for (const steps of [3, 13]) {
      const stop = new AbortController();
      let done = 0;
      const report = (progress: { kind: string }) => {
        if (progress.kind === "step" && ++done === steps) stop.abort();
      };
      const runsFolder = join(folder, `stopped-${schedule}-${steps}`);
      let run = "";
      const settings = { runsFolder, report, signal: stop.signal };
      await assert.rejects(carryOut(scheduledAs(schedule), settings), (error: unknown) => {
        run = /--resume (\S+)/.exec(String(error))?.[1] ?? "";
        return error instanceof PatinaError && error.code === "interrupted";
      });
      const resumed = await resume(run, { dataFolder: folder });
      assert.deepEqual(weightsOf(resumed.run), weightsOf(ahead.run));
    }
  });

test("the draws of a run say origin, style and strength of the pictures that they show", () => {
  const [line] = readFileSync(join(ahead.run, "draws.jsonl"), "utf8").trim().split("\n");
  const { pictures } = JSON.parse(line!);
  assert.equal(pictures.length, 16);
  const synthetic = pictures.filter(({ origin }: { origin: string }) => origin === "synthetic");
  assert.ok(synthetic.length === 6 || synthetic.length === 7, `${synthetic.length} of 16 at a share of 0.4`);
  for (const { style, strength, draw, origin } of pictures) {
    if (style === undefined) continue;
    assert.ok(Number.isInteger(style) && style < 9 && strength > 0 && strength <= 1);
    if (origin === "synthetic") assert.deepEqual(draw.augment, [], '"or": restyled pictures are not augmented');
  }
});

test("the manifest names the digests of pool, stylizer and styles", () => {
  const manifest = JSON.parse(readFileSync(join(ahead.run, "manifest.json"), "utf8"));
  assert.equal(manifest.pool.count, 120);
  assert.equal(manifest.stylizer.count, 9);
  assert.match(`${manifest.pool.digest} ${manifest.stylizer.weights}`, /^[0-9a-f]{64} [0-9a-f]{64}$/);
});

test("a pool that is too small is an error before a run is made, with the share that it is enough for (method.md 11, B2)", async () => {
  const input = { ...experiment, synthetic: { ...experiment.synthetic, share: 0.9 } };
  const runsFolder = join(folder, "none");
  await assert.rejects(
    carryOut(input, { runsFolder }),
    isError(
      "data",
      /synthetic\.pool: has 120 pictures; a share of 0\.9 of 150 needs 135 an epoch\. Lower synthetic\.share to 0\.8/,
    ),
  );
  assert.throws(() => readFileSync(runsFolder), /ENOENT/);
});

test("a pool that is not there is an error, never a share of 0 (method.md 11, B2)", async () => {
  const input = { ...experiment, synthetic: { ...experiment.synthetic, pool: join(folder, "gone.npz") } };
  await assert.rejects(
    carryOut(input),
    isError(
      "file-missing",
      /^synthetic\.pool: .*gone\.npz is not there\. .*--set synthetic\.pool=.*patina synth import/,
    ),
  );
});

test("a stylizer that is not there is an error before a run is made", async () => {
  const input = { ...experiment, stylizer: { weights: join(folder, "gone.safetensors"), styles: files.styles } };
  await assert.rejects(carryOut(input), isError("file-missing", /gone\.safetensors/));
});

test("a run whose styles were changed is not resumed", async () => {
  const copy = join(folder, "changed.safetensors");
  writeFileSync(copy, readFileSync(files.styles));
  const stop = new AbortController();
  let run = "";
  await assert.rejects(
    carryOut(
      { ...experiment, stylizer: { weights: files.weights, styles: copy } },
      { signal: stop.signal, report: (progress) => progress.kind === "step" && stop.abort() },
    ),
    (error: unknown) => {
      run = /--resume (\S+)/.exec(String(error))?.[1] ?? "";
      return true;
    },
  );
  const stylizer = filledStylizer();
  const picture = createPicture({ height: 28, width: 28, channels: 3 }, madeUpPictures(1, 3, 28, 99));
  const others = [{ name: "other", digest: "1".repeat(64), picture }];
  saveStyleBank(copy, await makeStyleBank(stylizer, others, { size: 28, crop: "centre", source: "another" }));
  stylizer.dispose();
  await assert.rejects(resume(run, { dataFolder: folder }), isError("run", /begun with other styles/));
});
