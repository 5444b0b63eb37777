/** Every wrapper of engine/ops/ on numbers worked out by hand; those of the fused operators stand in fused-*.test.ts. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import * as activation from "../../src/engine/ops/activation.ts";
import * as arithmetic from "../../src/engine/ops/arithmetic.ts";
import * as convolution from "../../src/engine/ops/convolution.ts";
import * as create from "../../src/engine/ops/create.ts";
import * as foreach from "../../src/engine/ops/foreach.ts";
import * as products from "../../src/engine/ops/linear.ts";
import * as loss from "../../src/engine/ops/loss.ts";
import * as normalise from "../../src/engine/ops/normalise.ts";
import * as pool from "../../src/engine/ops/pool.ts";
import * as reduce from "../../src/engine/ops/reduce.ts";
import * as resample from "../../src/engine/ops/resample.ts";
import * as shapes from "../../src/engine/ops/shape.ts";
import { scope } from "../../src/engine/scope.ts";
import { type Tensor, tensorFrom, tensorOf } from "../../src/engine/tensor.ts";
import { assertClose } from "../numbers.ts";

type Wrapper = (...values: never[]) => unknown;
const checked = new Set<unknown>();

/** Calls the wrapper; holds its tensor, and its shape where given, against what is expected. */
function check<Arguments extends readonly unknown[]>(
  wrapper: (...values: Arguments) => unknown,
  values: Arguments,
  expected: readonly number[],
  shape?: readonly number[],
): void {
  checked.add(wrapper);
  const result = wrapper(...values) as Tensor;
  // Four digits of float32 to spare for functions such as the exponential.
  assertClose(Array.from(result.toArray(), Number), expected, 1e-6, wrapper.name);
  if (shape !== undefined) assert.deepEqual(result.shape, shape);
}

const counting = (...shape: number[]) =>
  tensorOf(
    Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, index) => index + 1),
    shape,
  );
const whole = (numbers: readonly number[], shape = [numbers.length]) =>
  tensorFrom(BigInt64Array.from(numbers, BigInt), shape);
const flags = (...bits: number[]) => tensorFrom(Uint8Array.from(bits), [bits.length], "bool");

test("activations", () => {
  const { relu, silu, sigmoid, gelu, softmax, logSoftmax } = activation;
  scope(() => {
    const x = tensorOf([-2, 0, 1]);
    check(relu, [x], [0, 0, 1]);
    check(sigmoid, [x], [0.11920292202, 0.5, 0.73105857863]);
    check(silu, [x], [-0.23840584404, 0, 0.73105857863]);
    check(gelu, [x], [-0.0455002639, 0, 0.84134474607]); // x Φ(x): 0.0227501 and 0.8413447 of the normal tables
    const scores = tensorOf([0, Math.log(3), 5, 5], [2, 2]);
    check(softmax, [scores], [0.25, 0.75, 0.5, 0.5]);
    check(logSoftmax, [scores], [0.25, 0.75, 0.5, 0.5].map(Math.log));
  });
});

