/**
 * Optimizer steps of our own for the CPU (native/fused/optimizer.cpp): one pass over memory, where stock operators make
 * one each (engine.md 5.2). Each has a twin of stock operators: the same numbers, on every device.
 */
import { operator } from "../operator.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import {
  foreachAdd_,
  foreachAddcdiv_,
  foreachAddcmul_,
  foreachAddNumber_,
  foreachMul,
  foreachMul_,
  foreachNorm,
  foreachSqrt,
} from "./foreach.ts";
import { norm } from "./reduce.ts";
import { stack } from "./shape.ts";

type List = Tensor[];

const sgdOperator = operator<[List, List, List, number, number, number, boolean, number], void>(
  "patina::sgd_step_(Tensor(a!)[] parameters, Tensor[] gradients, Tensor(b!)[] momenta, float lr, float momentum, float weight_decay, bool nesterov, float gradient_scale) -> ()",
);
const adamwOperator = operator<
  [List, List, List, List, number, number, number, number, number, number, number, number],
  void
>(
  "patina::adamw_step_(Tensor(a!)[] parameters, Tensor[] gradients, Tensor(b!)[] means, Tensor(c!)[] squares, float lr, float beta1, float beta2, float eps, float weight_decay, float gradient_scale, float mean_correction, float square_correction) -> ()",
);
const globalNormOperator = operator<[List], Tensor>("patina::global_norm(Tensor[] tensors) -> Tensor");

export interface SgdStepOptions {
  learningRate: number;
  /** 0: the velocities are neither read nor written, and may be []. */
  momentum: number;
  weightDecay: number;
  nesterov: boolean;
  /** What gradients are multiplied by first. */
  gradientFactor: number;
}

/**
 * One step of stochastic gradient descent: g' = factor·g + d·w; v ← m·v + g'; w ← w - lr·(g' + m·v) with Nesterov, else
 * w - lr·v. Weights and velocities are float32 with equal strides, all on one device; on the CPU it is one pass, elsewhere
 * the twin. Called without recording gradients.
 * @throws PatinaError `torch` where shapes, strides or dtypes differ
 */
export function sgdStep_(weights: List, gradients: List, velocities: List, options: SgdStepOptions): void {
  if (weights.length === 0) return;
  if (weights[0]!.device !== "cpu") {
    sgdStepTwin_(weights, gradients, velocities, options);
    return;
  }
  const { learningRate, momentum, weightDecay, nesterov, gradientFactor } = options;
  sgdOperator(weights, gradients, velocities, learningRate, momentum, weightDecay, nesterov, gradientFactor);
}

/** `sgdStep_` of stock operators, on any device. */
export function sgdStepTwin_(weights: List, gradients: List, velocities: List, options: SgdStepOptions): void {
  const { learningRate, momentum, weightDecay, nesterov, gradientFactor } = options;
  scope(() => {
    const decayed = foreachMul(weights, weightDecay);
    foreachAdd_(decayed, gradients, gradientFactor);
    if (momentum !== 0) {
      foreachMul_(velocities, momentum);
      foreachAdd_(velocities, decayed, 1);
      if (nesterov) foreachAdd_(decayed, velocities, momentum);
    }
    foreachAdd_(weights, momentum === 0 || nesterov ? decayed : velocities, -learningRate);
  });
}

export interface AdamWStepOptions {
  learningRate: number;
  betas: readonly [number, number];
  epsilon: number;
  weightDecay: number;
  /** What gradients are multiplied by first. */
  gradientFactor: number;
  /** 1 - β₁ᵗ at step t. */
  meanCorrection: number;
  /** √(1 - β₂ᵗ) at step t. */
  squareCorrection: number;
}

/**
 * One step of AdamW: w ← w - lr·d·w; m ← β₁m + (1-β₁)g; v ← β₂v + (1-β₂)g²;
 * w ← w - lr/meanCorrection · m / (√v/squareCorrection + ε). As `sgdStep_` otherwise.
 */
export function adamwStep_(
  weights: List,
  gradients: List,
  means: List,
  squares: List,
  options: AdamWStepOptions,
): void {
  if (weights.length === 0) return;
  if (weights[0]!.device !== "cpu") {
    adamwStepTwin_(weights, gradients, means, squares, options);
    return;
  }
  const { learningRate, betas, epsilon, weightDecay, gradientFactor, meanCorrection, squareCorrection } = options;
  adamwOperator(
    ...([weights, gradients, means, squares, learningRate, ...betas, epsilon, weightDecay] as const),
    ...([gradientFactor, meanCorrection, squareCorrection] as const),
  );
}

/** `adamwStep_` of stock operators, on any device. */
export function adamwStepTwin_(
  weights: List,
  gradients: List,
  means: List,
  squares: List,
  options: AdamWStepOptions,
): void {
  const { learningRate, betas, epsilon, weightDecay, gradientFactor, meanCorrection, squareCorrection } = options;
  scope(() => {
    const scaled = gradientFactor === 1 ? gradients : foreachMul(gradients, gradientFactor);
    foreachMul_(weights, 1 - learningRate * weightDecay);
    foreachMul_(means, betas[0]);
    foreachAdd_(means, scaled, 1 - betas[0]);
    foreachMul_(squares, betas[1]);
    foreachAddcmul_(squares, scaled, scaled, 1 - betas[1]);
    const roots = foreachSqrt(squares);
    foreachMul_(roots, 1 / squareCorrection);
    foreachAddNumber_(roots, epsilon);
    foreachAddcdiv_(weights, means, roots, -learningRate / meanCorrection);
  });
}

/**
 * Euclidean length of all tensors, on one device, taken as one vector; 0 for none. On the CPU it is added up in float64,
 * the same for any number of threads; elsewhere the twin.
 */
export function globalNorm(tensors: List): number {
  if (tensors.length === 0) return 0;
  if (tensors[0]!.device !== "cpu") return globalNormTwin(tensors);
  return scope(() => globalNormOperator(tensors).item());
}

/** `globalNorm` of stock operators, on any device, added up in float32. */
export function globalNormTwin(tensors: List): number {
  return scope(() => norm(stack(foreachNorm(tensors, 2))).item());
}
