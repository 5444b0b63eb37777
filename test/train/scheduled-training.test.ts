/** Shares and strengths that change over epochs reach the training, and the pass that estimates batch norm too. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type ExperimentInput, parseExperiment } from "../../src/experiment/experiment.ts";
import { train } from "../../src/experiment/train.ts";
import { makeFirstBatch } from "../../src/train/first-batch.ts";
import { Loader } from "../../src/train/loader.ts";
import { type EpochPlan, origins } from "../../src/train/plan.ts";
import { openJob, withParts } from "../../src/train/train.ts";
import { writeMixed } from "./mixed.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-scheduled-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const mixed = await writeMixed(folder);
const at = <Value>(...values: Value[]) => ({ at: values.map((value, epoch) => [epoch, value] as [number, Value]) });
const experiment = {
  ...mixed,
  original: { ...mixed.original, stylize: { probability: at(0.2, 0.5), strength: at(0.25, 0.75) } },
  synthetic: {
    ...mixed.synthetic,
    share: at(0.2, 0.6),
    stylize: { probability: at(1, 0.3), strength: at<number | [number, number]>(0.5, [0.875, 1]) },
  },
} satisfies ExperimentInput;

/** Of 150 pictures, by hand from the shares above: how many, and least and largest strength, original and synthetic. */
const expected = [
  {
    synthetic: 30,
    restyled: [24, 30],
    strengths: [
      [0.25, 0.25],
      [0.5, 0.5],
    ],
  },
  {
    synthetic: 90,
    restyled: [30, 27],
    strengths: [
      [0.75, 0.75],
      [0.875, 1],
    ],
  },
] as const;

function checkPlan({ origin, restyled, strengths }: EpochPlan, { synthetic, ...own }: (typeof expected)[number]): void {
  assert.equal(
    origin.reduce((sum, number) => sum + number, 0),
    synthetic,
  );
  for (const number of origins.keys()) {
    const places = Array.from(origin.keys()).filter((place) => origin[place] === number && restyled[place]! >= 0);
    assert.equal(places.length, own.restyled[number]);
    const [least, largest] = own.strengths[number]!;
    for (const place of places) {
      const strength = strengths[restyled[place]!]!;
      assert.ok(strength >= least && strength <= largest, `${strength} of ${origins[number]}`);
    }
  }
}

test("each epoch has its own shares and strengths; the pass after the last has those of the last (method.md 11, B32)", async (context) => {
  const start = context.mock.method(Loader.prototype, "start");
  const next = context.mock.method(Loader.prototype, "next");
  await train(experiment, { runsFolder: join(folder, "runs"), dataFolder: folder });
  const plans = start.mock.calls.map(({ arguments: [plan] }) => plan as EpochPlan);
  assert.deepEqual(
    plans.map(({ epoch }) => epoch),
    [0, 1, 2],
  );
  for (const [epoch, plan] of plans.entries()) checkPlan(plan, expected[Math.min(epoch, 1)]!);
  assert.equal(next.mock.callCount(), 3 * Math.ceil(150 / 16), "every batch of all three is taken");
});

test("the batch that preview shows of an epoch is made by that epoch's shares", async () => {
  const parts = await openJob(parseExperiment(experiment, "scheduled"), { dataFolder: folder });
  await withParts(parts, async () => {
    for (const epoch of [0, 1]) {
      const { plan, pictures } = await makeFirstBatch(parts, epoch);
      checkPlan(plan, expected[epoch]!);
      const strengths = pictures.flatMap(({ origin, strength }) => (origin === "original" ? (strength ?? []) : []));
      assert.deepEqual(new Set(strengths), new Set([[0.25, 0.75][epoch]]));
    }
  });
});
