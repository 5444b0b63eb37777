/** The whole step; its numbers against PyTorch's stand in golden.test.ts. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setThreadCount } from "../../src/engine/device.ts";
import { handleCounts, scope } from "../../src/engine/scope.ts";
import { tensorOf } from "../../src/engine/tensor.ts";
import type { StyleBank } from "../../src/stylize/bank.ts";
import { bytesOf, greyImages, imagesOf } from "../../src/stylize/images.ts";
import { RestyleOptions } from "../../src/stylize/options.ts";
import { Restyler } from "../../src/stylize/restyle.ts";
import { formula } from "../formula.ts";
import { filledStylizer, madeUpPictures } from "./stylizers.ts";

setThreadCount(1);

const stylizer = filledStylizer();
const styleCount = 3;
const bank: StyleBank = {
  mean: formula(styleCount * stylizer.channels, 50).map((value) => value + 1),
  deviation: formula(styleCount * stylizer.channels, 51).map((value) => value + 1.5),
  channels: stylizer.channels,
  pictures: Array.from({ length: styleCount }, (_, index) => ({ name: `style ${index}`, digest: "0".repeat(64) })),
  size: 32,
  crop: "centre",
  encoder: stylizer.encoderDigest(),
  source: "made up",
};
const restyler = new Restyler(stylizer, bank, RestyleOptions.parse({}));
after(() => {
  restyler.dispose();
  stylizer.dispose();
});

const shape = { height: 16, width: 16, channels: 3 } as const;
const pictureBytes = 16 * 16 * 3;
const pictures = (count: number) => madeUpPictures(count, 3, 16, 7);

test("each picture is restyled by its own style and strength, wherever it stands among more than fit at once (method.md 11, S1, S8)", () => {
  const styles = Array.from({ length: 19 }, (_, index) => index % styleCount);
  const strengths = Array.from({ length: 19 }, (_, index) => index / 18);
  const bytes = pictures(19);
  const together = restyler.restyle(bytes, shape, { styles, strengths });
  for (const place of [0, 7, 8, 18]) {
    const [start, end] = [place * pictureBytes, (place + 1) * pictureBytes];
    const draws = { styles: [styles[place]!], strengths: [strengths[place]!] };
    const alone = restyler.restyle(bytes.subarray(start, end), shape, draws);
    // Sums may be in another order for another number of pictures.
    for (const [index, byte] of alone.entries()) assert.ok(Math.abs(byte - together[start + index]!) <= 1, `${place}`);
  }
  assert.deepEqual(restyler.restyle(bytes, shape, { styles, strengths }), together, "the same again");
});

test("at strength 0 the style makes no difference, at strength 1 it does", () => {
  const at = (style: number, strength: number) =>
    restyler.restyle(pictures(1), shape, { styles: [style], strengths: [strength] });
  assert.deepEqual(at(0, 0), at(1, 0));
  assert.notDeepEqual(at(0, 1), at(1, 1));
});

test("draws may be typed arrays, and none is none", () => {
  const draws = { styles: Uint16Array.of(2), strengths: Float32Array.of(0.5) };
  assert.deepEqual(
    restyler.restyle(pictures(1), shape, draws),
    restyler.restyle(pictures(1), shape, { styles: [2], strengths: [0.5] }),
  );
  assert.equal(restyler.restyle(new Uint8Array(0), shape, { styles: [], strengths: [] }).length, 0);
});

test("pictures that are not square keep their shape, at any working size (method.md 11, S10)", () => {
  for (const size of ["native", 12, 21] as const) {
    const other = new Restyler(stylizer, bank, RestyleOptions.parse({ size }));
    const oblong = { height: 18, width: 31, channels: 3 } as const;
    const restyled = other.restyle(new Uint8Array(18 * 31 * 3), oblong, { styles: [0], strengths: [1] });
    assert.equal(restyled.length, 18 * 31 * 3);
    other.dispose();
  }
});

test("pictures larger than the working size are antialiased on the way down (method.md 4.4)", () => {
  const third = new Restyler(stylizer, bank, RestyleOptions.parse({ size: 16 }));
  const large = { height: 48, width: 48, channels: 3 } as const;
  const rebuilt = (valueAt: (column: number) => number) =>
    third.restyle(
      Uint8Array.from({ length: 48 * 48 * 3 }, (_, at) => valueAt(Math.floor(at / 3) % 48)),
      large,
      { styles: [0], strengths: [0] },
    );
  // Of three columns one is white, the one that plain scaling by 3 would take; together they are a grey of 85.
  const [stripes, grey, white] = [
    rebuilt((column) => (column % 3 === 1 ? 255 : 0)),
    rebuilt(() => 85),
    rebuilt(() => 255),
  ];
  const apart = (other: Uint8Array) => other.reduce((sum, value, at) => sum + Math.abs(value - stripes[at]!), 0);
  assert.ok(apart(grey) < apart(white) / 4, `${apart(grey)} from grey, ${apart(white)} from white`);
  third.dispose();
});

test("images outside of [0,1] are limited, and halves are rounded to even bytes (method.md 11, S5)", () => {
  scope(() => {
    const images = tensorOf([-3, 0, 0.5 / 255, 1.5 / 255, 1, 7], [1, 1, 2, 3]);
    assert.deepEqual([...bytesOf(images)], [0, 0, 0, 2, 255, 255]);
  });
});

test("bytes become images and come back as they were, channels apart", () => {
  const bytes = Uint8Array.from({ length: 2 * 3 * 4 * 3 }, (_, index) => (index * 37) % 256);
  scope(() => {
    const images = imagesOf(bytes, { height: 3, width: 4, channels: 3 }, "cpu");
    assert.deepEqual(images.shape, [2, 3, 3, 4]);
    const numbers = images.toFloat32Array();
    assert.deepEqual([numbers[0], numbers[12], numbers[1]], [0, 37 / 255, 111 / 255].map(Math.fround));
    assert.deepEqual(bytesOf(images), bytes);
  });
});

test("the grey of a colour weighs red, green and blue as Pillow does", () => {
  scope(() => {
    const colours = tensorOf([1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1], [1, 3, 1, 4]); // red, green, blue, white
    assert.deepEqual([...bytesOf(greyImages(colours))], [76, 150, 29, 255]);
  });
});

test("restyling leaves no tensors behind", () => {
  const before = handleCounts().live;
  restyler.restyle(pictures(3), shape, { styles: [0, 1, 2], strengths: [1, 1, 1] });
  assert.equal(handleCounts().live, before);
});

test("a restyler that is disposed of leaves nothing of its bank", () => {
  const before = handleCounts().live;
  new Restyler(stylizer, bank, RestyleOptions.parse({})).dispose();
  assert.equal(handleCounts().live, before);
});

for (const [what, draws, message] of [
  ["a style that the bank has not", { styles: [3], strengths: [1] }, /picture 0 wants style 3; the bank has 0 to 2/],
  ["a style that is no whole number", { styles: [0.5], strengths: [1] }, /wants style 0\.5/],
  ["a strength above 1", { styles: [0], strengths: [1.5] }, /picture 0 has the strength 1\.5/],
  ["a strength that is no number", { styles: [0], strengths: [Number.NaN] }, /has the strength NaN/],
  ["more draws than pictures", { styles: [0, 1], strengths: [1] }, /1 pictures of 16x16x3 have 2 styles/],
] as const)
  test(`${what} is refused`, () =>
    assert.throws(() => restyler.restyle(pictures(1), shape, draws), { code: "argument", message }));

test("pictures too small for the stylizer are refused", () => {
  const small = { height: 4, width: 16, channels: 3 } as const;
  const draws = { styles: [0], strengths: [1] };
  assert.throws(() => restyler.restyle(new Uint8Array(4 * 16 * 3), small, draws), {
    code: "argument",
    message: /4x16 are too small/,
  });
});

test("large pictures go through the networks a few at a time, and refused are those that even alone take too much", () => {
  const sizes = [64, 65, 512, 1024, 2896].map((side) => restyler.groupSizeOf({ height: side, width: side }));
  assert.deepEqual(sizes, [32, 16, 16, 8, 1]); // 2^23 pixels in all
  assert.throws(() => restyler.checkShape({ height: 2897, width: 2897, channels: 3 }), {
    code: "argument",
    message:
      /2897x2897 would be restyled at 2897x2897: 8,392,609 pixels, .* at most 8,388,608\. Choose a smaller "size"/,
  });
});

test("a strip that a working size would make endless is refused before memory is taken", () => {
  const wide = new Restyler(stylizer, bank, RestyleOptions.parse({ size: 1024 }));
  const strip = { height: 10, width: 9000, channels: 3 } as const;
  assert.throws(() => wide.restyle(new Uint8Array(270_000), strip, { styles: [0], strengths: [1] }), {
    code: "argument",
    message: /pictures of 10x9000 would be restyled at 1024x921600/,
  });
  wide.dispose();
});

test("a bank that another encoder measured is refused", () => {
  const other = { ...bank, encoder: "a".repeat(64) };
  assert.throws(() => new Restyler(stylizer, other, RestyleOptions.parse({})), {
    code: "weights",
    message: /measured by the encoder aaaaaaaaaaaa/,
  });
});
