/** The gradients of the fused operator against differences of a reference in plain float64. */
import { test } from "node:test";
import { backward, gradientOf } from "../../src/engine/autograd.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { full, ones } from "../../src/engine/ops/create.ts";
import { dropoutBatchNormAct, dropoutMask } from "../../src/engine/ops/fused.ts";
import { scope } from "../../src/engine/scope.ts";
import { tensorOf } from "../../src/engine/tensor.ts";
import { assertClose } from "../numbers.ts";

setThreadCount(1);

type Activation = "silu" | "relu" | "none";

const shape = [1, 2, 2, 2]; // four numbers a channel
const images = [0.5, -1.25, 2, 0.75, -0.5, 3, 1.5, -2];
const weight = [1.5, -0.75];
const bias = [0.25, 0.5];
const arriving = [1, -0.5, 0.25, 2, -1, 0.75, 1.25, -0.25];
const epsilon = 1e-3;

const activations: Record<Activation, (z: number) => number> = {
  silu: (z) => z / (1 + Math.exp(-z)),
  relu: (z) => Math.max(0, z),
  none: (z) => z,
};

/** The sum of the outputs times what arrives: its derivatives are the gradients. */
function reference(kept: readonly boolean[], probability: number, activation: Activation, inputs: readonly number[][]) {
  const [u, gamma, beta] = inputs as [number[], number[], number[]];
  let total = 0;
  for (let channel = 0; channel < 2; channel++) {
    const places = [0, 1, 2, 3].map((pixel) => 4 * channel + pixel);
    const left = places.map((place) => (kept[place] ? u[place]! / (1 - probability) : 0));
    const mean = left.reduce((sum, value) => sum + value, 0) / 4;
    const variance = left.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4;
    for (const [at, place] of places.entries()) {
      const normal = (left[at]! - mean) / Math.sqrt(variance + epsilon);
      total += arriving[place]! * activations[activation](gamma[channel]! * normal + beta[channel]!);
    }
  }
  return total;
}

/** Central differences: their error is about 1e-10 here. */
function derivatives(f: (inputs: readonly number[][]) => number, inputs: readonly number[][], which: number): number[] {
  const step = 1e-5;
  return inputs[which]!.map((_, place) => {
    const moved = (by: number) =>
      inputs.map((numbers, input) =>
        numbers.map((value, at) => (input === which && at === place ? value + by : value)),
      );
    return (f(moved(step)) - f(moved(-step))) / (2 * step);
  });
}

const keptCounts = (mask: boolean[]) => [mask.slice(0, 4), mask.slice(4)].map((part) => part.filter(Boolean).length);

for (const activation of ["silu", "relu", "none"] as const)
  for (const probability of [0, 0.4])
    test(`gradients are those of float64 differences: ${activation}, dropout ${probability}`, () => {
      scope(() => {
        const masks = Array.from({ length: 100 }, (_, key) =>
          Array.from(dropoutMask(shape, probability, key).toArray(), Boolean),
        );
        // A mask that tells: it drops one number of the first channel and two of the second.
        const key = masks.findIndex((mask) => probability === 0 || `${keptCounts(mask)}` === "3,2");
        const kept = masks[key]!;
        const inputs = [images, weight, bias];
        const leaves = [tensorOf(images, shape), tensorOf(weight), tensorOf(bias)];
        for (const leaf of leaves) leaf.requiresGradient = true;
        const state = { weight: leaves[1]!, bias: leaves[2]!, runningMean: full([2], 0), runningVar: ones([2]) };
        const options = { training: true, momentum: 0.1, epsilon, activation, probability, key };
        backward(dropoutBatchNormAct(leaves[0]!, state, options), tensorOf(arriving, shape));
        const f = (moved: readonly number[][]) => reference(kept, probability, activation, moved);
        // float32: 6e-8 of each of some ten roundings
        for (const [which, name] of ["images", "weight", "bias"].entries())
          assertClose(gradientOf(leaves[which]!)!, derivatives(f, inputs, which), 2e-6, name);
      });
    });