test("arithmetic of tensors, with tensors that broadcast and with numbers", () => {
  const { add, sub, mul, div, power, negative, absolute, clamp, where, equals, greaterOrEqual } = arithmetic;
  const { exponential, logarithm, squareRoot, reciprocalSquareRoot, round } = arithmetic;
  scope(() => {
    const a = tensorOf([1, 2, 3, 4], [2, 2]);
    const b = tensorOf([10, -2], [2]);
    check(add, [a, b], [11, 0, 13, 2]);
    check(add, [a, 0.5], [1.5, 2.5, 3.5, 4.5]);
    check(sub, [a, b], [-9, 4, -7, 6]);
    check(sub, [a, 1], [0, 1, 2, 3]);
    check(mul, [a, b], [10, -4, 30, -8]);
    check(mul, [a, -0.5], [-0.5, -1, -1.5, -2]);
    check(div, [a, b], [0.1, -1, 0.3, -2]);
    check(div, [a, 4], [0.25, 0.5, 0.75, 1]);
    check(div, [whole([1, 3]), 2], [0.5, 1.5]);
    check(power, [a, 2], [1, 4, 9, 16]);
    check(power, [a, -0.5], [1, Math.SQRT1_2, 1 / Math.sqrt(3), 0.5]);
    check(negative, [b], [-10, 2]);
    check(absolute, [b], [10, 2]);
    check(exponential, [tensorOf([0, 1])], [1, Math.E]);
    check(logarithm, [tensorOf([1, Math.E])], [0, 1]);
    check(squareRoot, [tensorOf([9, 2])], [3, Math.SQRT2]);
    check(reciprocalSquareRoot, [tensorOf([4, 2])], [0.5, Math.SQRT1_2]);
    check(round, [tensorOf([0.5, 1.5, -0.7, 2.4])], [0, 2, -1, 2]);
    check(clamp, [a, 2, 3.5], [2, 2, 3, 3.5]);
    check(clamp, [a, null, 3], [1, 2, 3, 3]);
    check(where, [flags(1, 0), tensorOf([1, 2]), tensorOf([3, 4])], [1, 4]);
    check(equals, [tensorOf([1, 2]), tensorOf([1, 3])], [1, 0]);
    check(greaterOrEqual, [tensorOf([1, 2, 3]), 2], [0, 1, 1]);
  });
});

test("arithmetic in place", () => {
  const { add_, mul_, lerp_, copy_, zero_ } = arithmetic;
  scope(() => {
    const a = tensorOf([1, 2]);
    check(add_, [a, tensorOf([10, 20]), 0.5], [6, 12]);
    check(add_, [a, tensorOf([1, 1])], [7, 13]);
    check(add_, [a, 2, 0.5], [8, 14]);
    check(add_, [a, -1], [7, 13]);
    check(mul_, [a, tensorOf([2, 1])], [14, 13]);
    check(mul_, [a, 0.5], [7, 6.5]);
    check(lerp_, [a, tensorOf([9, 0.5]), 0.25], [7.5, 5]);
    check(copy_, [a, whole([3])], [3, 3]);
    check(zero_, [a], [0, 0]);
    assert.deepEqual([...a.toFloat32Array()], [0, 0]);
  });
});

test("convolution with padding, stride, dilation and groups", () => {
  const { conv2d } = convolution;
  scope(() => {
    const images = counting(1, 1, 3, 3);
    check(conv2d, [images, tensorOf([1, 0, 0, -1], [1, 1, 2, 2]), tensorOf([10])], [6, 6, 6, 6], [1, 1, 2, 2]);
    check(conv2d, [images, create.ones([1, 1, 3, 3]), null, { stride: 2, padding: 1 }], [12, 16, 24, 28]);
    check(conv2d, [images, create.ones([1, 1, 2, 2]), null, { dilation: 2 }], [20], [1, 1, 1, 1]);
    check(conv2d, [counting(1, 2, 1, 1), tensorOf([10, 100], [2, 1, 1, 1]), null, { groups: 2 }], [10, 200]);
  });
});

test("new tensors, each with the dtype that is said", () => {
  const { full, zeros, ones, arange, zerosLike, emptyLike } = create;
  scope(() => {
    check(full, [[2], 1.5], [1.5, 1.5], [2]);
    check(full, [[], 3, "int32"], [3], []);
    check(zeros, [[1, 2]], [0, 0], [1, 2]);
    check(ones, [[2], "bool"], [1, 1]);
    check(arange, [3], [0, 1, 2]);
    check(arange, [3, "float32"], [0, 1, 2]);
    assert.deepEqual(
      [full([1], 3), full([1], 3, "int32"), ones([1], "bool"), arange(1), arange(1, "float32")].map(
        ({ dtype }) => dtype,
      ),
      ["float32", "int32", "bool", "int64", "float32"],
    );
    const images = shapes.to(shapes.contiguous(counting(1, 2, 2, 2), "channels_last"), "bfloat16");
    check(zerosLike, [images], new Array(8).fill(0), [1, 2, 2, 2]);
    for (const like of [zerosLike, emptyLike]) {
      checked.add(like);
      assert.deepEqual([like(images).dtype, like(images).strides], ["bfloat16", [8, 1, 4, 2]]);
    }
  });
});

