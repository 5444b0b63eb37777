import assert from "node:assert/strict";
import { test } from "node:test";
import { createPicture, type Picture } from "../../src/pictures/picture.ts";
import {
  cropCentre,
  resizeBilinear,
  resizeBilinearPlain,
  resizeBox,
  resizeShorterSide,
} from "../../src/pictures/resize.ts";
import { stream } from "../../src/random/stream.ts";
import { noOracle, oracle } from "../oracle.ts";

const row = (...values: number[]) =>
  createPicture({ height: 1, width: values.length, channels: 1 }, Uint8Array.from(values));
const values = (picture: Picture) => [...picture.bytes];

test("box takes the mean of what it covers", () => {
  assert.deepEqual(values(resizeBox(row(0, 10, 20, 40), { height: 1, width: 2 })), [5, 30]);
  assert.deepEqual(values(resizeBox(row(3, 9), { height: 1, width: 4 })), [3, 3, 9, 9]);
});

test("bilinear with antialias weighs all pixels of a triangle, without it only two", () => {
  const dot = row(0, 0, 0, 0, 255, 0, 0, 0, 0);
  assert.deepEqual(values(resizeBilinearPlain(dot, { height: 1, width: 3 })), [0, 255, 0]);
  // Weights of the middle: 1/3, 2/3, 1, 2/3, 1/3 over 3; the triangle of its neighbours ends beside the dot.
  assert.deepEqual(values(resizeBilinear(dot, { height: 1, width: 3 })), [0, 85, 0]);
});

test("enlarging by two mixes neighbours three to one, and keeps the ends", () => {
  for (const resize of [resizeBilinear, resizeBilinearPlain])
    assert.deepEqual(values(resize(row(0, 100), { height: 1, width: 4 })), [0, 25, 75, 100]);
});

test("channels stay apart, rows and columns do not", () => {
  const picture = createPicture({ height: 2, width: 1, channels: 3 }, Uint8Array.of(0, 10, 20, 100, 110, 120));
  assert.deepEqual(values(resizeBox(picture, { height: 1, width: 2 })), [50, 60, 70, 50, 60, 70]);
});

test("224 to 32 without antialias reads pixel 7i+3, one in 49 (method.md 4.4)", () => {
  const bytes = Uint8Array.from({ length: 224 * 224 }, (_, i) => (i * 7919) % 256);
  const small = resizeBilinearPlain(createPicture({ height: 224, width: 224, channels: 1 }, bytes), {
    height: 32,
    width: 32,
  });
  const decimated = Array.from(small.bytes, (_, i) => bytes[(7 * Math.floor(i / 32) + 3) * 224 + 7 * (i % 32) + 3]);
  assert.deepEqual(values(small), decimated);
});

test("a picture of the size asked for is copied, never handed back", () => {
  const picture = row(1, 2, 3);
  for (const resize of [resizeBilinear, resizeBilinearPlain, resizeBox]) {
    const same = resize(picture, { height: 1, width: 3 });
    assert.deepEqual(same, picture);
    assert.notEqual(same.bytes, picture.bytes);
  }
});

test("the shorter side becomes as long as asked, the longer is cut to whole pixels", () => {
  const shape = (height: number, width: number) => {
    const { height: newHeight, width: newWidth } = resizeShorterSide(createPicture({ height, width, channels: 1 }), 32);
    return [newHeight, newWidth];
  };
  assert.deepEqual(shape(48, 100), [32, 66]);
  assert.deepEqual(shape(100, 48), [66, 32]);
  assert.deepEqual(shape(10, 10), [32, 32]);
});

test("the crop is from the middle, half pixels to the even place", () => {
  const picture = createPicture(
    { height: 3, width: 4, channels: 1 },
    Uint8Array.from({ length: 12 }, (_, i) => i),
  );
  assert.deepEqual(values(cropCentre(picture, { height: 1, width: 2 })), [5, 6]);
  assert.deepEqual(values(cropCentre(picture, { height: 2, width: 1 })), [2, 6]); // 0.5 to row 0, 1.5 to column 2
  assert.throws(() => cropCentre(picture, { height: 4, width: 4 }), { code: "picture", message: /larger/ });
});

test("sizes that are none are refused", () => {
  for (const resize of [resizeBilinear, resizeBilinearPlain, resizeBox])
    for (const size of [
      { height: 0, width: 1 },
      { height: 1, width: 1.5 },
    ])
      assert.throws(() => resize(row(1, 2), size), { code: "picture" });
});

const sizes = [
  [32, 32, 64, 64],
  [32, 32, 224, 224],
  [224, 224, 64, 64],
  [64, 64, 32, 32],
  [33, 47, 21, 60],
  [5, 3, 7, 2],
  [1, 9, 4, 4],
] as const;

test("the bytes are Pillow's, and PyTorch's but for ties where there is no antialias", { skip: noOracle }, () => {
  const source = stream(0, "resize");
  const pictures = sizes.map(([height, width]) =>
    createPicture(
      { height, width, channels: 3 },
      Uint8Array.from({ length: height * width * 3 }, () => source.integer(0, 255)),
    ),
  );
  const script = `
import sys, json, base64
import numpy as np, torch
from PIL import Image
for line in sys.stdin:
    case = json.loads(line)
    pixels = np.frombuffer(base64.b64decode(case["pixels"]), np.uint8).reshape(case["height"], case["width"], 3).copy()
    size = (case["newHeight"], case["newWidth"])
    image = Image.fromarray(pixels)
    plain = torch.nn.functional.interpolate(torch.from_numpy(pixels).permute(2, 0, 1)[None].double(), size=size, mode="bilinear", align_corners=False)
    plain = plain[0].round().to(torch.uint8).permute(1, 2, 0).contiguous().numpy()
    text = lambda data: base64.b64encode(data).decode()
    print(json.dumps([text(image.resize(size[::-1], Image.BILINEAR).tobytes()), text(image.resize(size[::-1], Image.BOX).tobytes()), text(plain.tobytes())]))`;
  const cases = sizes.map(([height, width, newHeight, newWidth], i) => ({
    height,
    width,
    newHeight,
    newWidth,
    pixels: Buffer.from(pictures[i]!.bytes).toString("base64"),
  }));
  const answers = oracle(script, cases.map((line) => JSON.stringify(line)).join("\n"))
    .trim()
    .split("\n");
  for (const [i, answer] of answers.entries()) {
    const size = { height: sizes[i]![2], width: sizes[i]![3] };
    const [bilinear, box, plain] = (JSON.parse(answer) as string[]).map((text) => [...Buffer.from(text, "base64")]);
    const name = sizes[i]!.join(" ");
    assert.deepEqual(values(resizeBilinear(pictures[i]!, size)), bilinear, `bilinear ${name}`);
    assert.deepEqual(values(resizeBox(pictures[i]!, size)), box, `box ${name}`);
    // Values that lie halfway between two bytes (at 33 to 21, 3 in 1,000) fall where the last bit of a weight pushes them.
    const differences = values(resizeBilinearPlain(pictures[i]!, size)).map((value, at) =>
      Math.abs(value - plain![at]!),
    );
    const differing = differences.filter((difference) => difference > 0).length;
    assert.ok(
      differences.every((difference) => difference <= 1),
      `plain ${name}`,
    );
    assert.ok(differing <= 0.005 * differences.length, `plain ${name}: ${differing} of ${differences.length} bytes`);
  }
});
