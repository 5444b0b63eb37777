/** Stand-in while the fused operators are written: the composite twins. The names and arguments below are what nn/ calls. */
import { noGrad } from "../autograd.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { relu, silu } from "./activation.ts";
import { foreachAdd, foreachAdd_, foreachMul_, foreachNorm } from "./foreach.ts";
import { batchNorm } from "./normalise.ts";
import { norm as vectorNorm } from "./reduce.ts";
import { stack } from "./shape.ts";

export interface NormState {
  weight: Tensor;
  bias: Tensor;
  runningMean: Tensor;
  runningVar: Tensor;
}
export interface DropoutBatchNormActOptions {
  training: boolean;
  momentum: number;
  epsilon: number;
  activation: "silu" | "relu" | "none";
  /** Probability of dropping an element of the input, in [0,1). */
  probability: number;
  /** uint32 */
  key: number;
}
export function dropoutBatchNormAct(images: Tensor, state: NormState, options: DropoutBatchNormActOptions): Tensor {
  if (options.probability > 0) throw new Error("dropout is being written");
  const y = batchNorm(
    images,
    state.weight,
    state.bias,
    state.runningMean,
    state.runningVar,
    options.training,
    options.momentum,
    options.epsilon,
    false,
  );
  return options.activation === "silu" ? silu(y) : options.activation === "relu" ? relu(y) : y;
}
export interface SgdStepOptions {
  learningRate: number;
  momentum: number;
  weightDecay: number;
  nesterov: boolean;
  gradientFactor: number;
}
export function sgdStep_(weights: Tensor[], gradients: Tensor[], velocities: Tensor[], o: SgdStepOptions): void {
  if (o.gradientFactor !== 1) foreachMul_(gradients, o.gradientFactor);
  const decayed = foreachAdd(gradients, weights, o.weightDecay);
  foreachMul_(velocities, o.momentum);
  foreachAdd_(velocities, decayed, 1);
  if (o.nesterov) foreachAdd_(decayed, velocities, o.momentum);
  foreachAdd_(weights, o.nesterov ? decayed : velocities, -o.learningRate);
}
export interface AdamWStepOptions {
  learningRate: number;
  betas: readonly [number, number];
  epsilon: number;
  weightDecay: number;
  gradientFactor: number;
  meanCorrection: number;
  squareCorrection: number;
}
export function adamwStep_(
  _weights: Tensor[],
  _gradients: Tensor[],
  _means: Tensor[],
  _squares: Tensor[],
  _o: AdamWStepOptions,
): void {
  throw new Error("adamw is being written");
}
export function globalNorm(tensors: Tensor[]): number {
  return noGrad(() => scope(() => vectorNorm(stack(foreachNorm(tensors, 2))).item()));
}
