/** The length of all gradients together, and how to shorten it. */
import { gradientOf, noGrad } from "../engine/autograd.ts";
import { foreachNorm } from "../engine/ops/foreach.ts";
import { globalNorm } from "../engine/ops/fused.ts";
import { norm } from "../engine/ops/reduce.ts";
import { stack } from "../engine/ops/shape.ts";
import { scope } from "../engine/scope.ts";
import type { Tensor } from "../engine/tensor.ts";

/** Euclidean length of the gradients of all parameters, taken as one vector. */
export function gradientNorm(parameters: Iterable<Tensor>): number {
  return noGrad(() =>
    scope(() => {
      const gradients = [...parameters].map(gradientOf).filter((gradient) => gradient !== null);
      if (gradients.length === 0) return 0;
      if (gradients[0]!.device === "cpu") return globalNorm(gradients);
      return norm(stack(foreachNorm(gradients, 2))).item();
    }),
  );
}

/**
 * What gradients of that length are multiplied by to be at most `limit` long: 1 where they are shorter.
 * Source: torch.nn.utils.clip_grad_norm_, with its 1e-6. The optimizer multiplies on its way (`StepOptions`).
 */
export function clipFactor(length: number, limit: number): number {
  return Math.min(1, limit / (length + 1e-6));
}
