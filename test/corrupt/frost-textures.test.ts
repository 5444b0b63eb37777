/** Frost of our own making. What it looks like is for the eye: `patina corrupt ... --only frost --sheet`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { proceduralFrost } from "../../src/corrupt/frost/procedural.ts";

/** Of the five photographs of the original program, measured by another program: height, width, mean by channel. */
const photographs = [
  { height: 600, width: 900, mean: [78, 149, 166] },
  { height: 315, width: 560, mean: [201, 205, 214] },
  { height: 315, width: 560, mean: [201, 205, 214] },
  { height: 350, width: 527, mean: [138, 153, 165] },
  { height: 495, width: 660, mean: [112, 123, 135] },
];

test("textures of our own have the sizes of the photographs, and their brightness within two levels", () => {
  const { name, pictures } = proceduralFrost();
  assert.equal(name, "procedural");
  for (const [index, { height, width, mean }] of photographs.entries()) {
    const picture = pictures[index]!;
    assert.deepEqual([picture.height, picture.width, picture.channels], [height, width, 3]);
    const sums = [0, 0, 0];
    for (const [at, value] of picture.bytes.entries()) sums[at % 3]! += value;
    for (const channel of [0, 1, 2]) {
      const found = sums[channel]! / (height * width);
      assert.ok(Math.abs(found - mean[channel]!) < 2, `texture ${index}, channel ${channel}: ${found}`);
    }
  }
});

test("they are made once, and no two are alike", () => {
  assert.equal(proceduralFrost(), proceduralFrost());
  const [, second, third] = proceduralFrost().pictures;
  assert.notDeepEqual(second!.bytes, third!.bytes);
});
