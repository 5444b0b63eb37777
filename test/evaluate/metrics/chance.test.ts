import assert from "node:assert/strict";
import { test } from "node:test";
import { chanceText, chanceTextOfEnd } from "../../../src/evaluate/metrics/chance.ts";

// Wilson's 95 % intervals of 100 pictures by the formula: 16 right 10.1 to 24.4 %, 15 right 9.3 to 23.3 %, 2 right 0.6 to 7.0 %.
for (const [correct, says] of [
  [16, false],
  [15, true],
  [2, true],
] as const)
  test(`${correct} right of 100 among ten classes are ${says ? "no better" : "better"} than chance`, () => {
    assert.equal(chanceText({ count: 100, correct, classCount: 10 }) !== undefined, says);
  });

test("the sentence names both shares", () => {
  assert.equal(
    chanceText({ count: 1000, correct: 98, classCount: 10 }),
    "No better than chance: 9.8 % of 1,000 clean pictures are right; guessing among 10 classes gives 10.0 %.",
  );
});

test("a journal's last line that does not say how many pictures were measured says nothing of chance", () => {
  assert.equal(chanceTextOfEnd({ event: "end", testAccuracy: 0.1 }), undefined);
  assert.match(chanceTextOfEnd({ event: "end", testAccuracy: 0.1, testCount: 1000, classCount: 10 })!, /^No better/);
});
