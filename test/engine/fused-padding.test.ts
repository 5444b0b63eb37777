/** ReLU, other sides and mirrored borders in one operator, against the twin of stock operators and by hand. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { backward, gradientOf, inference } from "../../src/engine/autograd.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import {
  type ReluResamplePadOptions,
  reluResamplePad,
  reluResamplePadTwin,
} from "../../src/engine/ops/fused-padding.ts";
import { contiguous, permute, slice, to } from "../../src/engine/ops/shape.ts";
import { scope } from "../../src/engine/scope.ts";
import { type Tensor, tensorOf } from "../../src/engine/tensor.ts";
import { assertClose, normalTensor } from "../numbers.ts";

setThreadCount(1);
after(() => setThreadCount(1));

const RESAMPLES = ["none", "nearest", "max", "space_to_depth", "depth_to_space"] as const;
const variants = [false, true].flatMap((relu) => RESAMPLES.map((resample) => ({ relu, resample })));
const nameOf = ({ relu, resample }: ReluResamplePadOptions) => `${relu ? "ReLU, " : ""}${resample}`;

const last = (tensor: Tensor) => contiguous(tensor, "channels_last");
const float32 = (tensor: Tensor) => to(tensor, "float32");
const numbers = (tensor: Tensor) => float32(tensor).toFloat32Array();

/** Images of these numbers in many neighbourhoods. */
const imagesOf = (values: readonly number[]) =>
  tensorOf(
    Array.from({ length: 1024 }, (_, place) => values[(place * place + (place >> 3)) % values.length]!),
    [4, 4, 8, 8],
  );
const SPECIAL = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, -1, 1, 0.5];

const inputs: Record<string, () => Tensor> = {
  "sides of 4": () => last(normalTensor("images", [2, 16, 4, 4])),
  "odd sides and channels": () => last(normalTensor("images", [3, 5, 7, 3])),
  "one channel, many rows": () => normalTensor("images", [1, 1, 200, 90]),
  "channels first": () => normalTensor("images", [2, 3, 5, 4]),
  "a part of an image": () => slice(last(normalTensor("images", [2, 8, 9, 9])), 3, 1, 8),
  "turned images": () => permute(normalTensor("images", [2, 3, 6, 4]), [0, 1, 3, 2]),
  "even sides, odd channels": () => last(normalTensor("images", [3, 5, 6, 8])),
  "odd sides, 12 channels": () => last(normalTensor("images", [3, 12, 5, 3])),
  "no images": () => normalTensor("images", [0, 4, 4, 4]),
  "infinities, zeros of both signs, equal numbers": () => imagesOf(SPECIAL),
};
const withNaN = { "NaN too": () => imagesOf([Number.NaN, ...SPECIAL]) };

/** Those that have whole squares of 2x2 pixels, where such are asked for. */
const fitting = (all: Record<string, () => Tensor>, { resample }: ReluResamplePadOptions) =>
  Object.entries(all).filter(([, make]) => {
    const [, channels, height, width] = scope(() => make().shape) as [number, number, number, number];
    if (resample === "space_to_depth") return height % 2 === 0 && width % 2 === 0;
    return resample !== "depth_to_space" || channels % 4 === 0;
  });

for (const options of variants)
  test(`${nameOf(options)}: the bits of stock operators, in float32 and bfloat16, in channels_last`, () => {
    for (const [name, make] of fitting({ ...inputs, ...withNaN }, options))
      scope(() =>
        inference(() => {
          const low = to(make(), "bfloat16");
          for (const images of [make(), low]) {
            const padded = reluResamplePad(images, options);
            const [, channels, , width] = padded.shape as [number, number, number, number];
            assert.equal(padded.dtype, images.dtype);
            if (channels > 1) assert.deepEqual(padded.strides.slice(1), [1, width * channels, channels], name);
            // Nothing is rounded on the way, so the stock operators may do it in float32: 1.13's know no bfloat16.
            assert.deepEqual(numbers(padded), numbers(reluResamplePadTwin(float32(images), options)), name);
          }
        }),
      );
  });

const gradientBy = (
  operator: typeof reluResamplePad,
  images: Tensor,
  options: ReluResamplePadOptions,
): Float32Array => {
  images.requiresGradient = true;
  const padded = operator(images, options);
  backward(padded, to(normalTensor("gradient", padded.shape), padded.dtype));
  return numbers(gradientOf(images)!);
};

for (const options of variants)
  test(`${nameOf(options)}: gradients are those of stock operators`, () => {
    for (const [name, make] of fitting(inputs, options))
      scope(() => {
        const expected = gradientBy(reluResamplePadTwin, make(), options);
        assertClose(gradientBy(reluResamplePad, make(), options), expected, 1e-6, name); // up to 16 summands in another order
        // What arrives is rounded to 8 bits, and so is the sum of it; both choose the same pixels of equal ones.
        const low = gradientBy(reluResamplePad, to(make(), "bfloat16"), options);
        const rounded = float32(to(make(), "bfloat16"));
        assertClose(low, gradientBy(reluResamplePadTwin, rounded, options), 2 ** -7, name);
      });
  });

