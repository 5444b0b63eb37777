import assert from "node:assert/strict";
import { test } from "node:test";
import {
  corruptionError,
  meanOfDefined,
  relativeCorruptionError,
} from "../../../src/evaluate/metrics/corruption-error.ts";
import { assertNear } from "../near.ts";

// metrics.md 2: mean errors of the model beside AlexNet's, in percent, and what becomes of them.
const clean = { model: 0.239, reference: 0.435 };
const worked = [
  { name: "gaussian_noise", model: 67.0, alexNet: 88.6428, error: 75.58425500999518, relative: 95.4748043984866 },
  { name: "defocus_blur", model: 60.1, alexNet: 81.988, error: 73.30341025515929, relative: 94.05528996050718 },
  { name: "fog", model: 49.7, alexNet: 81.9324, error: 60.6597634147175, relative: 67.1308583382771 },
];
const pairOf = ({ model, alexNet }: { model: number; alexNet: number }) => ({
  model: model / 100,
  reference: alexNet / 100,
});

for (const row of worked)
  test(`${row.name} has the corruption errors of the worked example`, () => {
    assertNear(corruptionError(pairOf(row)), row.error, 1e-9);
    assertNear(relativeCorruptionError(pairOf(row), clean), row.relative, 1e-9);
  });

test("mCE and relative mCE of the worked example are the means", () => {
  assertNear(meanOfDefined(worked.map((row) => corruptionError(pairOf(row)))), 69.84914289329065, 1e-9);
  const relative = worked.map((row) => relativeCorruptionError(pairOf(row), clean));
  assertNear(meanOfDefined(relative), 85.5536508990903, 1e-9);
});

test("a relative error is undefined where the reference loses nothing, and so is a mean with it", () => {
  const undefinedOne = relativeCorruptionError({ model: 0.5, reference: 0.25 }, { model: 0.1, reference: 0.25 });
  assert.equal(undefinedOne, null);
  assert.equal(meanOfDefined([100, undefinedOne]), null);
});

test("an error is undefined where the reference is never wrong", () => {
  assert.equal(corruptionError({ model: 0.5, reference: 0 }), null);
});
