/** Values that change from epoch to epoch. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { SyntheticOptions } from "../../src/train/picture-options.ts";
import { scheduled, valueAt, valuesOf } from "../../src/train/scheduled.ts";

// The start of the stored policy of CIFAR-10, method.md 10.
const policy = { at: [[0, 0.5] as const, [20, 0.55] as const, [48, 0.35] as const] };

test("each value holds from its epoch on, the last to the end", () => {
  const found = [0, 19, 20, 47, 48, 299].map((epoch) => valueAt(policy, epoch));
  assert.deepEqual(found, [0.5, 0.5, 0.55, 0.55, 0.35, 0.35]);
  assert.deepEqual(valuesOf(policy), [0.5, 0.55, 0.35]);
});

test("a number and an interval are themselves in every epoch", () => {
  assert.equal(valueAt(0.2, 7), 0.2);
  assert.deepEqual(valueAt([0.1, 1], 7), [0.1, 1]);
});

test("strengths may go from a number to an interval", () => {
  const strength = { at: [[0, 1] as const, [5, [0.1, 1] as const] as const] };
  const { stylize } = SyntheticOptions.parse({ pool: "a", share: policy, stylize: { strength } });
  assert.deepEqual(
    [4, 5].map((epoch) => valueAt(stylize.strength, epoch)),
    [1, [0.1, 1]],
  );
});

test("a schedule begins with epoch 0 and goes on in order", () => {
  const option = scheduled(z.number());
  const reasons = (at: unknown) =>
    option
      .safeParse({ at })
      .error?.issues.map((issue) => JSON.stringify(issue))
      .join();
  assert.match(reasons([[1, 0.5]])!, /must begin with epoch 0/);
  assert.match(
    reasons([
      [0, 0.5],
      [3, 0.1],
      [3, 0.2],
    ])!,
    /must name its epochs in rising order/,
  );
  assert.equal(
    reasons([
      [0, 0.5],
      [3, 0.1],
    ]),
    undefined,
  );
});
