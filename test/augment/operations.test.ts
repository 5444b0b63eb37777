/** The operations against what torchvision and Pillow recorded: test/golden/augment/README.md. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { trivialAugmentOperations } from "../../src/augment/operations/list.ts";
import type { ByteRule, Operation } from "../../src/augment/operations/operation.ts";
import { readNpy } from "../../src/formats/npy.ts";
import { blackLike, createPicture, type Picture } from "../../src/pictures/picture.ts";
import { grey, rowsOf } from "./pictures.ts";

const BINS = 31;
const folder = join(import.meta.dirname, "../golden/augment");
const readArray = (name: string) => readNpy(readFileSync(join(folder, name)), name);
const recorded: {
  magnitudes: Record<string, number[]>;
  whole: Record<string, number>;
  sha256: Record<ByteRule, Record<string, Record<string, string>>>;
} = JSON.parse(readFileSync(join(folder, "operations.json"), "utf8"));

const operations: readonly Operation[] = trivialAugmentOperations;
const named = new Map(operations.map((operation) => [operation.name, operation]));
const programs = { tensor: "torchvision", pil: "Pillow" } as const;
const rules = Object.keys(programs) as ByteRule[];

const inputs = new Map<string, Picture>();
for (const name of Object.keys(recorded.sha256.tensor)) {
  const { shape, bytes } = readArray(`input-${name}.npy`);
  const [height, width, channels] = shape as [number, number, 1 | 3];
  inputs.set(name, createPicture({ height, width, channels }, bytes));
}

function change(name: string, magnitude: number, picture: Picture, rule: ByteRule): Picture {
  const result = blackLike(picture);
  named.get(name)!.applyInto(picture.bytes, picture, magnitude, result.bytes, rule);
  return result;
}

const magnitudesOf = (name: string, bins = BINS): number[] => {
  const { magnitudes } = named.get(name)!;
  return magnitudes === "none" ? [] : Array.from({ length: bins }, (_, bin) => magnitudes.at(bin, bins));
};

test("the record holds 14 operations with all bins and both signs, on colour, grey, odd and tiny pictures", () => {
  assert.equal(operations.length, 14);
  assert.deepEqual(Object.keys(recorded.magnitudes), [...named.keys()]);
  for (const { name, magnitudes } of operations) {
    const values = recorded.magnitudes[name]!;
    if (magnitudes === "none") assert.deepEqual(values, [0], name);
    else if (magnitudes.signed) {
      assert.equal(values.length, 2 * BINS, name);
      for (let i = 0; i < values.length; i += 2) assert.equal(values[i + 1], -values[i]!, `${name} ${i}`);
    } else assert.equal(values.length, BINS, name);
  }
  for (const rule of rules) {
    const names = ["32x32x3", "33x33x3", "31x17x3", "18x15x3", "64x64x3", "63x66x1", "32x32x1", "2x5x3", "9x1x1"];
    assert.deepEqual(Object.keys(recorded.sha256[rule]), names);
    for (const name of names) assert.deepEqual(Object.keys(recorded.sha256[rule][name]!), [...named.keys()]);
  }
});

for (const rule of rules)
  for (const { name } of operations)
    test(`${name} gives ${programs[rule]}'s bytes at all bins and both signs, on every recorded picture`, () => {
      for (const [shape, input] of inputs) {
        const together = createHash("sha256");
        for (const magnitude of recorded.magnitudes[name]!) together.update(change(name, magnitude, input, rule).bytes);
        assert.equal(together.digest("hex"), recorded.sha256[rule][shape]![name], shape);
      }
    });

for (const rule of rules)
  test(`every operation gives ${programs[rule]}'s picture at bin 10, byte for byte`, () => {
    const input = inputs.get("32x32x3")!;
    const whole = readArray(`output-${rule}.npy`).bytes;
    for (const [i, { name }] of operations.entries()) {
      const expected = whole.subarray(i * input.bytes.length, (i + 1) * input.bytes.length);
      assert.deepEqual(change(name, recorded.whole[name]!, input, rule).bytes, new Uint8Array(expected), name);
    }
  });

// torch.linspace adds steps that are rounded to float32, several at once by the width of the processor's vectors, so its
// last bit is another on other processors. Ours are the nearest float32.
test("magnitudes are torchvision's, to one unit in the last place of float32", () => {
  for (const { name, magnitudes } of operations)
    for (const [bin, ours] of magnitudesOf(name).entries()) {
      const isSigned = magnitudes !== "none" && magnitudes.signed;
      const theirs = recorded.magnitudes[name]![isSigned ? 2 * bin : bin]!;
      assert.ok(Math.abs(ours - theirs) <= 2 ** -23 * theirs, `${name}, bin ${bin}: ${ours}, recorded ${theirs}`);
      assert.equal(ours, Math.fround(ours), `${name}, bin ${bin}: ${ours} is no float32`);
    }
});

test("degrees, thresholds, bits and whole pixels are exactly those of method.md 5.2", () => {
  const bins = Array.from({ length: BINS }, (_, bin) => bin);
  assert.deepEqual(
    magnitudesOf("rotate"),
    bins.map((bin) => 4.5 * bin),
  );
  assert.deepEqual(
    magnitudesOf("solarize"),
    bins.map((bin) => 255 - 8.5 * bin),
  );
  const bits = "8 8 8 7 7 7 7 7 6 6 6 6 6 5 5 5 5 5 4 4 4 4 4 3 3 3 3 3 2 2 2";
  assert.equal(magnitudesOf("posterize").join(" "), bits);
  const pixels = "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 32";
  for (const name of ["translate-x", "translate-y"]) assert.equal(magnitudesOf(name).map(Math.trunc).join(" "), pixels);
});

test("posterize rounds halves to even, as torch does: they occur with 13 bins", () => {
  assert.equal(magnitudesOf("posterize", 13).join(" "), "8 8 7 6 6 6 5 4 4 4 3 2 2");
});

test("the grey of colours where a rounding decides is that of torchvision's tensors", () => {
  const colours: [red: number, green: number, blue: number, grey: number][] = [
    [0, 6, 127, 18],
    [130, 153, 38, 133],
    [20, 152, 7, 95],
    [40, 244, 244, 182],
    [10, 65, 104, 53],
    [120, 238, 109, 188],
    [50, 39, 133, 53],
    [150, 163, 206, 164],
  ];
  for (const [red, green, blue, grey] of colours) {
    const picture = createPicture({ height: 1, width: 1, channels: 3 }, Uint8Array.of(red, green, blue));
    assert.deepEqual([...change("color", -1, picture, "tensor").bytes], [grey, grey, grey], `${red} ${green} ${blue}`);
  }
});

test("contrast where a rounding decides is that of torchvision and Pillow", () => {
  const cases: [rule: ByteRule, bin: number, sign: number, before: number[], after: number[]][] = [
    ["tensor", 25, -1, [0, 0, 200], [54, 54, 90]],
    ["tensor", 25, -1, [3, 3, 83], [24, 24, 39]],
    ["tensor", 8, 1, [66, 66, 66], [66, 66, 66]],
    ["tensor", 7, 1, [3, 3, 3], [2, 2, 2]],
    ["tensor", 6, 1, [105, 105, 105], [104, 104, 104]],
    ["pil", 10, 1, [63, 210, 215], [30, 225, 232]],
    ["pil", 25, 1, [36, 36, 156], [3, 3, 222]],
    ["pil", 20, 1, [84, 217, 252], [17, 238, 255]],
    ["pil", 20, 1, [36, 43, 178], [2, 14, 238]],
  ];
  for (const [rule, bin, sign, before, after] of cases)
    assert.deepEqual(
      rowsOf(change("contrast", sign * magnitudesOf("contrast")[bin]!, grey(before), rule)),
      [after],
      `${before} at bin ${bin}, ${rule}`,
    );
});

for (const rule of rules) {
  const changed = (name: string, magnitude: number, ...rows: number[][]) =>
    rowsOf(change(name, magnitude, grey(...rows), rule));

  test(`rotate by 90 degrees is a quarter turn, counter-clockwise (${rule})`, () => {
    assert.deepEqual(changed("rotate", 90, [1, 2], [3, 4]), [
      [2, 4],
      [1, 3],
    ]);
  });

  test(`shear moves row y to the left by m (y + 1/2), column x up by m (x + 1/2) (${rule})`, () => {
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ];
    assert.deepEqual(changed("shear-x", 2 / 3, ...rows), [
      [1, 2, 3],
      [5, 6, 0],
      [9, 0, 0],
    ]);
    assert.deepEqual(changed("shear-y", 2 / 3, ...rows), [
      [1, 5, 9],
      [4, 8, 0],
      [7, 0, 0],
    ]);
  });

  test(`translate moves to the right and down, by whole pixels, towards zero (${rule})`, () => {
    assert.deepEqual(changed("translate-x", 1.9, [1, 2, 3]), [[0, 1, 2]]);
    assert.deepEqual(changed("translate-x", -1.9, [1, 2, 3]), [[2, 3, 0]]);
    assert.deepEqual(changed("translate-y", 1, [1], [2]), [[0], [1]]);
    assert.deepEqual(changed("translate-y", -1, [1], [2]), [[2], [0]]);
  });

  test(`tables: solarize from the threshold on, posterize by bits, auto-contrast over the range (${rule})`, () => {
    assert.deepEqual(changed("solarize", 100, [0, 99, 100, 255]), [[0, 99, 155, 0]]);
    assert.deepEqual(changed("posterize", 2, [63, 64, 200, 255]), [[0, 64, 192, 192]]);
    assert.deepEqual(changed("auto-contrast", 0, [100, 101, 102]), [[0, 127, 255]]);
  });

  test(`equalize: step is the whole 255th of the pixels below the highest value, unchanged where that is 0 (${rule})`, () => {
    const row = [...new Array(200).fill(10), ...new Array(309).fill(20), ...new Array(300).fill(30)];
    const spread = [...new Array(200).fill(0), ...new Array(309).fill(200), ...new Array(300).fill(255)]; // 509 / 255: 1
    assert.deepEqual(changed("equalize", 0, row), [spread]);
    assert.deepEqual(changed("equalize", 0, row.slice(255)), [row.slice(255)]); // 254 below the highest
  });

  test(`sharpness blurs the inside of a picture of 3x3, and leaves white white (${rule})`, () => {
    assert.deepEqual(changed("sharpness", -0.5, [0, 0, 0], [0, 130, 0], [0, 0, 0]), [
      [0, 0, 0],
      [0, 90, 0], // half of 130 and half of 5 * 130 / 13
      [0, 0, 0],
    ]);
    const white = new Array(3).fill([255, 255, 255]);
    assert.deepEqual(changed("sharpness", -0.5, ...white), white);
  });

  test(`blends: brightness halves, contrast halves the way to the mean (${rule})`, () => {
    assert.deepEqual(changed("brightness", -0.5, [0, 101, 200]), [[0, 50, 100]]);
    assert.deepEqual(changed("contrast", -0.5, [0, 100, 200]), [[50, 100, 150]]);
    assert.deepEqual(changed("contrast", 0.5, [0, 100, 200]), [[0, 100, 250]]);
  });
}
