/** Dropout, batch norm and activation in one operator, against the twin of stock operators. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { backward, gradientOf, noGrad } from "../../src/engine/autograd.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { copy_ } from "../../src/engine/ops/arithmetic.ts";
import { full, ones } from "../../src/engine/ops/create.ts";
import {
  type DropoutBatchNormActOptions,
  dropoutBatchNormAct,
  dropoutBatchNormActTwin,
} from "../../src/engine/ops/fused.ts";
import { contiguous, expand, permute, slice, to } from "../../src/engine/ops/shape.ts";
import { scope } from "../../src/engine/scope.ts";
import { type Tensor, tensorFrom, tensorOf } from "../../src/engine/tensor.ts";
import { assertClose, normalTensor } from "../numbers.ts";

setThreadCount(1);

// Both sides add up float32 in their own order and round every product: 6e-8 of each number, a few times.
const FLOAT32 = 1e-5;
// The result is rounded once to the 8 bits of bfloat16: half of 2^-8 of the number, and one such step more where the
// number before it, off by its own 1e-5, falls on the other side of a tie.
const BFLOAT16 = 2 ** -8;

const plain: DropoutBatchNormActOptions = {
  training: true,
  momentum: 0.1,
  epsilon: 1e-5,
  activation: "silu",
  probability: 0,
  key: 7,
};

interface Case {
  images: () => Tensor;
  options?: Partial<DropoutBatchNormActOptions>;
  /** Of the output; normal numbers, in the output's own layout, where not given. */
  gradient?: (shape: number[]) => Tensor;
}

/** What the operator computes and changes: output, gradients, running statistics, as float32. */
function carryOut(operator: typeof dropoutBatchNormAct, { images: make, options, gradient }: Case) {
  return scope(() => {
    const images = make();
    const channels = images.shape[1]!;
    const state = {
      weight: normalTensor("weight", [channels], 0.5, 1),
      bias: normalTensor("bias", [channels], 0.5),
      runningMean: normalTensor("running mean", [channels]),
      runningVar: tensorFrom(normalTensor("running variance", [channels]).toFloat32Array().map(Math.exp), [channels]),
    };
    for (const leaf of [images, state.weight, state.bias]) leaf.requiresGradient = true;
    const output = operator(images, state, { ...plain, ...options });
    const arriving = gradient?.(output.shape) ?? normalTensor("gradient", output.shape);
    backward(output, to(arriving, output.dtype));
    const numbers = (tensor: Tensor) => to(tensor, "float32").toFloat32Array();
    return {
      output: numbers(output),
      images: numbers(gradientOf(images)!),
      weight: numbers(gradientOf(state.weight)!),
      bias: numbers(gradientOf(state.bias)!),
      runningMean: numbers(state.runningMean),
      runningVar: numbers(state.runningVar),
    };
  });
}

function assertTwins(case_: Case): void {
  const actual = carryOut(dropoutBatchNormAct, case_);
  const expected = carryOut(dropoutBatchNormActTwin, case_);
  for (const name of Object.keys(expected) as (keyof typeof expected)[])
    assertClose(actual[name], expected[name], FLOAT32, name);
}

const drawn = (shape: number[], offset = 1.5) => normalTensor("images", shape, 2, offset);
const channelsLast = (shape: number[]) => contiguous(drawn(shape), "channels_last");

for (const activation of ["silu", "relu", "none"] as const)
  for (const probability of [0, 0.3])
    test(`output, gradients and running statistics are the twin's: ${activation}, dropout ${probability}`, () => {
      assertTwins({ images: () => channelsLast([5, 32, 7, 6]), options: { activation, probability } });
    });

for (const channels of [1, 3, 24, 33])
  test(`they are for ${channels} channels, which fill no whole vector`, () => {
    for (const probability of [0, 0.3])
      assertTwins({ images: () => channelsLast([3, channels, 5, 4]), options: { probability } });
  });

test("they are for images by channel, and for slices of larger ones", () => {
  for (const probability of [0, 0.3]) {
    assertTwins({ images: () => drawn([4, 24, 6, 5]), options: { probability } });
    assertTwins({ images: () => slice(channelsLast([4, 40, 6, 5]), 1, 3, 27), options: { probability } });
  }
});