test("operators over many tensors", () => {
  const numbers = (list: readonly Tensor[]) => list.map((tensor) => [...tensor.toFloat32Array()]);
  scope(() => {
    const a = [tensorOf([1, 2]), tensorOf([3])];
    const b = [tensorOf([10, 20]), tensorOf([4])];
    const inPlace = (wrapper: Wrapper, change: () => void, expected: number[][]) => {
      checked.add(wrapper);
      change();
      assert.deepEqual(numbers(a), expected, wrapper.name);
    };
    const { foreachAdd_, foreachMul_, foreachAddNumber_, foreachAddcmul_, foreachAddcdiv_ } = foreach;
    inPlace(foreachAdd_, () => foreachAdd_(a, b, 0.5), [[6, 12], [5]]);
    inPlace(foreachMul_, () => foreachMul_(a, 2), [[12, 24], [10]]);
    inPlace(foreachAddNumber_, () => foreachAddNumber_(a, -4), [[8, 20], [6]]);
    inPlace(foreachAddcmul_, () => foreachAddcmul_(a, b, b, 0.5), [[58, 220], [14]]);
    inPlace(foreachAddcdiv_, () => foreachAddcdiv_(a, b, [tensorOf([5, 2]), tensorOf([8])], 2), [[62, 240], [15]]);
    const given = (wrapper: Wrapper, result: Tensor[], expected: number[][]) => {
      checked.add(wrapper);
      assert.deepEqual(numbers(result), expected, wrapper.name);
    };
    given(foreach.foreachMul, foreach.foreachMul(b, 0.5), [[5, 10], [2]]);
    given(foreach.foreachSqrt, foreach.foreachSqrt([tensorOf([4, 9]), tensorOf([16])]), [[2, 3], [4]]);
    given(foreach.foreachNorm, foreach.foreachNorm([tensorOf([3, 4]), tensorOf([-2])], 2), [[5], [2]]);
  });
});

test("products of matrices", () => {
  const { matmul, linear } = products;
  scope(() => {
    const a = counting(2, 2);
    check(matmul, [a, tensorOf([0, 1, 1, 0], [2, 2])], [2, 1, 4, 3]);
    check(matmul, [counting(2, 1, 2), tensorOf([1, 10], [2, 1])], [21, 43], [2, 1, 1]);
    check(linear, [a, tensorOf([1, 10], [1, 2]), tensorOf([0.5])], [21.5, 43.5], [2, 1]);
    check(linear, [counting(1, 2, 2), tensorOf([1, 10], [1, 2]), null], [21, 43], [1, 2, 1]);
  });
});

test("cross-entropy of classes and of probabilities, smoothed or not", () => {
  const { crossEntropy } = loss;
  scope(() => {
    const scores = tensorOf([0, Math.log(3), 0, Math.log(3)], [2, 2]); // probabilities 1/4 and 3/4
    const [rare, common] = [Math.log(4), Math.log(4 / 3)];
    check(crossEntropy, [scores, whole([1, 0])], [(common + rare) / 2], []);
    check(crossEntropy, [scores, whole([1, 0]), { reduction: "none" }], [common, rare], [2]);
    check(crossEntropy, [scores, whole([1, 0]), { reduction: "sum" }], [common + rare]);
    check(crossEntropy, [scores, whole([1, 1]), { smoothing: 0.2 }], [0.9 * common + 0.1 * rare]);
    check(crossEntropy, [scores, tensorOf([0.3, 0.7, 0, 1], [2, 2])], [(0.3 * rare + 1.7 * common) / 2]);
  });
});

test("the mean of squared differences", () => {
  scope(() => check(loss.meanSquaredError, [counting(2, 2), tensorOf([1, 2, 3, 8], [2, 2])], [4], []));
});

