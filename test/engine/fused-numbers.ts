/** Run in a child by fused-vectors.test.ts: what every fused operator computes with the vectors that PATINA_VECTORS allows. */
import { backward, gradientOf } from "../../src/engine/autograd.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { full, ones } from "../../src/engine/ops/create.ts";
import { dropoutBatchNormAct, dropoutMask, fusedVectors } from "../../src/engine/ops/fused.ts";
import { convolve3x3 } from "../../src/engine/ops/fused-convolution.ts";
import { adamwStep_, globalNorm, sgdStep_ } from "../../src/engine/ops/fused-optimizer.ts";
import { contiguous, to } from "../../src/engine/ops/shape.ts";
import type { Tensor } from "../../src/engine/tensor.ts";
import { normalTensor } from "../numbers.ts";

setThreadCount(1);

const numbers = (tensor: Tensor) => [...to(tensor, "float32").toFloat32Array()];
const results: Record<string, number[]> = {};

for (const dtype of ["float32", "bfloat16"] as const)
  for (const activation of ["silu", "relu", "none"] as const)
    for (const probability of [0, 0.3]) {
      const shape = [3, 37, 4, 3];
      const images = to(contiguous(normalTensor("images", shape, 3), "channels_last"), dtype);
      const weight = normalTensor("weight", [37], 0.5, 1);
      for (const leaf of [images, weight]) leaf.requiresGradient = true;
      const state = { weight, bias: normalTensor("bias", [37]), runningMean: full([37], 0), runningVar: ones([37]) };
      const options = { training: true, momentum: 0.1, epsilon: 1e-5, activation, probability, key: 5 };
      const output = dropoutBatchNormAct(images, state, options);
      backward(output, to(normalTensor("gradient", shape), dtype));
      const name = `${dtype} ${activation} ${probability}`;
      results[`${name} output`] = numbers(output);
      results[`${name} images`] = numbers(gradientOf(images)!);
      results[`${name} weight`] = numbers(gradientOf(weight)!);
      results[`${name} variance`] = numbers(state.runningVar);
    }

const convolved = convolve3x3(normalTensor("images", [2, 37, 9, 8]), normalTensor("weight", [21, 37, 3, 3]), null);
results.convolution = numbers(convolved);

const drawn = (name: string) => normalTensor(name, [101]);
const [sgd, velocity] = [drawn("weights"), drawn("velocity")];
const sgdOptions = { learningRate: 0.1, momentum: 0.9, weightDecay: 1e-2, nesterov: true, gradientFactor: 0.7 };
sgdStep_([sgd], [drawn("gradient")], [velocity], sgdOptions);
const [adamw, mean, square] = [drawn("weights"), drawn("mean"), normalTensor("square", [101], 0.1, 2)];
adamwStep_([adamw], [drawn("gradient")], [mean], [square], {
  ...{ learningRate: 0.1, betas: [0.9, 0.999] as const, epsilon: 1e-8, weightDecay: 1e-2 },
  ...{ gradientFactor: 0.7, meanCorrection: 0.1, squareCorrection: 0.03 },
});
for (const [name, tensor] of Object.entries({ sgd, velocity, adamw, mean, square })) results[name] = numbers(tensor);

process.stdout.write(
  JSON.stringify({
    vectors: fusedVectors(),
    results,
    mask: [...dropoutMask([1000], 0.3, 9).toArray()].join(""),
    norm: globalNorm([normalTensor("long", [4097]), drawn("gradient")]),
  }),
);
