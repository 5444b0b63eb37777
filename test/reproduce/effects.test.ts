/** What each ingredient adds: differences of made-up runs by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AblationName } from "../../src/experiment/named/paper.ts";
import { drawTableMarkdown, effectTable } from "../../src/reproduce/draw.ts";
import type { Effect, Ingredient } from "../../src/reproduce/effects.ts";
import type { ReproducedTable } from "../../src/reproduce/result.ts";
import { run, tableOf } from "./made-up.ts";

const effectOf = ({ effects }: ReproducedTable, added: Ingredient, ...to: Ingredient[]): Effect =>
  effects.find((one) => one.added === added && one.to !== "any" && one.to.join() === to.join())!;
const meanOf = ({ effects }: ReproducedTable, added: Ingredient): Effect =>
  effects.find((one) => one.added === added && one.to === "any")!;

/** Clean accuracy of seed 0; all of seed 1 are a point better, and those with restyling two. */
const clean: Record<AblationName, number> = {
  baseline: 60,
  ta: 66,
  nst: 64,
  "nst-ta": 71,
  synthetic: 63,
  "synthetic-ta": 70,
  "synthetic-nst": 65,
  ours: 73,
};
const isRestyled = (row: AblationName) => row.includes("nst") || row === "ours";
const names = Object.keys(clean) as AblationName[];
const whole = tableOf(
  names.flatMap((row) => [run(row, 0, clean[row]), run(row, 1, clean[row] + (isRestyled(row) ? 2 : 1))]),
);

test("a pair of rows differs in one ingredient, and seeds are compared with the same seed", () => {
  const { values, mean, deviation } = effectOf(whole, "restyled", "synthetic", "trivialAugment").metrics.clean;
  assert.deepEqual(
    values.map(({ seed, value }) => [seed, value.toFixed(6)]),
    [
      [0, "3.000000"], // 73 - 70
      [1, "4.000000"], // 75 - 71
    ],
  );
  assert.equal(mean!.toFixed(6), "3.500000");
  assert.equal(deviation!.toFixed(6), "0.707107"); // the root of (0.25 + 0.25) / 1
});

test("every ingredient has its four pairs and their mean", () => {
  assert.equal(whole.effects.length, 3 * (4 + 1));
  assert.deepEqual(
    whole.effects.filter(({ added }) => added === "trivialAugment").map(({ to }) => to),
    [[], ["restyled"], ["synthetic"], ["synthetic", "restyled"], "any"],
  );
  const { values } = meanOf(whole, "restyled").metrics.clean;
  assert.deepEqual(
    values.map(({ value }) => value.toFixed(6)),
    ["3.500000", "4.500000"], // (4 + 5 + 2 + 3) / 4
  );
});

test("the paper's numbers are taken from each other in the same way, where it has both", () => {
  assert.equal(effectOf(whole, "restyled").metrics.c.published!.toFixed(2), "13.43"); // 62.27 - 48.84
  // (13.43 + (70.1 - 65.87) + (63.69 - 51.96) + (71.56 - 67.1)) / 4
  assert.equal(meanOf(whole, "restyled").metrics.c.published!.toFixed(4), "8.4625");
  const cifar10 = tableOf([], "cifar10");
  assert.equal(effectOf(cifar10, "trivialAugment").metrics.clean.published!.toFixed(2), "2.22"); // 96.83 - 94.61
  assert.equal(effectOf(cifar10, "restyled").metrics.clean.published, null);
  assert.equal(meanOf(cifar10, "trivialAugment").metrics.clean.published, null);
});

test("seeds that one of the rows has not are left out, and without any there is no number", () => {
  const partly = tableOf([run("baseline", 0, 60), run("baseline", 1, 61), run("ta", 1, 70), run("nst", 0, 62)]);
  const { values, deviation } = effectOf(partly, "trivialAugment").metrics.clean;
  assert.deepEqual([values.map(({ seed }) => seed), deviation], [[1], null]);
  for (const effect of [effectOf(partly, "synthetic"), meanOf(partly, "trivialAugment")])
    assert.deepEqual([effect.metrics.clean.values, effect.metrics.clean.mean], [[], null]);
});

test("the table of effects has signs, the paper's beside ours, and says which seeds are missing", () => {
  const { head, rows } = effectTable(whole.effects, [0, 1]);
  assert.deepEqual(head.slice(0, 6), ["adding", "to", "clean", "paper", "C", "paper"]);
  assert.deepEqual(rows[5]!.slice(0, 6), ["NST", "nothing", "+4.50 ± 0.71", "+1.51", "+4.50 ± 0.71", "+13.43"]);
  assert.deepEqual(rows[9]!.slice(0, 3), ["NST", "mean of all", "+4.00 ± 0.71"]);
  const partly = effectTable(whole.effects, [0, 1, 2]);
  assert.deepEqual([partly.head[2], ...partly.rows[7]!.slice(2, 4)], ["seeds", "2 of 3", "+2.50 ± 0.71"]);
  const worse = tableOf([run("baseline", 0, 60), run("ta", 0, 59)]);
  assert.equal(effectTable([effectOf(worse, "trivialAugment")], [0]).rows[0]![2], "-1.00");
  assert.ok(drawTableMarkdown(whole).includes("## What each adds, in percentage points"));
});