test("batch norm and layer norm, of 1 and 3: mean 2, deviation 1", () => {
  const { batchNorm, layerNorm } = normalise;
  scope(() => {
    const x = tensorOf([1, 3], [2, 1]);
    const [two, one] = [tensorOf([2]), tensorOf([1])];
    const [mean, variance] = [tensorOf([0]), tensorOf([1])];
    check(batchNorm, [x, two, one, mean, variance, true, 0.5, 0, false], [-1, 3]);
    assert.deepEqual([mean.item(), variance.item()], [1, 1.5]); // half of the way to 2, and to the unbiased 2
    check(batchNorm, [x, null, null, tensorOf([-1]), tensorOf([4]), false, 0.5, 0, false], [1, 2]);
    check(layerNorm, [tensorOf([1, 3], [1, 2]), [2], tensorOf([2, 1]), tensorOf([0, 5]), 0], [-2, 6]);
  });
});

test("pooling", () => {
  const { averagePool, maxPool, globalAveragePool } = pool;
  scope(() => {
    check(averagePool, [counting(1, 1, 4, 4), 2], [3.5, 5.5, 11.5, 13.5], [1, 1, 2, 2]);
    check(averagePool, [counting(1, 1, 3, 3), 2], [3], [1, 1, 1, 1]);
    check(maxPool, [counting(1, 1, 4, 4), 2], [6, 8, 14, 16], [1, 1, 2, 2]);
    check(maxPool, [counting(1, 1, 3, 3), 2], [5], [1, 1, 1, 1]);
    check(maxPool, [counting(1, 1, 3, 3), 2, "ceil"], [5, 6, 8, 9], [1, 1, 2, 2]);
    check(globalAveragePool, [counting(1, 2, 2, 2)], [2.5, 6.5], [1, 2, 1, 1]);
  });
});

test("images mirrored at their borders, and of another size", () => {
  const { depthToSpace, mirrorToSize, reflectionPad, resizeImages, spaceToDepth, upsampleNearest } = resample;
  scope(() => {
    check(reflectionPad, [counting(1, 1, 2, 2), 1], [4, 3, 4, 3, 2, 1, 2, 1, 4, 3, 4, 3, 2, 1, 2, 1], [1, 1, 4, 4]);
    check(upsampleNearest, [counting(1, 2, 1, 2), 2], [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4], [1, 2, 2, 4]);
    // Rows 1 2 3 4, 5 6 7 8 of one channel and 9 10 11 12, 13 14 15 16 of another: y, x, channel.
    const folded = [1, 3, 9, 11, 2, 4, 10, 12, 5, 7, 13, 15, 6, 8, 14, 16];
    check(spaceToDepth, [counting(1, 2, 2, 4)], folded, [1, 8, 1, 2]);
    const unfolded = Array.from({ length: 16 }, (_, place) => place + 1);
    check(depthToSpace, [tensorOf(folded, [1, 8, 1, 2])], unfolded, [1, 2, 2, 4]);
    check(mirrorToSize, [counting(1, 1, 2, 2), { height: 2, width: 3 }], [1, 2, 1, 3, 4, 3], [1, 1, 2, 3]);
    check(mirrorToSize, [counting(1, 1, 2, 2), { height: 3, width: 2 }], [1, 2, 3, 4, 1, 2], [1, 1, 3, 2]);
    const row = () => tensorOf([0, 8, 16, 80], [1, 1, 1, 4]);
    // Enlarged, both look at positions -1/4, 1/4, 3/4, ...
    const enlarged = [0, 2, 6, 10, 14, 32, 64, 80];
    check(resizeImages, [row(), { height: 1, width: 8 }, "plain"], enlarged);
    check(resizeImages, [row(), { height: 1, width: 8 }, "antialiased"], enlarged);
    // Shrunk to one pixel, a triangle of reach 4 around the middle weighs 2.5, 3.5, 3.5, 2.5; the plain one takes the middle two.
    check(resizeImages, [row(), { height: 1, width: 1 }, "antialiased"], [(3.5 * 24 + 2.5 * 80) / 12], [1, 1, 1, 1]);
    check(resizeImages, [row(), { height: 1, width: 1 }, "plain"], [12]);
  });
});