test("they are for [N,C]", () => {
  for (const probability of [0, 0.3]) assertTwins({ images: () => drawn([40, 33]), options: { probability } });
});

test("they are where a channel has two values only", () => {
  // Two values are normalised to -1 and 1 whatever they are, but for epsilon: a small one leaves gradients of rounding.
  const options = { epsilon: 1 };
  assertTwins({ images: () => drawn([2, 3]), options });
  assertTwins({ images: () => drawn([1, 3, 2, 1]), options });
});

test("they are for more elements than one chunk of the sums holds", () => {
  assertTwins({ images: () => channelsLast([24, 64, 13, 11]), options: { probability: 0.2 } });
});

test("they are where gradients arrive by channel, sliced, or repeated from one number", () => {
  const images = () => channelsLast([4, 24, 6, 5]);
  const options = { probability: 0.3 };
  assertTwins({ images, options, gradient: (shape) => normalTensor("gradient", shape) });
  assertTwins({
    images,
    options,
    gradient: ([n, c, h, w]) => slice(normalTensor("wide", [n!, c!, h!, 9]), 3, 2, 2 + w!),
  });
  assertTwins({ images, options, gradient: (shape) => expand(tensorOf([0.5], [1, 1, 1, 1]), shape) });
  assertTwins({
    images: () => drawn([40, 24]),
    options,
    gradient: ([n, c]) => permute(normalTensor("turned", [c!, n!]), [1, 0]),
  });
});

test("in evaluation they are, by the running statistics, which stay; nothing is dropped", () => {
  for (const shape of [
    [3, 24, 4, 5],
    [1, 24, 1, 1],
  ]) {
    const case_ = { images: () => channelsLast(shape), options: { training: false, probability: 0.3 } };
    assertTwins(case_);
    const before = normalTensor("running mean", [24]).toFloat32Array();
    assert.deepEqual(carryOut(dropoutBatchNormAct, case_).runningMean, before);
  }
});

test("a mean far from 0 costs no digits of the variance", () => {
  // Plain sums of squares in float32 would lose 1e6 * 6e-8 of it.
  const { output, runningVar } = carryOut(dropoutBatchNormAct, {
    images: () =>
      tensorFrom(
        Float32Array.from({ length: 4096 }, (_, index) => 1000 + (index % 2)),
        [4096, 1],
      ),
    options: { activation: "none", momentum: 1 },
  });
  assertClose(runningVar, [(0.25 * 4096) / 4095], 1e-6, "variance");
  const weight = normalTensor("weight", [1], 0.5, 1).item();
  const bias = normalTensor("bias", [1], 0.5).item();
  assertClose([output[0]!, output[1]!], [bias - weight, bias + weight], 1e-4, "output"); // epsilon: 2e-5
});

test("in bfloat16 each number is the float32 twin's, rounded", () => {
  const shape = [4, 33, 6, 5];
  // The same numbers in both: those that bfloat16 has.
  const rounded = (tensor: Tensor) => to(to(tensor, "bfloat16"), "float32");
  for (const activation of ["silu", "relu", "none"] as const)
    for (const probability of [0, 0.3]) {
      const options = { activation, probability };
      const gradient = () => rounded(normalTensor("gradient", shape));
      const actual = carryOut(dropoutBatchNormAct, {
        images: () => to(channelsLast(shape), "bfloat16"),
        options,
        gradient,
      });
      const expected = carryOut(dropoutBatchNormActTwin, {
        images: () => rounded(channelsLast(shape)),
        options,
        gradient,
      });
      for (const name of ["output", "images"] as const)
        for (const [index, value] of expected[name].entries()) {
          const difference = Math.abs(actual[name][index]! - value);
          const allowed = BFLOAT16 * Math.abs(value) + FLOAT32; // near 0 the float32 error is larger than the rounding
          assert.ok(difference <= allowed, `${activation} ${name}[${index}]: ${difference} from ${value}`);
        }
      for (const name of ["weight", "bias", "runningMean", "runningVar"] as const)
        assertClose(actual[name], expected[name], FLOAT32, `${activation} ${name}`);
    }
});

