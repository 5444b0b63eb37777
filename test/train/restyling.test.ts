/** Restyling in training: schedules and interruptions change no byte; shares are exact; what is wrong is said first. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PatinaError } from "../../src/errors.ts";
import { type ExperimentInput, parseExperiment } from "../../src/experiment/experiment.ts";
import { type ExperimentSettings, resume, train } from "../../src/experiment/train.ts";
import { createPicture } from "../../src/pictures/picture.ts";
import { saveStyleBank } from "../../src/stylize/bank.ts";
import { makeStyleBank } from "../../src/stylize/make-bank.ts";
import { StylizerOptions } from "../../src/stylize/options.ts";
import type { Stylizer } from "../../src/stylize/stylizer.ts";
import { saveStylizer } from "../../src/stylize/stylizer-file.ts";
import { checkJob } from "../../src/train/train.ts";
import { cannotCount, countOpenFiles } from "../open-files.ts";
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

test("restyled before each epoch, or as measured: the weights are the same bytes", async () => {
  // 14 batches an epoch: enough to measure on. The next test compares "before" and "ahead" where there are fewer.
  const inSmallBatches = (schedule: "auto" | "before"): ExperimentInput => ({
    ...scheduledAs(schedule),
    train: { ...experiment.train, batch: 11 },
  });
  const before = await carryOut(inSmallBatches("before"));
  const texts: string[] = [];
  const report = (progress: { kind: string; text?: string }) => {
    if (progress.kind === "note") texts.push(progress.text!);
  };
  const auto = await carryOut(inSmallBatches("auto"), { report });
  assert.deepEqual(weightsOf(auto.run), weightsOf(before.run));
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

const others = filledStylizer(StylizerOptions.parse({ kind: "compact", channels: [8, 16], convolutions: [1] }));
after(() => others.dispose());
const picture = createPicture({ height: 28, width: 28, channels: 3 }, madeUpPictures(1, 3, 28, 99));
const bankOf = (stylizer: Stylizer) =>
  makeStyleBank(stylizer, [{ name: "other", digest: "1".repeat(64), picture }], {
    size: 28,
    crop: "centre",
    source: "another",
  });
const changes: Record<string, (copy: typeof experiment) => Promise<void>> = {
  "synthetic pictures": async ({ synthetic: { pool } }) => {
    const bytes = readFileSync(pool.pictures);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(pool.pictures, bytes);
  },
  styles: async ({ stylizer }) => {
    const own = filledStylizer();
    saveStyleBank(stylizer.styles, await bankOf(own));
    own.dispose();
  },
  stylizer: async ({ stylizer }) => {
    saveStylizer(stylizer.weights, others, "another");
    saveStyleBank(stylizer.styles, await bankOf(others));
  },
};
for (const [what, change] of Object.entries(changes))
  test(`a run is not resumed with other ${what} than it was begun with`, async () => {
    const copy = await writeMixed(mkdtempSync(join(folder, "changed-")));
    const stop = new AbortController();
    let run = "";
    await assert.rejects(
      carryOut(copy, { signal: stop.signal, report: (progress) => progress.kind === "step" && stop.abort() }),
      (error: unknown) => {
        run = /--resume (\S+)/.exec(String(error))?.[1] ?? "";
        return true;
      },
    );
    await change(copy);
    await assert.rejects(
      resume(run, { dataFolder: folder }),
      isError("run", new RegExp(`begun with other ${what} than`)),
    );
  });

test("λ = 0 ends with the bytes of a training without a pool, λ = 1 trains on synthetic pictures alone", async () => {
  const { synthetic, ...alone } = experiment;
  const few = { ...experiment.train, epochs: 1, averaging: "none" as const };
  const runOf = async (input: ExperimentInput) => (await carryOut({ ...input, train: few })).run;
  const none = await runOf({ ...experiment, synthetic: { ...synthetic, share: 0 } });
  assert.deepEqual(weightsOf(none), weightsOf(await runOf(alone)));
  const all = await carryOut({
    ...experiment,
    synthetic: { ...synthetic, share: 1 },
    train: { ...few, subset: 100 },
  });
  const [line] = readFileSync(join(all.run, "draws.jsonl"), "utf8").split("\n");
  const shown: { origin: string }[] = JSON.parse(line!).pictures;
  assert.deepEqual(new Set(shown.map(({ origin }) => origin)), new Set(["synthetic"]));
});

test("after a training no file of its pool is open any more", { skip: cannotCount }, async () => {
  await checkJob(parseExperiment(experiment, "mixed"), { dataFolder: folder }); // what stays open was opened now
  const before = countOpenFiles();
  for (let time = 0; time < 3; time++) await checkJob(parseExperiment(experiment, "mixed"), { dataFolder: folder });
  assert.equal(countOpenFiles(), before);
  const greedy = { ...experiment, synthetic: { ...experiment.synthetic, share: 0.9 } };
  await assert.rejects(checkJob(parseExperiment(greedy, "mixed"), { dataFolder: folder }), { code: "data" });
  assert.equal(countOpenFiles(), before, "one that is refused closes it too");
});
