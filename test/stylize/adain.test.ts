/** AdaIN on numbers worked out by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { scope } from "../../src/engine/scope.ts";
import { type Tensor, tensorOf } from "../../src/engine/tensor.ts";
import { adain, channelStatistics } from "../../src/stylize/adain.ts";
import { assertClose } from "../numbers.ts";

/** Two channels of two places: 1 and 3 (mean 2, variance 2), 10 and 10 (flat). */
const content = () => tensorOf([1, 3, 10, 10], [1, 2, 1, 2]);

const style = (mean: number[], variance: number[]) => ({
  mean: tensorOf(mean, [1, 2, 1, 1]),
  variance: tensorOf(variance, [1, 2, 1, 1]),
});

const restyled = (body: () => Tensor) => scope(() => body().toFloat32Array());

test("statistics are of each picture and channel, the variance divided by one place less than there are", () => {
  scope(() => {
    const { mean, variance } = channelStatistics(tensorOf([1, 3, 10, 10, 0, 0, -1, 5], [2, 2, 1, 2]));
    assert.deepEqual(mean.shape, [2, 2, 1, 1]);
    assertClose(mean, [2, 10, 0, 2], 1e-6);
    assertClose(variance, [2, 0, 0, 18], 1e-6);
  });
});

test("at strength 1 features have the style's mean and deviation, 1e-5 added to both variances", () => {
  const [first, second, ...flat] = restyled(() => adain(content(), style([5, -1], [8, 4]), tensorOf([1])));
  const half = Math.sqrt(8.00001 / 2.00001); // 1 and 3 lie one from their mean
  assertClose([first!, second!], [5 - half, 5 + half], 1e-6);
  assertClose(flat, [-1, -1], 1e-6); // a flat channel stays flat, whatever deviation is asked for
});

test("at strength 0 features stay as they are; between, they are mixed, each picture by its own strength", () => {
  const twice = restyled(() => {
    const both = tensorOf([1, 3, 10, 10, 1, 3, 10, 10], [2, 2, 1, 2]);
    return adain(both, style([5, -1], [8, 4]), tensorOf([0, 0.25]));
  });
  assertClose(twice.subarray(0, 4), [1, 3, 10, 10], 1e-6);
  // A quarter of the way to 3, 7, -1, -1.
  assertClose(twice.subarray(4), [1.5, 4, 7.25, 7.25], 1e-5);
});