test("the output is bfloat16 for bfloat16, and lies in channels_last whatever the images did", () => {
  scope(() => {
    const state = { weight: ones([8]), bias: full([8], 0), runningMean: full([8], 0), runningVar: ones([8]) };
    const output = noGrad(() => dropoutBatchNormAct(to(drawn([2, 8, 3, 5]), "bfloat16"), state, plain));
    assert.equal(output.dtype, "bfloat16");
    assert.deepEqual(output.strides, [120, 1, 40, 8]);
  });
});

test("one thread and two give the same bits", () => {
  const case_ = { images: () => channelsLast([16, 33, 32, 32]), options: { probability: 0.2 } };
  const one = carryOut(dropoutBatchNormAct, case_);
  setThreadCount(2);
  const two = carryOut(dropoutBatchNormAct, case_);
  setThreadCount(1);
  assert.deepEqual(two, one);
});

test("what is not a number shows in the output and in the gradients", () => {
  const images = () => {
    const numbers = drawn([8, 3]).toFloat32Array();
    numbers[4] = Number.NaN; // channel 1
    return tensorFrom(numbers, [8, 3]);
  };
  for (const activation of ["silu", "relu", "none"] as const) {
    const { output, weight } = carryOut(dropoutBatchNormAct, { images, options: { activation } });
    assert.deepEqual([...weight].map(Number.isNaN), [false, true, false], activation);
    assert.deepEqual(
      [...output].map(Number.isNaN),
      [...output].map((_, index) => index % 3 === 1),
      activation,
    );
  }
});

test("a batch with no pictures has an empty output and gradients of 0, and leaves the statistics", () => {
  const { output, weight, runningMean } = carryOut(dropoutBatchNormAct, { images: () => drawn([0, 3, 4, 4]) });
  assert.equal(output.length, 0);
  assert.deepEqual([...weight], [0, 0, 0]);
  assert.deepEqual(runningMean, normalTensor("running mean", [3]).toFloat32Array());
});

test("training with one value a channel is refused, by the twin too", () => {
  for (const operator of [dropoutBatchNormAct, dropoutBatchNormActTwin])
    for (const shape of [
      [1, 3, 1, 1],
      [1, 3],
    ])
      assert.throws(() => carryOut(operator, { images: () => drawn(shape) }), {
        code: "torch",
        message: /more than 1 value per channel|one value a channel/,
      });
});

test("a probability outside of [0,1) is refused, by the twin too", () => {
  for (const operator of [dropoutBatchNormAct, dropoutBatchNormActTwin])
    for (const probability of [1, -0.1, Number.NaN])
      assert.throws(() => carryOut(operator, { images: () => drawn([4, 3]), options: { probability } }), {
        code: "torch",
        message: /probability is in \[0, 1\), not/,
      });
});

test("vectors of another length or dtype, a third dimension, an unknown activation are refused by name", () => {
  scope(() => {
    const of = (count: number) => full([count], 1);
    const state = { weight: of(3), bias: of(3), runningMean: of(3), runningVar: of(3) };
    const images = drawn([4, 3]);
    const refused = (part: Partial<typeof state>, message: RegExp) =>
      assert.throws(() => dropoutBatchNormAct(images, { ...state, ...part }, plain), { code: "torch", message });
    refused({ weight: of(4) }, /weight must be float32 .* each of the 3 channels/);
    refused({ runningVar: to(of(3), "float64") }, /running_var must be float32/);
    assert.throws(() => dropoutBatchNormAct(drawn([4, 3, 2]), state, plain), /\[N,C\] or \[N,C,H,W\], not \[4, 3, 2\]/);
    const unknown = { ...plain, activation: "tanh" as "silu" };
    assert.throws(() => dropoutBatchNormAct(images, state, unknown), /"silu", "relu" or "none", not "tanh"/);
  });
});

test("backward with a weight that was overwritten since is refused, as with stock operators", () => {
  for (const operator of [dropoutBatchNormAct, dropoutBatchNormActTwin])
    scope(() => {
      const state = { weight: ones([3]), bias: full([3], 0), runningMean: full([3], 0), runningVar: ones([3]) };
      const images = drawn([4, 3]);
      images.requiresGradient = true;
      const output = operator(images, state, plain);
      copy_(state.weight, full([3], 2));
      assert.throws(() => backward(output, ones([4, 3])), {
        code: "torch",
        message: /modified by an inplace operation/,
      });
    });
});
