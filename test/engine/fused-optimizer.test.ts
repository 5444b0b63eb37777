/** Optimizer steps and the norm of gradients in one pass, by hand and against their twins of stock operators. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { backward, noGrad } from "../../src/engine/autograd.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { mul } from "../../src/engine/ops/arithmetic.ts";
import {
  type AdamWStepOptions,
  adamwStep_,
  adamwStepTwin_,
  globalNorm,
  globalNormTwin,
  type SgdStepOptions,
  sgdStep_,
  sgdStepTwin_,
} from "../../src/engine/ops/fused-optimizer.ts";
import { sum } from "../../src/engine/ops/reduce.ts";
import { contiguous, to } from "../../src/engine/ops/shape.ts";
import { scope } from "../../src/engine/scope.ts";
import { type Tensor, tensorOf } from "../../src/engine/tensor.ts";
import { assertClose, normalTensor } from "../numbers.ts";

setThreadCount(1);

// The same float32 operations, but that the fused ones may round a product and a sum once: 6e-8 each, a few times.
const ROUNDING = 1e-6;

// One element, one that fills no vector, and one that is longer than a chunk of 32,768; lying in both memory formats.
const shapes = [[1], [37], [40_000], [5, 3, 3, 3]];
const drawn = (name: string, scale = 1, offset = 0) =>
  shapes.map((shape, index) => {
    const tensor = normalTensor(`${name} ${index}`, shape, scale, offset);
    return shape.length === 4 ? contiguous(tensor, "channels_last") : tensor;
  });

const sgdOptions: SgdStepOptions = {
  learningRate: 0.1,
  momentum: 0.9,
  weightDecay: 0.01,
  nesterov: true,
  gradientFactor: 0.5,
};
const adamwOptions: AdamWStepOptions = {
  learningRate: 0.1,
  betas: [0.9, 0.999],
  epsilon: 1e-8,
  weightDecay: 0.01,
  gradientFactor: 0.5,
  meanCorrection: 1 - 0.9 ** 3,
  squareCorrection: Math.sqrt(1 - 0.999 ** 3),
};

function sgdResult(step: typeof sgdStep_, options: Partial<SgdStepOptions> = {}) {
  return scope(() => {
    const [weights, velocities] = [drawn("weights"), drawn("velocities")];
    step(weights, drawn("gradients"), velocities, { ...sgdOptions, ...options });
    return [...weights, ...velocities].map((tensor) => tensor.toFloat32Array());
  });
}

function adamwResult(step: typeof adamwStep_, options: Partial<AdamWStepOptions> = {}) {
  return scope(() => {
    const [weights, means, squares] = [drawn("weights"), drawn("means"), drawn("squares", 0.1, 2)];
    step(weights, drawn("gradients"), means, squares, { ...adamwOptions, ...options });
    return [...weights, ...means, ...squares].map((tensor) => tensor.toFloat32Array());
  });
}

test("a step of SGD, by hand", () => {
  // g' = 0.5*4 + 0.01*2 = 2.02; v = 0.9*1 + 2.02 = 2.92; w = 2 - 0.1*(2.02 + 0.9*2.92) = 1.5352, or 2 - 0.1*2.92.
  for (const step of [sgdStep_, sgdStepTwin_])
    for (const [nesterov, expected] of [
      [true, 1.5352],
      [false, 1.708],
    ] as const)
      scope(() => {
        const [weight, velocity] = [tensorOf([2]), tensorOf([1])];
        step([weight], [tensorOf([4])], [velocity], { ...sgdOptions, nesterov });
        assertClose(velocity, [2.92], ROUNDING, "velocity");
        assertClose(weight, [expected], ROUNDING, "weight");
      });
});

test("without momentum the velocities are neither read nor written", () => {
  for (const step of [sgdStep_, sgdStepTwin_])
    scope(() => {
      const [weight, velocity] = [tensorOf([2]), tensorOf([7])];
      step([weight], [tensorOf([4])], [velocity], { ...sgdOptions, momentum: 0 });
      assertClose(weight, [2 - 0.1 * 2.02], ROUNDING);
      assert.equal(velocity.item(), 7);
      step([weight], [tensorOf([4])], [], { ...sgdOptions, momentum: 0 });
    });
});

test("a step of AdamW, by hand", () => {
  // g = 2; w = 3*(1 - 0.1*0.01) = 2.997; m = 0.9*1 + 0.1*2 = 1.1; v = 0.999*4 + 0.001*4 = 4.
  const expected = 2.997 - ((0.1 / (1 - 0.9 ** 3)) * 1.1) / (2 / Math.sqrt(1 - 0.999 ** 3) + 1e-8);
  for (const step of [adamwStep_, adamwStepTwin_])
    scope(() => {
      const [weight, mean, square] = [tensorOf([3]), tensorOf([1]), tensorOf([4])];
      step([weight], [tensorOf([4])], [mean], [square], adamwOptions);
      assertClose(weight, [expected], ROUNDING, "weight");
      assertClose(mean, [1.1], ROUNDING, "mean");
      assertClose(square, [4], ROUNDING, "square");
    });
});

test("a first square is gradient² times 1 - β₂ to float32's last digit", () => {
  // 1 - 0.999 taken in float32 would be 1.3e-5 off.
  scope(() => {
    const [weight, mean, square] = [tensorOf([3]), tensorOf([0]), tensorOf([0])];
    adamwStep_([weight], [tensorOf([2])], [mean], [square], { ...adamwOptions, gradientFactor: 1 });
    assertClose(square, [0.004], 1.2e-7);
  });
});

test("SGD changes weights and velocities as its twin does, with and without Nesterov, decay and clipping", () => {
  for (const nesterov of [true, false])
    for (const weightDecay of [0, 0.01])
      for (const gradientFactor of [1, 0.25]) {
        const options = { nesterov, weightDecay, gradientFactor };
        const [own, twin] = [sgdResult(sgdStep_, options), sgdResult(sgdStepTwin_, options)];
        for (const [index, numbers] of own.entries()) assertClose(numbers, twin[index]!, ROUNDING, `tensor ${index}`);
      }
});

test("AdamW changes weights, means and squares as its twin does", () => {
  for (const weightDecay of [0, 0.01])
    for (const gradientFactor of [1, 0.25]) {
      const options = { weightDecay, gradientFactor };
      const [own, twin] = [adamwResult(adamwStep_, options), adamwResult(adamwStepTwin_, options)];
      for (const [index, numbers] of own.entries()) assertClose(numbers, twin[index]!, ROUNDING, `tensor ${index}`);
    }
});

test("steps leave the gradients as they were", () => {
  for (const step of [sgdStep_, sgdStepTwin_])
    scope(() => {
      const gradient = tensorOf([4]);
      step([tensorOf([2])], [gradient], [tensorOf([1])], sgdOptions);
      assert.equal(gradient.item(), 4);
    });
  for (const step of [adamwStep_, adamwStepTwin_])
    scope(() => {
      const gradient = tensorOf([4]);
      step([tensorOf([2])], [gradient], [tensorOf([1])], [tensorOf([1])], adamwOptions);
      assert.equal(gradient.item(), 4);
    });
});

test("a gradient of another memory format or dtype is taken by its places, not its memory", () => {
  scope(() => {
    const shape = [4, 3, 2, 2];
    const gradient = to(normalTensor("gradient", shape), "bfloat16"); // by channel
    const after = (given: Tensor) => {
      const weight = contiguous(normalTensor("weight", shape), "channels_last");
      const velocity = contiguous(normalTensor("velocity", shape), "channels_last");
      sgdStep_([weight], [given], [velocity], sgdOptions);
      return weight.toFloat32Array();
    };
    assert.deepEqual(after(gradient), after(contiguous(to(gradient, "float32"), "channels_last")));
  });
});

test("one thread and two give the same bits", () => {
  const all = () => [
    sgdResult(sgdStep_),
    adamwResult(adamwStep_),
    scope(() => globalNorm([normalTensor("long", [200_000])])),
  ];
  const one = all();
  setThreadCount(2);
  assert.deepEqual(all(), one);
  setThreadCount(1);
});

test("a graph that needs a weight from before a step refuses to go backward", () => {
  scope(() => {
    const weight = tensorOf([2]);
    weight.requiresGradient = true;
    const loss = sum(mul(weight, weight));
    noGrad(() => sgdStep_([weight], [tensorOf([4])], [tensorOf([1])], sgdOptions));
    assert.throws(() => backward(loss), { code: "torch", message: /modified by an inplace operation/ });
  });
});

test("lists and tensors that do not fit are refused, and nothing is changed", () => {
  scope(() => {
    const weights = [tensorOf([1, 2]), tensorOf([3])];
    const [gradients, states] = [weights, weights].map((list) => list.map((tensor) => mul(tensor, 0)));
    const refused = (g: Tensor[], v: Tensor[], message: RegExp) => {
      assert.throws(() => sgdStep_(weights, g, v, sgdOptions), { code: "torch", message });
      assert.throws(() => adamwStep_(weights, g, v, v, adamwOptions), { code: "torch", message });
    };
    refused(gradients!.slice(1), states!, /2 parameters and 1 gradients/);
    refused(gradients!, states!.slice(1), /2 parameters and 1 tensors of state/);
    refused([gradients![0]!, tensorOf([1, 2])], states!, /gradient 1 has the shape \[2\], its parameter \[1\]/);
    refused(gradients!, [states![0]!, to(states![1]!, "float64")], /state of parameter 1 must have its dtype/);
    assert.deepEqual([...weights[0]!.toFloat32Array(), weights[1]!.item()], [1, 2, 3]);
    const doubles = weights.map((tensor) => to(tensor, "float64"));
    assert.throws(() => sgdStep_(doubles, gradients!, states!, sgdOptions), /parameter 0 must be float32/);
  });
});

test("the norm is that of all tensors as one vector, also of slices and of none", () => {
  scope(() => {
    assert.equal(globalNorm([]), 0);
    assert.equal(globalNorm([tensorOf([2, -3]), tensorOf([6], [1, 1])]), 7);
    assert.equal(globalNormTwin([tensorOf([2, -3]), tensorOf([6], [1, 1])]), 7);
    const tensors = drawn("gradients");
    assertClose(
      [globalNorm(tensors)],
      [Math.hypot(...tensors.map((tensor) => Math.hypot(...tensor.toFloat32Array())))],
      1e-12,
    );
    assertClose([globalNorm(tensors)], [globalNormTwin(tensors)], ROUNDING);
  });
});

test("the norm of squares beyond float32 is right, and one infinite or undefined element shows", () => {
  scope(() => {
    assertClose([globalNorm([tensorOf([3e30, 4e30])])], [5e30], ROUNDING);
    assert.equal(globalNorm([tensorOf([1]), tensorOf([Number.POSITIVE_INFINITY, 1])]), Number.POSITIVE_INFINITY);
    assert.equal(globalNorm([tensorOf([1]), tensorOf([1, Number.NaN])]), Number.NaN);
  });
});
