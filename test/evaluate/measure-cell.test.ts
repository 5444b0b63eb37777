/** From scores to what is written of each picture. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CorruptedBatch } from "../../src/benchmark/source.ts";
import { measureCell } from "../../src/evaluate/measure-cell.ts";
import type { MeasuredModel } from "../../src/evaluate/model.ts";
import { fakeModel } from "./fakes.ts";

/** A cell of one picture of which the model says these numbers. */
async function judged(numbers: readonly number[], changes: Partial<MeasuredModel> = {}, label = 0) {
  async function* batches(): AsyncGenerator<CorruptedBatch> {
    yield { bytes: new Uint8Array(64), labels: Uint16Array.of(label), count: 1 };
  }
  const model = fakeModel({ scores: async () => Float32Array.from(numbers), ...changes });
  return measureCell(model, batches(), { name: "cell", count: 1, pause: async () => {} });
}

test("softmax is taken in single precision: shares that vanish there leave a confidence of exactly 1", async () => {
  // exp(-16.7) = 5.6e-8 is below half of the last place of 1; twice that is not, and would leave 0.99999988.
  assert.deepEqual([...(await judged([16.7, 0, 0])).confidence], [1]);
});

test("of equal scores the lowest class counts", async () => {
  assert.deepEqual([...(await judged([0, 2, 2])).predicted], [1]);
});

test("probabilities are taken as they are: no softmax of them once more", async () => {
  const { predicted, confidence } = await judged([0.25, 0.75, 0], { gives: "probabilities" });
  assert.deepEqual([[...predicted], [...confidence]], [[1], [0.75]]);
});

test("probabilities that are no numbers are an error", async () => {
  await assert.rejects(judged([Number.NaN, 1, 0], { gives: "probabilities" }), { code: "not-finite" });
});

test("the same pictures with other labels are another cell: they have another digest", async () => {
  const [one, same, other] = [await judged([1, 0, 0]), await judged([0, 1, 0]), await judged([1, 0, 0], {}, 2)];
  assert.equal(same.digest, one.digest);
  assert.notEqual(other.digest, one.digest);
});
