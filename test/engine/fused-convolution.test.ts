/** The 3x3 convolution of our own, against libtorch's. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { backward, gradientOf, inference } from "../../src/engine/autograd.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { conv2d } from "../../src/engine/ops/convolution.ts";
import { convolve3x3 } from "../../src/engine/ops/fused-convolution.ts";
import { contiguous, slice } from "../../src/engine/ops/shape.ts";
import { scope } from "../../src/engine/scope.ts";
import { type Tensor, tensorOf } from "../../src/engine/tensor.ts";
import { assertClose, normalTensor } from "../numbers.ts";

setThreadCount(1);
after(() => setThreadCount(1));

/** Both sides add up some hundred products in float32; the transforms of ours add a few roundings. */
const LIMIT = 1e-5;

interface Case {
  images: number[];
  outputs: number;
  bias?: "without";
  padding?: number;
}

const cases: Record<string, Case> = {
  "tiles that fit": { images: [2, 16, 6, 8], outputs: 32 },
  "odd sides, many tiles": { images: [3, 32, 17, 13], outputs: 16 },
  "channels that fill no vector": { images: [2, 37, 5, 6], outputs: 21 },
  "few outputs": { images: [1, 16, 10, 10], outputs: 3 },
  "one output pixel, no bias": { images: [1, 20, 3, 3], outputs: 70, bias: "without" },
  "a border of zeros": { images: [2, 16, 8, 6], outputs: 24, padding: 1 },
  "a border, odd sides and channels": { images: [3, 19, 7, 5], outputs: 35, padding: 1 },
  "one pixel in its border": { images: [1, 16, 1, 1], outputs: 16, padding: 1 },
  "a border of two, few outputs": { images: [2, 16, 4, 5], outputs: 3, padding: 2 },
  "a border of three": { images: [1, 16, 4, 3], outputs: 16, padding: 3 },
  "few inputs, which libtorch convolves": { images: [2, 3, 7, 7], outputs: 16 },
};

const last = (tensor: Tensor) => contiguous(tensor, "channels_last");

/** Output and gradients of images, weight and bias. */
function carryOut(convolve: typeof convolve3x3, { images: shape, outputs, bias: with_, padding = 0 }: Case): Tensor[] {
  const images = last(normalTensor("images", shape));
  const weight = last(normalTensor("weight", [outputs, shape[1]!, 3, 3]));
  const bias = with_ === "without" ? null : normalTensor("bias", [outputs]);
  const leaves = [images, weight, ...(bias ? [bias] : [])];
  for (const leaf of leaves) leaf.requiresGradient = true;
  const output = convolve(images, weight, bias, { padding });
  backward(output, normalTensor("gradient", output.shape));
  return [output, ...leaves.map((leaf) => gradientOf(leaf)!)];
}

for (const [name, case_] of Object.entries(cases))
  test(`${name}: output and gradients are libtorch's, in channels_last`, () => {
    scope(() => {
      const [actual, expected] = [convolve3x3, conv2d].map((convolve) => carryOut(convolve, case_));
      for (const [index, tensor] of actual!.entries()) assertClose(tensor, expected![index]!, LIMIT, String(index));
      const { shape, strides } = actual![0]!;
      const [, channels, , width] = shape as [number, number, number, number];
      assert.deepEqual(strides.slice(1), [1, width * channels, channels]);
    });
  });

test("a convolution by hand: 16 equal channels of 1 to 16, weights that add up three of the diagonal", () => {
  const pixels = Array.from({ length: 16 }, (_, index) => index + 1);
  const diagonal = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  scope(() => {
    const images = tensorOf(new Array(16).fill(pixels).flat(), [1, 16, 4, 4]);
    const weight = tensorOf(new Array(16).fill(diagonal).flat(), [1, 16, 3, 3]);
    const output = inference(() => convolve3x3(images, weight, tensorOf([0.5])));
    // 16 times 1 + 6 + 11, 2 + 7 + 12, 5 + 10 + 15, 6 + 11 + 16; whole numbers and their halves are exact
    assert.deepEqual([...output.toFloat32Array()], [288.5, 336.5, 480.5, 528.5]);
  });
});

test("its bits are the same for two threads, for other batches and for images that lie otherwise", () => {
  scope(() => {
    const images = normalTensor("images", [5, 24, 9, 12]);
    const weight = normalTensor("weight", [40, 24, 3, 3]);
    const compute = (of: Tensor) => [...inference(() => convolve3x3(of, weight, null)).toFloat32Array()];
    const expected = compute(last(images));
    setThreadCount(2);
    assert.deepEqual(compute(images), expected);
    assert.deepEqual(
      compute(slice(images, 0, 3, 4)),
      expected.slice((3 / 5) * expected.length, (4 / 5) * expected.length),
    );
  });
});

test("NaN in an image reaches the outputs that see it, and no other image", () => {
  scope(() => {
    const pixels = new Float32Array(2 * 16 * 25).fill(1);
    pixels[12] = Number.NaN; // the middle of the first channel: all nine outputs see it
    const output = inference(() =>
      convolve3x3(tensorOf([...pixels], [2, 16, 5, 5]), normalTensor("weight", [1, 16, 3, 3]), null),
    );
    assert.deepEqual([...output.toFloat32Array()].map(Number.isNaN), [
      ...new Array(9).fill(true),
      ...new Array(9).fill(false),
    ]);
  });
});

test("images, weight or bias that do not fit are refused", () => {
  scope(() => {
    const convolve = (images: number[], weight: number[], bias = [2]) => {
      const [i, w, b] = [images, weight, bias].map((shape) => normalTensor("numbers", shape));
      return () => convolve3x3(i!, w!, b!);
    };
    assert.throws(convolve([1, 16, 4, 4], [2, 17, 3, 3]), { code: "torch", message: /need a weight \[O,16,3,3\]/ });
    assert.throws(convolve([1, 16, 4, 4], [2, 16, 5, 5]), { code: "torch", message: /need a weight/ });
    assert.throws(convolve([1, 16, 2, 4], [2, 16, 3, 3]), { code: "torch", message: /smaller than 3x3/ });
    assert.throws(convolve([1, 16, 4, 4], [2, 16, 3, 3], [3]), { code: "torch", message: /one element an output/ });
  });
});