/** Those whose outputs have the channels of the inputs. */
type Pooled = { relu: boolean; resample: "none" | "nearest" | "max" };
const isPooled = (options: ReluResamplePadOptions): options is Pooled =>
  ["none", "nearest", "max"].includes(options.resample);

/** What every place of the output shows, by hand. */
function reference(pixels: readonly number[], height: number, width: number, { relu, resample }: Pooled) {
  const rectified = pixels.map((value) => (relu ? Math.max(0, value) : value));
  const [scale, size] = [{ none: 1, nearest: 0.5, max: 2 }[resample], resample === "max" ? 2 : 1];
  const [rows, columns] = [Math.ceil(height / scale), Math.ceil(width / scale)];
  const mirrored = (at: number, side: number) => (at < 0 ? -at : at >= side ? 2 * (side - 1) - at : at);
  const square = (from: number, side: number) =>
    Array.from({ length: size }, (_, place) => Math.floor(from * scale) + place).filter((at) => at < side);
  const outputs: number[] = [];
  for (let row = -1; row <= rows; row++)
    for (let column = -1; column <= columns; column++) {
      const seen = square(mirrored(row, rows), height).flatMap((y) =>
        square(mirrored(column, columns), width).map((x) => rectified[y * width + x]!),
      );
      outputs.push(Math.max(...seen));
    }
  return outputs;
}

for (const options of variants.filter(isPooled))
  test(`${nameOf(options)}: outputs by hand, and gradients are their differences in float64`, () => {
    const [height, width] = [3, 4];
    const pixels = [0.5, -1.25, 2, 0.75, -0.5, 3, 1.5, -2, -3, -0.25, 1, 1.75];
    scope(() => {
      const images = tensorOf(pixels, [1, 1, height, width]);
      images.requiresGradient = true;
      const padded = reluResamplePad(images, options);
      const by = (moved: readonly number[]) => reference(moved, height, width, options);
      assert.deepEqual([...padded.toFloat32Array()], by(pixels));
      const arriving = by(pixels).map((_, place) => ((place * 7) % 11) / 4 - 1);
      backward(padded, tensorOf(arriving, padded.shape));
      const sum = (moved: readonly number[]) =>
        by(moved).reduce((all, value, place) => all + value * arriving[place]!, 0);
      const step = 2 ** -10; // no two pixels are as near, nor any to 0: the sum is a straight line
      const slopes = pixels.map((_, place) => {
        const moved = (distance: number) => pixels.map((value, at) => (at === place ? value + distance : value));
        return (sum(moved(step)) - sum(moved(-step))) / (2 * step);
      });
      assertClose(gradientOf(images)!, slopes, 1e-6);
    });
  });

test("a gradient that arrives where all is NaN is not lost, and none comes from a border that is not there", () => {
  scope(() => {
    const images = tensorOf(new Array(9).fill(Number.NaN), [1, 1, 3, 3]);
    const gradient = gradientBy(reluResamplePad, images, { relu: true, resample: "max" });
    assert.deepEqual(
      [...gradient].map((value) => value !== 0),
      [true, false, true, false, false, false, true, false, true],
    );
  });
});

test("two threads give the same bits as one", () => {
  for (const options of variants) {
    const compute = (threads: number) => {
      setThreadCount(threads);
      const images = () => normalTensor("images", [1, 4, 200, 90]);
      return scope(() => [numbers(reluResamplePad(images(), options)), gradientBy(reluResamplePad, images(), options)]);
    };
    assert.deepEqual(compute(2), compute(1), nameOf(options));
  }
});

test("images without a pixel beside the border, or of another rank, are refused with their sides", () => {
  scope(() => {
    const pad = (shape: number[], resample: ReluResamplePadOptions["resample"]) => () =>
      reluResamplePad(normalTensor("images", shape), { relu: false, resample });
    assert.throws(pad([1, 3, 1, 4], "none"), { code: "torch", message: /1x4 have no pixel beside the border/ });
    assert.throws(pad([1, 3, 4, 2], "max"), { code: "torch", message: /2x1 have no pixel beside the border/ });
    assert.throws(pad([1, 3, 4, 5], "space_to_depth"), { code: "torch", message: /4x5 have no whole squares/ });
    assert.throws(pad([1, 6, 4, 4], "depth_to_space"), { code: "torch", message: /6 channels do not make squares/ });
    assert.throws(pad([3, 4, 4], "none"), { code: "torch", message: /images are \[N,C,H,W\]/ });
    assert.deepEqual(pad([1, 1, 1, 1], "nearest")().shape, [1, 1, 4, 4]);
  });
});
