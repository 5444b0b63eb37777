/** The length of all gradients together, and how to shorten it. */
import { gradientOf, noGrad } from "../engine/autograd.ts";
import { globalNorm } from "../engine/ops/fused-optimizer.ts";
import { scope } from "../engine/scope.ts";
import type { Tensor } from "../engine/tensor.ts";

/** Euclidean length of the gradients of all parameters, taken as one vector. */
export function gradientNorm(parameters: Iterable<Tensor>): number {
  return noGrad(() => scope(() => globalNorm([...parameters].map(gradientOf).filter((gradient) => gradient !== null))));
}

/**
 * What gradients of that length are multiplied by to be at most `limit` long: 1 where they are shorter.
 * Source: torch.nn.utils.clip_grad_norm_, with its 1e-6. The optimizer multiplies on its way (`StepOptions`).
 */
export function clipFactor(length: number, limit: number): number {
  return Math.min(1, limit / (length + 1e-6));
}
