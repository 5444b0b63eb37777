/** How experiments write augmentations. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Augment, type AugmentationInput } from "../../src/augment/options.ts";
import { augmentations } from "../../src/augment/registry.ts";

test("a name stands for the augmentation with its defaults, and both forms are filled in", () => {
  const written: AugmentationInput[] = ["flip", { kind: "crop" }, { kind: "trivial-augment", bytes: "pil" }];
  assert.deepEqual(Augment.parse(written), [
    { kind: "flip", probability: 0.5 },
    { kind: "crop", padding: 4 },
    { kind: "trivial-augment", bins: 31, bytes: "pil" },
  ]);
});

test("every augmentation of the registry can be written by its name alone", () => {
  for (const { name, options } of augmentations)
    assert.deepEqual(Augment.parse([name]), [{ kind: name, ...options.parse({}) }]);
});

test("what is filled in can be read again, and stays as it is", () => {
  const filled = Augment.parse(augmentations.map(({ name }) => name));
  assert.deepEqual(Augment.parse(filled), filled);
});

test("values outside their range are refused", () => {
  const outside = [
    { kind: "flip", probability: 1.01 },
    { kind: "flip", probability: -0.01 },
    { kind: "crop", padding: -1 },
    { kind: "crop", padding: 0.5 },
    { kind: "crop", padding: 1025 },
    { kind: "trivial-augment", bins: 1 },
    { kind: "trivial-augment", bins: 2.5 },
    { kind: "trivial-augment", bytes: "float" },
    { kind: "rotate", bins: 1 },
    { kind: "equalize", bins: 31 }, // it has no strengths
  ];
  for (const choice of outside) assert.equal(Augment.safeParse([choice]).success, false, JSON.stringify(choice));
});

test("what names no augmentation is refused, with what would be one", () => {
  const refused: [unknown, RegExp][] = [
    ["trivialaugment", /^unknown augmentation "trivialaugment"\. Did you mean "trivial-augment"\?$/],
    [{ kind: 7 }, /^unknown augmentation 7\. There are trivial-augment, /],
    [{}, /^an augmentation is a name, or an object with a name as its kind$/],
    [null, /^an augmentation is a name, or an object with a name as its kind$/],
  ];
  for (const [value, message] of refused) assert.match(Augment.safeParse([value]).error!.issues[0]!.message, message);
});
