/** Why errors relative to a reference are undefined. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { undefinedErrors } from "../../src/evaluate/reference.ts";
import { sampleEvaluation } from "./sample-evaluation.ts";

const column = sampleEvaluation.columns[0]!;

test("where all errors are defined, or there is no reference, nothing is said", () => {
  assert.deepEqual(undefinedErrors(column), []);
});

test("corruptions whose error is undefined are named with the reason", () => {
  const corruptions = column.corruptions.map((result) => ({
    ...result,
    error: result.corruption === "snow" ? null : 90,
    relativeError: ["snow", "fog"].includes(result.corruption) ? null : 80,
  }));
  assert.deepEqual(undefinedErrors({ ...column, corruptions }), [
    "CE, and so their mean, is undefined where the reference is never wrong: snow.",
    "Relative CE, and so their mean, is undefined where the reference is as often right as on clean pictures: snow, fog.",
  ]);
});
