/** What a classifier says of a pool: its label's log-odds, without rounding where it is sure. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { classify, logOdds, probabilityOf } from "../../src/pool/classify.ts";
import { fakeModel, fakePictures } from "../evaluate/fakes.ts";

test("log-odds are ln p/(1-p) of the softmax probability of the label", () => {
  // Scores ln 1, ln 2, ln 5: probabilities 1/8, 2/8, 5/8.
  const scores = Float32Array.from([1, 2, 5], Math.log);
  for (const [label, p] of [1 / 8, 2 / 8, 5 / 8].entries()) {
    assert.ok(Math.abs(logOdds(scores, label) - Math.log(p / (1 - p))) < 1e-6);
    assert.ok(Math.abs(probabilityOf(logOdds(scores, label)) - p) < 1e-6);
  }
});

test("where the probability is 1 to the last bit, the surer picture still has the higher odds", () => {
  const [sure, surer] = [logOdds(Float32Array.of(60, 0, 0), 0), logOdds(Float32Array.of(70, 0, 0), 0)];
  assert.equal(probabilityOf(sure), 1);
  assert.ok(surer > sure);
  assert.ok(Math.abs(sure - (60 - Math.log(2))) < 1e-5);
});

test("scores of a thousand do not overflow", () => {
  assert.equal(logOdds(Float32Array.of(1000, -1000), 0), 2000);
  assert.equal(logOdds(Float32Array.of(1000, -1000), 1), -2000);
});

test("every picture has its class and odds, in whatever batches", async () => {
  const { set } = fakePictures(7, 2); // the first two are wrong; others get 2 for their class, 0 for two more
  const expected = [1, 2, 2, 0, 1, 2, 0];
  for (const batch of [1, 3, 7, 250]) {
    const { predicted, odds } = await classify(fakeModel(), set, { batch, name: "p" }, {});
    assert.deepEqual([...predicted], expected);
    for (const [index, value] of odds.entries()) {
      const [own, others] = index < 2 ? [0, Math.log(Math.exp(2) + 1)] : [2, Math.log(2)];
      assert.ok(Math.abs(value - (own - others)) < 1e-6, `picture ${index}: ${value}`);
    }
  }
});

test("scores that are no numbers are refused", async () => {
  const model = fakeModel({ scores: async (_bytes, count) => new Float32Array(3 * count).fill(Number.NaN) });
  await assert.rejects(classify(model, fakePictures(4).set, { batch: 2, name: "p" }, {}), {
    code: "not-finite",
    message: /its scores for picture 0 of p are not finite/,
  });
});
