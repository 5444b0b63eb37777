import assert from "node:assert/strict";
import { test } from "node:test";
import { describeDraw } from "../../src/report/describe-draw.ts";

test("a draw in words: mirrored, moved against the crop, operation and strength", () => {
  const augment = [{ operation: "translate-y", magnitude: -13.866666793823242, bytes: "tensor" }];
  assert.equal(
    describeDraw({ mirrored: true, crop: { top: 4, left: -1 }, augment }, ["trivial-augment"]),
    "mirrored, moved 4 px up and 1 px right, translate-y \u221213.87",
  );
});

test("an operation without strength has its name alone; one that draws no operation has that of its augmentation", () => {
  const augment = [{ operation: "equalize", magnitude: 0 }, { magnitude: 0.5 }];
  assert.equal(
    describeDraw({ mirrored: false, crop: "none", augment }, ["trivial-augment", "color"]),
    "equalize, color 0.5",
  );
});

test("a picture to which nothing was done is unchanged", () => {
  assert.equal(describeDraw({ mirrored: false, crop: { top: 0, left: 0 }, augment: [] }, []), "unchanged");
});

test("a draw of a kind that is not known is named by its augmentation", () => {
  assert.equal(describeDraw({ mirrored: false, crop: "none", augment: [null] }, ["new-one"]), "new-one");
});
