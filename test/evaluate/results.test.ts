/** What is written of the cells that were measured: counts, means, intervals, calibration. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { suiteCorruptions } from "../../src/corrupt/suites.ts";
import { fakeMeasurement, fakeModel, fakePictures, fakeSource, shape } from "./fakes.ts";
import { allOf, measure, newFolder } from "./measured.ts";
import { assertNear } from "./near.ts";

const c = suiteCorruptions("c", shape);
const bar = suiteCorruptions("c-bar", shape);

test("one wrong of ten clean pictures, and 1, 2 and 3 of ten at severity 1 to 3, are counted so", async () => {
  const { evaluation, column } = await measure(fakeMeasurement(newFolder()));
  assert.equal(evaluation.clean.correct, 9);
  assert.equal(evaluation.clean.accuracy, 0.9);
  assert.deepEqual(
    column.cells.map(({ corruption, severity, count, correct, accuracy }) => [
      corruption,
      severity,
      count,
      correct,
      accuracy,
    ]),
    [
      ["fog", 1, 10, 9, 0.9],
      ["fog", 2, 10, 8, 0.8],
      ["fog", 3, 10, 7, 0.7],
    ],
  );
});

test("intervals of cells are Wilson's: 7 of 10", async () => {
  const { column } = await measure(fakeMeasurement(newFolder()));
  const [low, high] = column.cells[2]!.range;
  assertNear(low, 0.3967781, 1e-6); // statsmodels: proportion_confint(7, 10, method="wilson")
  assertNear(high, 0.8922087, 1e-6);
});

test("confidence is the softmax of the highest score, so the calibration error is its gap to the accuracy", async () => {
  const { column } = await measure(fakeMeasurement(newFolder()));
  const confidence = Math.exp(2) / (Math.exp(2) + 2); // scores 2, 0, 0
  assertNear(column.cells[2]!.calibrationError, Math.abs(0.7 - confidence), 1e-6);
  assertNear(evaluationConfidence(column.reliability), confidence, 1e-6);
});
const evaluationConfidence = (bins: readonly { count: number; confidence: number }[]) =>
  bins.find(({ count }) => count > 0)!.confidence;

test("a corruption without one of its severities has cells, but no mean", async () => {
  const { column } = await measure(fakeMeasurement(newFolder()));
  assert.deepEqual([column.corruptions, column.suites], [[], []]);
});

test("suites are the means of their corruptions, and those that lack one are not there", async () => {
  // 8 of 10 right everywhere in C, but 3 in speckle noise, which is not in C15: (18 · 0.8 + 0.3) / 19.
  const source = fakeSource(10, (corruption) => (corruption === "speckle_noise" ? 7 : 2));
  const { column } = await measure(fakeMeasurement(newFolder(), { source, names: allOf(c) }));
  assert.deepEqual(
    column.suites.map(({ suite }) => suite),
    ["c", "c15"],
  );
  assertNear(column.suites[0]!.accuracy.value, (18 * 0.8 + 0.3) / 19, 1e-12);
  assertNear(column.suites[1]!.accuracy.value, 0.8, 1e-12);
});

test("with both suites measured, the 24 without the noise of single pixels have a mean too", async () => {
  const noisy = ["gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise", "blue_noise_sample"];
  const source = fakeSource(4, (corruption) => (noisy.includes(corruption) ? 4 : 1));
  const names = allOf([...c, ...bar]);
  const { column } = await measure(fakeMeasurement(newFolder(), { source, pictures: fakePictures(4), names }));
  const suite = column.suites.at(-1)!;
  assert.deepEqual([suite.suite, suite.corruptions.length, suite.accuracy.value], ["without-pixel-noise", 24, 0.75]);
});

test("the interval of a corruption is by bootstrap over pictures: the same pictures wrong at all severities leave it wide", async () => {
  const source = fakeSource(10, () => 5); // a picture is right in all five cells, or in none
  const { column } = await measure(fakeMeasurement(newFolder(), { source, names: allOf(["fog"]) }));
  const { value, range } = column.corruptions[0]!.accuracy;
  // Binomial(10, 1/2) / 10: 2.5 and 97.5 % lie at 0.2 and 0.8 (P(k <= 1) = 0.011, P(k <= 2) = 0.055).
  assert.deepEqual([value, range], [0.5, [0.2, 0.8]]);
});

test("the calibration error of a corruption is that of its five severities together", async () => {
  const source = fakeSource(10, (_, severity) => severity * 2);
  const { column } = await measure(fakeMeasurement(newFolder(), { source, names: allOf(["fog"]) }));
  assertNear(column.corruptions[0]!.calibrationError, Math.abs(0.4 - Math.exp(2) / (Math.exp(2) + 2)), 1e-6);
});

test("the calibration of all columns follows the rule that is asked for, also of those measured before", async () => {
  const folder = newFolder();
  // Scores of 60 and more apart: a confidence of exactly 1, which the two rules put into other bins.
  const sure = async (bytes: Uint8Array, count: number) =>
    (await fakeModel().scores(bytes, count)).map((score) => 40 * score);
  const model = fakeModel({ scores: sure });
  const official = { source: fakeSource(10, () => 5, { origin: "official" }), model };
  const made = { source: fakeSource(10, () => 5), model };
  await measure(fakeMeasurement(folder, official));
  const { evaluation } = await measure(fakeMeasurement(folder, { ...made, edges: "textbook" }));
  const lastBins = (bins: readonly { count: number }[]) => bins.slice(-2).map(({ count }) => count);
  assert.equal(evaluation.computed.edges, "textbook");
  assert.deepEqual(lastBins(evaluation.clean.reliability), [10, 0]);
  assert.deepEqual(
    evaluation.columns.map(({ origin, reliability }) => [origin, lastBins(reliability)]),
    [
      ["generated@1", [30, 0]],
      ["official", [30, 0]],
    ],
  );
});
