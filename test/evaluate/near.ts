/** Numbers that may differ by rounding. */
import assert from "node:assert/strict";

export function assertNear(actual: number | undefined | null, expected: number, tolerance: number): void {
  const isNear = typeof actual === "number" && Math.abs(actual - expected) <= tolerance;
  assert.ok(isNear, `${actual} instead of ${expected} (tolerance ${tolerance})`);
}