test("sums and the like, over all elements or some dimensions", () => {
  const { sum, mean, argmax, largest, norm, isEqual, finiteElements, all } = reduce;
  scope(() => {
    const x = counting(2, 3);
    check(sum, [x], [21], []);
    check(sum, [x, { dimensions: [0] }], [5, 7, 9], [3]);
    check(sum, [x, { dimensions: [-1], keep: "kept" }], [6, 15], [2, 1]);
    assert.equal(sum(x, undefined, "float64").dtype, "float64");
    check(mean, [x], [3.5], []);
    check(mean, [x, { dimensions: [1], keep: "kept" }], [2, 5], [2, 1]);
    check(argmax, [tensorOf([1, 5, 5, 7, 2, 0], [2, 3])], [1, 0], [2]);
    check(argmax, [tensorOf([1, 5, 5, 7, 2, 0], [2, 3]), 0], [1, 0, 0], [3]);
    check(largest, [x], [6], []);
    check(norm, [tensorOf([2, 3, 6], [3, 1])], [7], []);
    checked.add(isEqual);
    assert.deepEqual([isEqual(x, counting(2, 3)), isEqual(x, counting(3, 2))], [true, false]);
    check(finiteElements, [tensorOf([1, Number.NaN, Number.NEGATIVE_INFINITY])], [1, 0, 0]);
    check(all, [flags(1, 1)], [1], []);
    check(all, [flags(1, 0)], [0], []);
  });
});

test("shapes: views where the name says so, copies otherwise", () => {
  const { reshape, permute, expand, slice, flatten, indexSelect, gather, oneHot, concatenate, stack } = shapes;
  scope(() => {
    const x = counting(2, 3);
    check(reshape, [x, [3, -1]], [1, 2, 3, 4, 5, 6], [3, 2]);
    check(permute, [x, [1, 0]], [1, 4, 2, 5, 3, 6], [3, 2]);
    check(expand, [counting(2, 1), [2, 2]], [1, 1, 2, 2], [2, 2]);
    check(slice, [x, 1, 1, 3], [2, 3, 5, 6], [2, 2]);
    check(flatten, [counting(1, 2, 2, 1), 1], [1, 2, 3, 4], [1, 4]);
    check(indexSelect, [x, 1, whole([2, 0])], [3, 1, 6, 4], [2, 2]);
    check(gather, [x, 1, whole([0, 2], [2, 1])], [1, 6], [2, 1]);
    check(oneHot, [whole([2, 0]), 3], [0, 0, 1, 1, 0, 0], [2, 3]);
    check(concatenate, [[x, x], 1], [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6], [2, 6]);
    check(concatenate, [[x, slice(x, 0, 0, 1)]], [1, 2, 3, 4, 5, 6, 1, 2, 3], [3, 3]);
    check(stack, [[tensorOf([1, 2]), tensorOf([3, 4])]], [1, 2, 3, 4], [2, 2]);
    check(stack, [[tensorOf([1, 2]), tensorOf([3, 4])], 1], [1, 3, 2, 4], [2, 2]);
  });
});

test("memory formats, dtypes, devices; copies have their own memory, views share it", () => {
  const { contiguous, to, toDevice, clone, detach, permute } = shapes;
  scope(() => {
    const x = counting(2, 2);
    check(contiguous, [permute(x, [1, 0])], [1, 3, 2, 4]);
    assert.deepEqual(contiguous(permute(x, [1, 0])).strides, [2, 1]);
    assert.deepEqual(contiguous(counting(1, 2, 2, 2), "channels_last").strides, [8, 1, 4, 2]);
    check(to, [tensorOf([1.75, -1.75]), "int32"], [1, -1]);
    check(toDevice, [x, "cpu"], [1, 2, 3, 4]);
    x.requiresGradient = true;
    checked.add(clone).add(detach);
    const [copy, view] = [detach(clone(x)), detach(x)];
    assert.equal(view.requiresGradient, false);
    arithmetic.zero_(view);
    assert.deepEqual([...x.toFloat32Array()], [0, 0, 0, 0]);
    assert.deepEqual([...copy.toFloat32Array()], [1, 2, 3, 4]);
  });
});

test("every wrapper has its case here", async () => {
  const folder = new URL("../../src/engine/ops/", import.meta.url);
  for (const file of readdirSync(folder).filter((name) => !name.startsWith("fused")))
    for (const [name, wrapper] of Object.entries(await import(new URL(file, folder).href)))
      assert.ok(checked.has(wrapper), `${name} of ${file} has no case here`);
});
