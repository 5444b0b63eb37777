/** Selection: the surest of each class, sorted as the published pools. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseSurest } from "../../src/pool/select.ts";

const labels = Uint16Array.of(1, 0, 1, 0, 1, 0, 0);
const odds = Float64Array.of(5, -1, 7, 3, 6, 3, 2);

test("of each class the surest are kept, class by class, the surest first; of equals the first", () => {
  assert.deepEqual([...chooseSurest(labels, odds, [2, 2])], [3, 5, 2, 4]);
  assert.deepEqual([...chooseSurest(labels, odds, [4, 1])], [3, 5, 6, 1, 2]);
});
